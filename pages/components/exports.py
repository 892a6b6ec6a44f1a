"""Taking a list away as a file: exactly the rows of the filter in force, not only those of one page."""

from urllib.parse import urlencode

from gsapp.schemas.forms import Form
from pages.components.basics import box, icon, text
from pages.core.session import Ctx

KINDS = {"xlsx": "Excel", "csv": "CSV"}  # what people know first
OF_THE_PAGE = {"page", "size"}


def export_links(ctx: Ctx, name: str, wanted: Form) -> None:
    """Two links, for `gsapp.api.exports.EXPORTS[name]`; `wanted` is the filter that the page has understood."""
    t = ctx.t
    given = wanted.model_dump(mode="json", by_alias=False, exclude=OF_THE_PAGE, exclude_none=True)
    query = urlencode({field: value for field, value in given.items() if value != ""})
    with box("gs-exports", tag="nav", aria_label=t("Save this list")):
        icon("download")
        text(t("Save this list:"), tag="span")
        for kind, words in KINDS.items():
            text(words, tag="a", href=f"/export/{name}.{kind}?{query}", download="")
