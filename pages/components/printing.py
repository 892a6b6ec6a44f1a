"""Pages on paper: the button, and what is below the page on paper only. `assets/css/print.css` does the rest."""

from gsapp import clock
from pages.components.basics import box, button, text
from pages.core.session import Ctx


def print_button(ctx: Ctx, words: str = "") -> None:
    """Print this page; `assets/js/share.js` does it, so that it works while the connection is away."""
    button(words or ctx.t("Print"), kind="text", symbol="print", data_print="", type="button")


def printed_foot(ctx: Ctx) -> None:
    """Where the sheet comes from, of what time it is, and whom to ring: on paper only."""
    t, settings = ctx.t, ctx.tab.settings
    with box("gs-printed"):
        if settings.helpline:
            text(t("No smartphone? Ring us: {number}", number=settings.helpline), "gs-printed-tel")
        text(t("{page}, as of {when}", page=f"{settings.base_url}{ctx.url}", when=t.datetime(clock.local_now())))
