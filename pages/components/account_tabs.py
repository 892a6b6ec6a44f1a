"""Tabs of the four pages of a member: needs, offers, notifications, profile."""

from pages.components.basics import box, text
from pages.core.session import Ctx


def account_tabs(ctx: Ctx) -> None:
    """The tabs, with the current page marked."""
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
