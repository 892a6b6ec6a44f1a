"""The telephone number with a person at the other end."""

from pages.components.basics import box, icon, link, text
from pages.core.session import Ctx


def helpline(ctx: Ctx, words: str) -> None:
    """Whom to ring, after these words; nothing where no number is set."""
    if number := ctx.tab.settings.helpline:
        with box("gs-tel"):
            icon("call")
            with box():
                text(words, tag="span")
                link(number, f"tel:{number}", data_full="")
