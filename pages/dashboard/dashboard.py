"""The dashboard of coordinators: live metrics, overdue needs, unmet needs by city, and the latest events."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gsapp import metrics
from gsapp.i18n import Translator
from gsapp.i18n.kinds import kind_name
from gsapp.queries import admin_overview as queries
from gsapp.queries import places
from gsapp.queries.dashboard import dashboard
from gsapp.schemas.admin_rows import Due
from gsapp.schemas.dashboard import Dashboard, DashboardFilter
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.needs import CityRow, TypeRow
from gsapp.schemas.onboarding import FirstSteps
from pages.components.basics import box, button, card, heading, icon, link_button, text
from pages.components.dashboard.chart import chart
from pages.components.dashboard.lists import feed, oldest
from pages.components.dashboard.matrix import matrix
from pages.components.dashboard.tiles import due, tiles
from pages.components.dialogs import note
from pages.components.lists import select_field
from pages.components.places import place_options
from pages.core.actions import load_shared
from pages.core.session import Ctx
from pages.live.regions import LiveQuery, subscribe
from pages.shell.onboarding import first_steps_folded, steps_of
from pages.shell.routes import View

STAMP = Markup('<p class="gs-dashboard-stamp"><b>{live}</b> {updated} · {day}</p>')


@dataclass(frozen=True)
class Choices:
    """Options of the filters, and whether parts of the address were invalid (`refused`)."""

    types: Sequence[TypeRow]
    places: Sequence[CityRow]
    refused: bool


async def load(ctx: Ctx) -> View:
    filter, left_out = parse_filter(DashboardFilter, ctx.query)
    live, waiting, types, in_use, steps = await asyncio.gather(
        subscribe(ctx, dashboard, filter=filter),
        subscribe(ctx, queries.due),
        load_shared(places.service_types),
        load_shared(places.places_in_use),
        steps_of(ctx),
    )
    return View(ctx.t("Dashboard"), lambda: _build(ctx, live, waiting, Choices(types, in_use, bool(left_out)), steps))


def _build(
    ctx: Ctx, live: LiveQuery[Dashboard], waiting: LiveQuery[Due], choices: Choices, steps: FirstSteps | None
) -> None:
    t = ctx.t
    with box("gs-page-head"):
        with box():
            heading(t("Dashboard"))
            live.region("stamp", stamp)
        link_button(t("Show on the wall"), "/dashboard/links", symbol="tv")
    waiting.region("due", due)
    first_steps_folded(ctx, steps)
    if choices.refused:
        note(t("A part of this address makes no sense, so we left it out."))
    filter_form(ctx, choices.types, choices.places)
    live.region("tiles", tiles)
    with card("gs-dashboard-days"):
        text(t("The last 30 days"), tag="h2")
        live.region("chart", chart)
    with box("gs-dashboard-two"):
        with card():
            text(t("Where help is missing"), tag="h2")
            live.region("matrix", matrix)
        with card():
            text(t("Waiting longest"), tag="h2")
            live.region("oldest", oldest)
    with card("gs-dashboard-happened"):
        text(t("Just now"), tag="h2")
        live.region("feed", feed)
    _definitions(ctx)


def stamp(t: Translator, data: Dashboard) -> Markup:
    """The time of the data."""
    updated = t("updated {time}", time=t.time(data.as_of))
    return STAMP.format(live=t("Live"), updated=updated, day=t.weekday_date(data.as_of))


def filter_form(ctx: Ctx, types: Sequence[TypeRow], cities: Sequence[CityRow]) -> None:
    """The filter form: place and kind of help. Keeps `metric` and `day` of the address."""
    t, query = ctx.t, ctx.query
    with box("gs-filterform gs-dashboard-form", tag="form", method="get", action=ctx.path, role="search"):
        for name in ("metric", "day"):
            if query.get(name):
                box(tag="input", type="hidden", name=name, value=query[name])
        select_field(t("Where"), "place", place_options(t, cities), query.get("place", ""), first=t("Everywhere"))
        kinds = [(str(kind.id), kind_name(t, kind.name)) for kind in types]
        select_field(t("Kind of help"), "type", kinds, query.get("type", ""), first=t("All kinds"))
        button(t("Show"), type="submit")


def _definitions(ctx: Ctx) -> None:
    t = ctx.t
    with box("gs-help-q gs-first-steps-fold", tag="details"):
        with box(tag="summary"):
            text(t("What the numbers mean"), tag="h2")
            icon("expand_more")
        with box("gs-help-answer gs-definitions"), box(tag="dl"):
            for metric in metrics.COUNTED.values():
                text(t(metric.name), tag="dt")
                text(t(metric.sentence), tag="dd")
