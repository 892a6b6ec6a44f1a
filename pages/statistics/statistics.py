"""The monthly statistics: published and completed needs. Filters, sorting and page are in the address."""

import asyncio
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from gsapp import metrics
from gsapp.errors import Sentence
from gsapp.i18n.kinds import kind_name
from gsapp.queries import places
from gsapp.queries.statistics import statistics
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.needs import CityRow, TypeRow
from gsapp.schemas.statistics import MONTH, Statistics, StatisticsFilter, months_from, this_month
from pages.components.basics import box, button, card, heading, text
from pages.components.dialogs import note
from pages.components.exports import export_links, print_button, printed_foot
from pages.components.lists import address, empty, more_filters, select_field
from pages.components.places import place_options
from pages.components.statistics.chart import first_day, monthly_chart
from pages.components.statistics.grid import monthly_grid
from pages.components.statistics.tiles import monthly_tiles
from pages.core.actions import load_shared as shared
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View, last_page

MONTHS = ("start_month", "end_month")
OFFERED = 60  # months to choose from; an address may ask for older ones


@dataclass(frozen=True)
class StatisticsRequest:
    """The parsed query of an address: a filter, or the problems of its months."""

    filter: StatisticsFilter | None
    problems: Mapping[str, Sentence]
    left_out: bool = False  # other invalid parts of the address were ignored


@dataclass(frozen=True)
class Options:
    """The options of the filters."""

    types: Sequence[TypeRow]
    cities: Sequence[CityRow]


async def load(ctx: Ctx) -> View | Redirect:
    reload_on(ctx, statistics, places.service_types, places.places_in_use)
    request = parse_request(ctx.query)
    title = ctx.t("Monthly statistics")
    choices = asyncio.gather(shared(places.service_types), shared(places.places_in_use))
    if request.filter is None:
        options = Options(*await choices)
        return View(title, lambda: _build(ctx, request, options, None))
    found, chosen_from = await asyncio.gather(shared(statistics, filter=request.filter), choices)
    options = await _with_selected_place(Options(*chosen_from), request.filter)
    filter = _without_unknown(request.filter, options)
    if filter != request.filter:
        request = replace(request, filter=filter, left_out=True)
        found = await shared(statistics, filter=filter)
    if beyond := last_page(ctx, found.grid):
        return beyond
    return View(title, lambda: _build(ctx, request, options, found))


def parse_request(query: Mapping[str, str]) -> StatisticsRequest:
    """Parse the query of an address. Invalid months are reported; other invalid parts are ignored."""
    filter, left_out = parse_filter(StatisticsFilter, query)
    wrong = {name: left_out[name] for name in MONTHS if name in left_out}
    return StatisticsRequest(None if wrong else filter, wrong, left_out.keys() > wrong.keys())


async def _with_selected_place(options: Options, filter: StatisticsFilter) -> Options:
    """Add the selected place, if it is not among the options because nothing was ever counted there."""

    def chosen(city: CityRow) -> bool:
        return city.id == filter.city_id or city.province == filter.province

    if not (filter.city_id or filter.province) or any(map(chosen, options.cities)):
        return options
    more = [city for city in await shared(places.cities) if chosen(city)]
    return replace(options, cities=[*options.cities, *more])


def _without_unknown(filter: StatisticsFilter, options: Options) -> StatisticsFilter:
    changes: dict[str, Any] = {}
    if filter.city_id and filter.city_id not in {city.id for city in options.cities}:
        changes["city_id"] = None
    if filter.province and filter.province not in {city.province for city in options.cities}:
        changes["province"] = ""
    if filter.type_id and filter.type_id not in {kind.id for kind in options.types}:
        changes["type_id"] = None
    return filter.model_copy(update=changes)


