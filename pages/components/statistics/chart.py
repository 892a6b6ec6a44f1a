"""Chart of the monthly statistics. Plotly is loaded lazily, after everything else on the page was painted."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress

from nicegui import ui

# Imported by name, so that the import map of the first page already contains Plotly's module.
from nicegui.elements.plotly import Plotly

from gsapp import metrics
from gsapp.i18n.kinds import kind_name
from gsapp.schemas.needs import TypeRow
from gsapp.schemas.statistics import MonthCounts
from pages.components.badges import kind_of_help
from pages.components.basics import box, card, text
from pages.components.lists import address
from pages.components.statistics import figure as charts
from pages.core.session import Ctx

# First everything else is painted (hidden tabs do not paint: the second timer fires there), then Plotly is fetched. The
# chart is mounted last: if it were removed while it waits for Plotly, it would log an error in the console.
READY = (
    "new Promise(done => { requestAnimationFrame(() => setTimeout(done)); setTimeout(done, 500); })"
    ".then(() => import('nicegui-plotly')).then(() => null)"
)
MAX_CHART_WAIT = 60.0  # seconds; then the chart is mounted anyway
TYPES = "types"


def first_day(month: str) -> dt.date:
    return dt.date(int(month[:4]), int(month[5:]), 1)


def monthly_chart(ctx: Ctx, months: Sequence[MonthCounts], types: Sequence[TypeRow]) -> None:
    """A line chart, or with `view=types` in the address a bar chart by kind of help."""
    t = ctx.t
    published, completed = t(metrics.PUBLISHED.name), t(metrics.COMPLETED.name)
    labels = [t.short_month(first_day(month.month)) for month in months]
    full = [t.month(first_day(month.month)) for month in months]
    bars = ctx.query.get("view") == TYPES
    with card("gs-chartcard"):
        with box("gs-top"):
            text(t("Needs published and completed"), tag="h2")
            _switch(ctx, bars)
        if bars:
            _legend(ctx, types, published, completed)
        with box("gs-chart", role="img", aria_label=_summary(ctx, months, full)):
            plot = box("gs-plot").style(f"height: {charts.HEIGHT}px")
            if not bars:
                _names_of_lines(ctx, months, published, completed)
        named = [kind.model_copy(update={"name": kind_name(t, kind.name)}) for kind in types]
        figure = (
            charts.by_type(
                months, labels, full, named, published=published, completed=completed, other=t("Other kinds of help")
            )
            if bars
            else charts.published_and_completed(months, labels, full, published=published, completed=completed)
        )

        async def draw() -> None:
            with suppress(TimeoutError):
                await ctx.client.run_javascript(READY, timeout=MAX_CHART_WAIT)
            if not plot.is_deleted:
                with plot:
                    Plotly(figure)

        ui.timer(0, draw, once=True)


def _switch(ctx: Ctx, bars: bool) -> None:
    t = ctx.t
    with box("gs-switch", tag="nav", aria_label=t("Kind of chart")):
        for words, value, on in ((t("In total"), None, not bars), (t("By kind of help"), TYPES, bars)):
            target = address(ctx, view=value, page=ctx.query.get("page"))
            chip = text(words, "q-btn gs-btn gs-filter gs-linkbtn", tag="a", href=target)
            if on:
                chip.props["aria-current"] = "true"


def _names_of_lines(ctx: Ctx, months: Sequence[MonthCounts], published: str, completed: str) -> None:
    t = ctx.t
    last = months[-1]
    at = charts.ends_of_lines(months)
    with box("gs-ends"):
        for key, words, count, top in (
            ("s1", published, last.published, at[0]),
            ("s2", completed, last.completed, at[1]),
        ):
            with box(f"gs-end gs-end--{key}", tag="span").style(f"--y: {top}px"):
                text(words, tag="span")
                text(t.number(count), tag="span")


def _legend(ctx: Ctx, types: Sequence[TypeRow], published: str, completed: str) -> None:
    with box("gs-legend", tag="ul", aria_label=ctx.t("Colours")):
        for kind in types:
            with box(tag="li"):
                kind_of_help(ctx.t, kind.icon, kind.name)
        for key, words in (("pale", published), ("full", completed)):
            with box(f"gs-key gs-key--{key}", tag="li"):
                text(words, tag="span")


def _summary(ctx: Ctx, months: Sequence[MonthCounts], full: Sequence[str]) -> str:
    t = ctx.t
    most = max(range(len(months)), key=lambda index: months[index].published)
    return t(
        "From {first} to {last} {published} needs were published and {completed} completed; "
        "{month} had the most with {most} published.",
        first=full[0],
        last=full[-1],
        published=t.number(sum(month.published for month in months)),
        completed=t.number(sum(month.completed for month in months)),
        month=full[most],
        most=t.number(months[most].published),
    )
