"""The four places that are one's own, as tabs on each of them."""

from pages.components.basics import box, text
from pages.core.session import Ctx


def mine_tabs(ctx: Ctx) -> None:
    t = ctx.t
    places = (
        (t("My needs"), "/my/needs"),
        (t("My offers"), "/my/offers"),
        (t("News"), "/inbox"),
        (t("My profile"), "/profile"),
    )
    with box("gs-tabs2", tag="nav", aria_label=t("Mine")):
        for words, to in places:
            tab = text(words, "gs-tab2", tag="a", href=to)
            if ctx.path == to:
                tab.props["aria-current"] = "page"
