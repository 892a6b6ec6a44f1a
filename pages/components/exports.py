"""Export links for lists, with exactly the rows of the current filter, and printing of pages.

`assets/css/print.css` is the print style sheet.
"""

from functools import partial
from urllib.parse import urlencode

from gsapp import clock
from gsapp.schemas.forms import Form
from pages.components.basics import box, button, icon, text
from pages.components.password_again import password_given
from pages.core.session import Ctx

KINDS = {"xlsx": "Excel", "csv": "CSV"}  # what people know first
OF_THE_PAGE = {"page", "size"}


OF_PEOPLE = {"people", "reports", "history"}  # those that need a recent password


def export_links(ctx: Ctx, name: str, filter: Form) -> None:
    """Links to `gsapp.api.exports.EXPORTS[name]` in each format; `filter` is the page's validated filter."""
    t = ctx.t
    given = filter.model_dump(mode="json", by_alias=False, exclude=OF_THE_PAGE, exclude_none=True)
    query = urlencode({field: value for field, value in given.items() if value != ""})
    with box("gs-exports", tag="nav", aria_label=t("Save this list")):
        icon("download")
        text(t("Save this list:"), tag="span")
        for kind, words in KINDS.items():
            url = f"/export/{name}.{kind}?{query}"
            file = text(words, tag="a", href=url, download="")
            if name in OF_PEOPLE:
                file.on("click.prevent", partial(_download, ctx, url), args=[])


async def _download(ctx: Ctx, url: str) -> None:
    if await password_given(ctx):
        ctx.client.download(url)


def print_button(ctx: Ctx, words: str = "") -> None:
    """The print button. `assets/js/share.js` handles it, so that it works without a connection."""
    button(words or ctx.t("Print"), kind="text", symbol="print", data_print="", type="button")


def printed_foot(ctx: Ctx) -> None:
    """The footer of printed pages: address, time, and helpline. Not visible on screens."""
    t, settings = ctx.t, ctx.tab.settings
    with box("gs-printed"):
        if settings.helpline:
            text(t("No smartphone? Ring us: {number}", number=settings.helpline), "gs-printed-tel")
        text(t("{page}, as of {when}", page=f"{settings.base_url}{ctx.url}", when=t.datetime(clock.local_now())))
