"""The phone number of the coordinators."""

from pages.components.basics import box, icon, link, text
from pages.core.session import Ctx


def helpline(ctx: Ctx, words: str) -> None:
    """The helpline after these words; nothing if the settings have no number."""
    if number := ctx.tab.settings.helpline:
        with box("gs-tel"):
            icon("call")
            with box():
                text(words, tag="span")
                link(number, f"tel:{number}", data_full="")
