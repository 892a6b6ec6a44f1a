"""Layout of the admin pages: navigation, filter forms whose state is the address, tables with any columns."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, NamedTuple, TypeVar

from markupsafe import Markup
from nicegui.element import Element

from gsapp.i18n import N_, Translator
from gsapp.schemas.forms import Form
from gsapp.schemas.read_models import Page
from pages.components.basics import Handler, box, button, heading, text
from pages.components.dialogs import note
from pages.components.exports import export_links
from pages.components.lists import empty, pager
from pages.components.markup import joined, put
from pages.core.session import Ctx

F = TypeVar("F", bound=Form)

SECTIONS = {
    "/admin": N_("Overview"),
    "/admin/calls": N_("Call-back list"),
    "/admin/reports": N_("Reports"),
    "/admin/users": N_("People"),
    "/admin/needs": N_("Needs"),
    "/admin/offers": N_("Offers"),
    "/admin/types": N_("Kinds of help"),
    "/admin/cities": N_("Cities"),
    "/admin/history": N_("History"),
    "/admin/unusual": N_("Unusual things"),
}
TABLE = Markup(
    '<div class="q-table__container gs-table gs-list"><table role="table" aria-label="{label}">'
    '<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table></div>'
)
HEAD = Markup('<th role="columnheader" class="{kind}">{words}</th>')
ROW = Markup('<tr role="row">{cells}</tr>')
CELL = Markup('<td role="cell" class="{kind}" data-label="{label}">{content}</td>')
ROW_HEAD = Markup('<th role="rowheader" class="{kind}">{content}</th>')
LINK = Markup('<a href="{to}">{words}</a>')
SMALL = Markup("{words}<small>{more}</small>")
OFF = Markup('<span class="gs-is-off">{words}</span>')


class Column(NamedTuple):
    """A column's heading, and `gs-num` for numbers. The first column names the row."""

    words: str
    kind: str = ""


def head(ctx: Ctx, title: str, *, refused: bool = False, action: Callable[[], object] | None = None) -> None:
    """The heading, the admin navigation, and a note if parts of the address were invalid (`refused`)."""
    t = ctx.t
    with box("gs-page-head"):
        heading(title)
        if action is not None:
            action()
    # Residents without internet access have no section: their pages belong to the call-back list.
    part_of = ctx.path.replace("/admin/residents/", "/admin/calls/")
    with box("gs-desk-nav", tag="nav", aria_label=t("Administration")):
        for to, words in SECTIONS.items():
            tab = text(t(words), "gs-tab2", tag="a", href=to)
            if ctx.path == to:
                tab.props["aria-current"] = "page"
            elif to != "/admin" and part_of.startswith(f"{to}/"):
                tab.props["aria-current"] = "true"
    if refused:
        note(t("A part of this address makes no sense, so we left it out."))


@contextmanager
def filters(ctx: Ctx) -> Iterator[None]:
    """A GET form for filters: its fields become the query of the address. The button comes last."""
    with box("gs-filterform gs-many", tag="form", method="get", action=ctx.path, role="search"):
        yield
        button(ctx.t("Search"), symbol="search", type="submit")


def shown(ctx: Ctx, page: Page[Any], export: str, filter: Form, build: Callable[[], None]) -> None:
    """A list page: the number of rows, the rows that `build` shows, the pagination, and links to export them."""
    t = ctx.t
    text(t.n("{n} found", "{n} found", page.total), "gs-meta gs-found", role="status")
    if page.items:
        build()
        pager(ctx, page)
        export_links(ctx, export, filter)
    else:
        nothing_found(ctx)


def nothing_found(ctx: Ctx) -> None:
    """The message for an empty list: because of its filters, or because nothing exists yet."""
    t = ctx.t
    if any(value for name, value in ctx.query.items() if name not in ("sort", "page")):
        nothing, what_next = t("Nothing fits this choice"), t("Try fewer words or conditions.")
        empty("empty-search", nothing, what_next, to=ctx.path, button=t("Show all"), kind="")
    else:
        empty("empty-board", t("Nothing here yet"), t("As soon as there is something, you see it here by itself."))


def table(label: str, columns: Sequence[Column], rows: Sequence[Sequence[Markup | str]]) -> None:
    """A table as one piece of markup; on phones each row becomes a card with labelled values."""
    put(
        TABLE.format(
            label=label,
            heads=joined(HEAD.format(words=column.words, kind=column.kind) for column in columns),
            rows=joined(ROW.format(cells=joined(_cells(columns, row))) for row in rows),
        )
    )


@contextmanager
def table_of_elements(label: str, columns: Sequence[Column]) -> Iterator[None]:
    """The same of elements, for rows with buttons: fill it with `row()`, `row_head()` and `cell()`."""
    with box("q-table__container gs-table gs-list"), box(tag="table", role="table", aria_label=label):
        with box(tag="thead", role="rowgroup"), row():
            for column in columns:
                text(column.words, column.kind, tag="th", role="columnheader")
        with box(tag="tbody", role="rowgroup"):
            yield


def row() -> Element:
    return box(tag="tr", role="row")


def row_head() -> Element:
    return box(tag="th", role="rowheader")


def cell(column: Column) -> Element:
    return box(column.kind, tag="td", role="cell", data_label=column.words)


def row_button(t: Translator, words: str, name: str, act: Handler, *, kind: str = "", symbol: str = "") -> None:
    """A button in a row. Its accessible name contains that of the row: ten buttons "switch off" would sound alike."""
    button(words, act, kind=kind, symbol=symbol, aria_label=t("{act}: {title}", act=words, title=name))


def known(ctx: Ctx, rows: Sequence[tuple[str, str]]) -> None:
    """A person's data as pairs of name and value."""
    text(ctx.t("What we know"), tag="h2")
    with box("gs-known", tag="dl"):
        for name, value in rows:
            with box():
                text(name, tag="dt")
                text(value, tag="dd")


def linked(words: str, to: str) -> Markup:
    """A link in a table. The caller builds the address from numbers and literals only."""
    return LINK.format(words=words, to=to)


def with_small(words: Markup | str, more: str) -> Markup | str:
    return SMALL.format(words=words, more=more) if more else words


def switched_off(words: str) -> Markup:
    return OFF.format(words=words)


def day(value: date | None) -> str:
    return value.isoformat() if value else ""


def _cells(columns: Sequence[Column], values: Sequence[Markup | str]) -> Iterator[Markup]:
    for number, (column, value) in enumerate(zip(columns, values, strict=True)):
        if number == 0:
            yield ROW_HEAD.format(kind=column.kind, content=value)
        else:
            yield CELL.format(kind=column.kind if value else "gs-is-empty", label=column.words, content=value)
