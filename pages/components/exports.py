"""Taking a page away: a list as a file, with exactly the rows of the filter in force, and any page on paper.

`assets/css/print.css` does the rest of what is printed.
"""

from urllib.parse import urlencode

from gsapp import clock
from gsapp.schemas.forms import Form
from pages.components.basics import box, button, icon, text
from pages.core.session import Ctx

KINDS = {"xlsx": "Excel", "csv": "CSV"}  # what people know first
OF_THE_PAGE = {"page", "size"}


def export_links(ctx: Ctx, name: str, filter: Form) -> None:
    """Two links, for `gsapp.api.exports.EXPORTS[name]`; `filter` is the filter that the page has understood."""
    t = ctx.t
    given = filter.model_dump(mode="json", by_alias=False, exclude=OF_THE_PAGE, exclude_none=True)
    query = urlencode({field: value for field, value in given.items() if value != ""})
    with box("gs-exports", tag="nav", aria_label=t("Save this list")):
        icon("download")
        text(t("Save this list:"), tag="span")
        for kind, words in KINDS.items():
            text(words, tag="a", href=f"/export/{name}.{kind}?{query}", download="")


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
