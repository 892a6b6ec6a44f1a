"""The board: a live list of needs. Filters, order and page are in the address, so that a link or reload keeps them."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from gsapp.i18n import N_
from gsapp.i18n.kinds import kind_name
from gsapp.queries import places
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.needs import CityRow, NeedFilter, TypeRow
from gsapp.schemas.onboarding import FirstSteps
from gsapp.vocabulary import NEED_WORDS, NeedStatus
from pages.components.basics import box, button, heading, link_button
from pages.components.dialogs import note
from pages.components.exports import printed_foot
from pages.components.lists import address, empty, filter_chip, find_field, more_filters, pager, select_field, toggle
from pages.components.markup import icon, symbol
from pages.components.places import place_options
from pages.core.actions import load as fetch
from pages.core.actions import load_shared as shared
from pages.core.session import Ctx
from pages.live.regions import LiveQuery
from pages.needs.board_list import Listed, how_many_found, how_many_wait, put_list, subscribe_needs
from pages.shell.onboarding import first_steps_folded, steps_of
from pages.shell.routes import Redirect, View, last_page

PARAMETERS = ("q", "type", "place", "status", "sort", "page")
NEWEST = N_("Newest first")
SORTS = {
    "soonest": N_("Soonest first"),
    "waiting": N_("Fewest offers first"),
    "oldest": N_("Oldest first"),
}


@dataclass(frozen=True)
class Board:
    """The data of the page."""

    live: LiveQuery[Listed]
    filter: NeedFilter
    refused: bool  # parts of the address were invalid and ignored
    types: Sequence[TypeRow]
    places: Sequence[CityRow]
    near: CityRow | None
    steps: FirstSteps | None


async def load(ctx: Ctx) -> View | Redirect:
    filter, left_out = parse_filter(NeedFilter, ctx.query, only=PARAMETERS)
    live, types, in_use, near, steps = await asyncio.gather(
        subscribe_needs(ctx, filter),
        shared(places.service_types),
        shared(places.places_in_use),
        fetch(places.own_place, actor=ctx.me),
        steps_of(ctx),
    )
    found = live.data.page
    if beyond := last_page(ctx, found):
        return beyond
    board = Board(live, filter, bool(left_out), types, in_use, near, steps)
    return View(ctx.t("Board"), lambda: _build(ctx, board))


def _build(ctx: Ctx, board: Board) -> None:
    t, query = ctx.t, ctx.query
    with box("gs-page-head"):
        with box():
            heading(t("Neighbours who need a hand"))
            board.live.region("waiting", how_many_wait, tag="p", classes="gs-meta")
        link_button(t("Ask for help"), "/needs/new", kind="ask lg", symbol="add")
    first_steps_folded(ctx, board.steps)
    if board.refused:
        note(t("A part of this address makes no sense, so we left it out."))
    with box("gs-filters gs-scroll", tag="nav", aria_label=t("Kind of help")):
        if board.near:
            words = t("Near you: {city}", city=board.near.name)
            chosen = query.get("place") == str(board.near.id)
            toggle(words, address(ctx, place=None if chosen else board.near.id), on=chosen, glyph=icon("location_on"))
        filter_chip(ctx, t("All"), name="type", value=None)
        for kind in board.types:
            filter_chip(ctx, kind_name(t, kind.name), name="type", value=kind.id, glyph=symbol(f"type-{kind.icon}"))
    _filter_form(ctx, board)
    filtered = any(query.get(name) for name in ("q", "type", "place", "status"))
    too_many = board.live.data.too_many
    if too_many:
        note(too_many.text(t))
        return
    if filtered:
        board.live.region("found", how_many_found, tag="p", classes="gs-meta gs-found", data_aloud="found")
    if board.live.data.rows:
        put_list(ctx, board.live)
        pager(ctx, board.live.data.page)
        printed_foot(ctx)
    elif filtered:
        empty(
            "empty-search",
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
        find_field(ctx, t("Search"), "q", query.get("q", ""), placeholder=t("For example: pipe, clinic"))
        with more_filters(ctx, "place", "status", "sort"):
            select_field(
                t("Where"), "place", place_options(t, board.places), query.get("place", ""), first=t("Everywhere")
            )
            statuses = [(status.value, t(NEED_WORDS[status])) for status in NeedStatus]
            select_field(t("State"), "status", statuses, query.get("status", ""), first=t("All"))
            sorts = [(key, t(words)) for key, words in SORTS.items()]
            select_field(t("Order"), "sort", sorts, query.get("sort", ""), first=t(NEWEST))
        button(t("Search"), symbol="search", type="submit")
