"""What neighbours need. The address holds the whole state: a link or a reload shows the same."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gsapp import clock
from gsapp.errors import Invalid
from gsapp.events import NeedChanged
from gsapp.i18n import N_
from gsapp.queries import needs as need_queries
from gsapp.queries import places
from gsapp.queries.status import open_by_type
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import CityRow, NeedFilter, NeedRow, TypeRow
from gsapp.schemas.pages import Page
from gsapp.vocabulary import NeedStatus
from pages.actions import load as fetch
from pages.components.basics import box, button, heading, link_button, text
from pages.components.dialogs import note
from pages.components.lists import address, empty, filter_chip, pager, select_field, text_field
from pages.components.marks import NEED_WORDS
from pages.components.markup import symbol
from pages.components.needs import needs_table
from pages.components.places import asked_place, place_options
from pages.live import keep_fresh
from pages.router import Redirect, View
from pages.session import Ctx

NEWEST = N_("Newest first")
SORTS = {
    "soonest": N_("Soonest first"),
    "waiting": N_("Fewest offers first"),
    "oldest": N_("Oldest first"),
}


@dataclass(frozen=True)
class Board:
    found: Page[NeedRow]
    wanted: NeedFilter
    refused: bool  # the address asked for something that does not exist
    types: Sequence[TypeRow]
    places: Sequence[CityRow]
    waiting: int


async def load(ctx: Ctx) -> View | Redirect:
    keep_fresh(ctx, lambda event: isinstance(event, NeedChanged))
    wanted, refused = filter_of(ctx.query)
    found, types, in_use, waiting = await asyncio.gather(
        fetch(need_queries.needs, actor=ctx.me, wanted=wanted),
        fetch(places.service_types),
        fetch(places.places_in_use),
        fetch(open_by_type),
    )
    if found.page > found.pages:
        return Redirect(address(ctx, page=found.pages))
    board = Board(found, wanted, refused, types, in_use, sum(waiting.values()))
    return View(ctx.t("Board"), lambda: _build(ctx, board))


def filter_of(query: Mapping[str, str]) -> tuple[NeedFilter, bool]:
    """The filter that an address asks for, and whether parts of it had to be left out because they make no sense."""
    asked = {
        "q": query.get("q"),
        "type_id": query.get("type"),
        **asked_place(query),
        "status": query.get("status"),
        "sort": query.get("sort"),
        "page": query.get("page"),
    }
    given = {name: value for name, value in asked.items() if value}
    try:
        return parse(NeedFilter, given), False
    except Invalid as invalid:
        return parse(NeedFilter, {name: given[name] for name in given if name not in invalid.fields}), True


def _build(ctx: Ctx, board: Board) -> None:
    t, query = ctx.t, ctx.query
    with box("pagehead"):
        with box():
            heading(t("Neighbours who need a hand"))
            text(t.n("{n} is waiting for help", "{n} are waiting for help", board.waiting), "gs-meta")
        link_button(t("Ask for help"), "/needs/new", kind="ask lg", symbol="add")
    if board.refused:
        note(t("A part of this address makes no sense, so we left it out."))
    with box("gs-filters scroll", tag="nav", aria_label=t("Kind of help")):
        filter_chip(ctx, t("All"), name="type", value=None)
        for kind in board.types:
            filter_chip(ctx, kind.name, name="type", value=kind.id, glyph=symbol(f"type-{kind.icon}"))
    _filter_form(ctx, board)
    filtered = any(query.get(name) for name in ("q", "type", "place", "status"))
    if filtered:
        words = t.n("{n} need found", "{n} needs found", board.found.total)
        text(words, "gs-meta gs-found", role="status")
    if board.found.items:
        needs_table(ctx, board.found.items, now=clock.local_now(), label=t("Needs"))
        pager(ctx, board.found)
    elif filtered:
        empty(
            "empty-board",
            t("Nothing fits this choice"),
            t("Try other words, another place or another kind of help."),
            to="/board",
            button=t("Show everything"),
            kind="",
        )
    else:
        empty(
            "empty-board",
            t("Nobody is waiting now"),
            t("The lane is quiet. Do you need a hand yourself?"),
            to="/needs/new",
            button=t("Ask for help"),
        )


def _filter_form(ctx: Ctx, board: Board) -> None:
    t, query = ctx.t, ctx.query
    with box("gs-filterform", tag="form", method="get", action="/board", role="search"):
        if query.get("type"):
            box(tag="input", type="hidden", name="type", value=query["type"])
        text_field(t("Search"), "q", query.get("q", ""), placeholder=t("For example: pipe, clinic"), maxlength="100")
        select_field(t("Where"), "place", place_options(t, board.places), query.get("place", ""), first=t("Everywhere"))
        statuses = [(status.value, t(NEED_WORDS[status])) for status in NeedStatus]
        select_field(t("State"), "status", statuses, query.get("status", ""), first=t("All"))
        sorts = [(key, t(words)) for key, words in SORTS.items()]
        select_field(t("Order"), "sort", sorts, query.get("sort", ""), first=t(NEWEST))
        button(t("Search"), symbol="search", type="submit")