def _build(ctx: Ctx, request: StatisticsRequest, options: Options, found: Statistics | None) -> None:
    t, filter = ctx.t, request.filter
    with box("gs-page-head"):
        with box():
            heading(t("Monthly statistics"))
            if filter:
                text(_scope(ctx, filter, options), "gs-meta")
        _spans(ctx, filter)
    _form(ctx, request, options)
    for name, sentence in request.problems.items():
        label = _month_label(ctx, name)
        message = t("{field}: {problem}", field=label, problem=t(sentence.msgid, **sentence.values))
        note(message, "bad").props["role"] = "alert"
    if request.left_out:
        note(t("A part of this address makes no sense, so we left it out."))
    if filter and found:
        monthly_tiles(ctx, found, len(filter.months))
        if found.grid.total:
            monthly_chart(ctx, found.months, options.types)
            monthly_grid(ctx, found, filter)
            with box("gs-under"):
                export_links(ctx, "statistics", filter)
                print_button(ctx)
        else:
            _nothing(ctx)
    _definitions(ctx)
    printed_foot(ctx)


def _scope(ctx: Ctx, filter: StatisticsFilter, options: Options) -> str:
    t = ctx.t
    first, last = t.month(first_day(filter.start_month)), t.month(first_day(filter.end_month))
    city = next((city.name for city in options.cities if city.id == filter.city_id), filter.province)
    return t("{first} to {last}", first=first, last=last) + " · " + (city or t("all cities"))


def _spans(ctx: Ctx, filter: StatisticsFilter | None) -> None:
    t = ctx.t
    with box("gs-filters", tag="nav", aria_label=t("Quick choice of months")):
        for words, count in ((t("Last 6 months"), 6), (t("Last 12 months"), 12)):
            start, end = months_from(this_month(), -count)[0], this_month()
            target = address(ctx, start_month=start, end_month=end)
            chip = text(words, "q-btn gs-btn gs-filter gs-linkbtn", tag="a", href=target)
            if filter and (filter.start_month, filter.end_month) == (start, end):
                chip.props["aria-current"] = "true"


def _month_label(ctx: Ctx, name: str) -> str:
    return ctx.t("First month") if name == "start_month" else ctx.t("Last month")


def _form(ctx: Ctx, request: StatisticsRequest, options: Options) -> None:
    t, query, filter = ctx.t, ctx.query, request.filter
    with box("gs-filterform gs-statsform", tag="form", method="get", action="/stats", role="search"):
        for name in ("view", "sort", "descending"):
            if query.get(name):
                box(tag="input", type="hidden", name=name, value=query[name])
        chosen = {name: query.get(name) or (getattr(filter, name) if filter else "") for name in MONTHS}
        choice = _months_to_choose(ctx, chosen.values())
        with more_filters(ctx, *MONTHS, "place", "type"):
            for name, value in chosen.items():
                select_field(_month_label(ctx, name), name, choice, value)
            place = query.get("place", "")
            select_field(t("Where"), "place", place_options(t, options.cities), place, first=t("All places"))
            kinds = [(str(kind.id), kind_name(t, kind.name)) for kind in options.types]
            select_field(t("Kind of help"), "type", kinds, query.get("type", ""), first=t("All kinds"))
            button(t("Show"), type="submit")


def _months_to_choose(ctx: Ctx, chosen: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Months by year, the newest first, and those in the address. Native month inputs ignore the page's language."""
    offered = {*months_from(this_month(), -OFFERED), *(month for month in chosen if re.fullmatch(MONTH, month))}
    years: dict[str, list[tuple[str, str]]] = {}
    for month in sorted(offered, reverse=True):
        years.setdefault(month[:4], []).append((month, ctx.t.month(first_day(month))))
    return years


def _nothing(ctx: Ctx) -> None:
    t = ctx.t
    year = months_from(this_month(), -12)
    words = t("Nothing was counted here in these months")
    what_next = t("Choose more months, another place or all kinds of help.")
    target = f"/stats?start_month={year[0]}&end_month={year[-1]}"
    empty("empty-stats", words, what_next, to=target, button=t("Show the last 12 months everywhere"), kind="")


def _definitions(ctx: Ctx) -> None:
    t = ctx.t
    with card("gs-definitions"):
        text(t("What the numbers mean"), tag="h2")
        with box(tag="dl"):
            for metric in metrics.MONTHLY:
                text(t(metric.name), tag="dt")
                text(t(metric.sentence), tag="dd")
