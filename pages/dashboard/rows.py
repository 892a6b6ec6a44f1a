"""The rows behind a metric of the dashboard: exactly those that it counts, as a list and as exports."""

import asyncio

from markupsafe import Markup

from gsapp import clock, metrics
from gsapp.errors import NotFound
from gsapp.i18n import Translator
from gsapp.i18n.kinds import kind_name
from gsapp.metrics import Counted, Rows, when_words, who_words
from gsapp.queries import places
from gsapp.queries.dashboard_rows import rows
from gsapp.schemas.dashboard import DashboardRow, RowsFilter
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import MetricKey
from pages.components.admin_layout import Column, linked, table, with_small
from pages.components.badges import need_chip_markup, plate_markup
from pages.components.basics import box, heading, link, text
from pages.components.dashboard.words import lasting
from pages.components.dialogs import note
from pages.components.exports import export_links, print_button, printed_foot
from pages.components.lists import address, empty, pager
from pages.components.places import place_markup
from pages.core.actions import load as fetch
from pages.core.actions import load_shared
from pages.core.session import Ctx
from pages.dashboard.dashboard import filter_form
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View, last_page


async def load(ctx: Ctx) -> View | Redirect:
    reload_on(ctx, rows, places.service_types, places.places_in_use)
    if ctx.query.get("metric", "") not in set(MetricKey):
        raise NotFound
    filter, left_out = parse_filter(RowsFilter, ctx.query)
    found, types, in_use = await asyncio.gather(
        fetch(rows, actor=ctx.me, filter=filter), load_shared(places.service_types), load_shared(places.places_in_use)
    )
    if beyond := last_page(ctx, found):
        return beyond

    def build() -> None:
        _head(ctx, filter, found, refused=bool(left_out))
        filter_form(ctx, types, in_use)
        _list(ctx, filter, found)

    return View(ctx.t(metrics.COUNTED[filter.metric].name), build)


def _head(ctx: Ctx, filter: RowsFilter, found: Page[DashboardRow], *, refused: bool) -> None:
    t, metric = ctx.t, metrics.COUNTED[filter.metric]
    with box("gs-page-head"), box():
        link(t("Back to the dashboard"), _back(ctx), "gs-back-link")
        heading(t(metric.name))
        day = t.date(filter.day) if filter.day and metric.by_day else ""
        with box("gs-dashboard-count", tag="p", role="status"):
            text(t.number(found.total), tag="span")
            unit = _unit(t, metric, found.total)
            text(f" {unit} · {day}" if day else f" {unit}", tag="small")
        text(t(metric.sentence), "gs-meta")
    if refused:
        note(t("A part of this address makes no sense, so we left it out."))


def _back(ctx: Ctx) -> str:
    filters = {name: ctx.query.get(name) for name in ("place", "type")}
    return address(ctx, **filters, metric="", day="").replace("/dashboard/rows", "/dashboard")


def _unit(t: Translator, metric: Counted, n: int) -> str:
    return {
        Rows.NEEDS: t.n("need", "needs", n),
        Rows.OFFERS: t.n("offer", "offers", n),
        Rows.MATCHES: t.n("match", "matches", n),
        Rows.MEMBERS: t.n("member", "members", n),
    }[metric.rows]


def _list(ctx: Ctx, filter: RowsFilter, found: Page[DashboardRow]) -> None:
    t, metric = ctx.t, metrics.COUNTED[filter.metric]
    if not found.items:
        empty("empty-search", t("Nothing is counted here now"), t("Choose another place or all kinds of help."))
        return
    if metric.rows is Rows.MEMBERS:
        columns = [Column(t(who_words(metric))), Column(t(when_words(metric)))]
    else:
        need = [Column(t("What is needed")), Column(t("Number")), Column(t("Where")), Column(t("State"))]
        columns = [*need, Column(t(who_words(metric))), Column(t(when_words(metric))), Column(t("Waited"))]
    table(t(metric.name), columns, [_row(t, metric, row) for row in found.items])
    pager(ctx, found)
    with box("gs-under"):
        export_links(ctx, "dashboard", filter)
        print_button(ctx)
    printed_foot(ctx)


def _row(t: Translator, metric: Counted, row: DashboardRow) -> list[Markup | str]:
    member = linked(row.member, f"/users/{row.member_id}")
    when = t.when(clock.to_local(row.at), clock.local_now())
    if metric.rows is Rows.MEMBERS or row.need_id is None or row.status is None:
        return [member, when]
    return [
        with_small(linked(row.title, f"/needs/{row.need_id}"), kind_name(t, row.type_name)),
        plate_markup(t, row.need_id),
        place_markup(row.city_name, row.province),
        need_chip_markup(t, row.status),
        member,
        when,
        "—" if row.minutes is None else lasting(t, row.minutes),
    ]
