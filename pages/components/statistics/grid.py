"""Sortable table of the monthly statistics; on phones each row takes two lines."""

from gsapp import metrics
from gsapp.i18n import Translator
from gsapp.schemas.statistics import Counts, GridRow, Statistics, StatisticsFilter
from pages.components.badges import kind_of_help
from pages.components.basics import box, icon, text
from pages.components.lists import address, pager
from pages.components.statistics.chart import first_day
from pages.core.session import Ctx

# Names sort ascending first, months and numbers descending.
RISING_FIRST = {"city", "type"}


def monthly_grid(ctx: Ctx, found: Statistics, filter: StatisticsFilter) -> None:
    t = ctx.t
    columns = (
        ("month", t("Month")),
        ("type", t("Kind of help")),
        ("city", t("City")),
        ("published", t(metrics.PUBLISHED.name)),
        ("completed", t(metrics.COMPLETED.name)),
        ("rate", t(metrics.RATE.name)),
    )
    name = t("Figures by month, kind of help and city")
    with box("q-table__container gs-table gs-monthly"), box(tag="table", role="table", aria_label=name):
        with box(tag="thead", role="rowgroup"), box(tag="tr", role="row"):
            for key, words in columns:
                _head(ctx, filter, key, words)
        with box(tag="tbody", role="rowgroup"):
            for row in found.grid.items:
                _row(t, row)
        with box(tag="tfoot", role="rowgroup"), box(tag="tr", role="row"):
            text(t("Total"), "gs-month-total", tag="th", role="rowheader", colspan="3", aria_colspan="3")
            _numbers(t, found.total)
    pager(ctx, found.grid)


def _head(ctx: Ctx, filter: StatisticsFilter, key: str, words: str) -> None:
    with box(f"gs-month-{key}", tag="th", role="columnheader", scope="col") as head:
        if filter.sort == key:
            descending = not filter.descending
            head.props["aria-sort"] = "descending" if filter.descending else "ascending"
        else:
            descending = key not in RISING_FIRST
        target = address(ctx, sort=key, descending="" if descending else "false")
        with box(tag="a", href=target):
            text(words, tag="span")
            if filter.sort == key:
                icon("arrow_downward" if filter.descending else "arrow_upward")


def _row(t: Translator, row: GridRow) -> None:
    with box(tag="tr", role="row"):
        text(t.month(first_day(row.month)), "gs-month-month", tag="td", role="cell")
        with box("gs-month-type", tag="td", role="cell"):
            kind_of_help(t, row.type_icon, row.type_name)
        text(row.city_name, "gs-month-city", tag="th", role="rowheader", scope="row", lang="zh-CN")
        _numbers(t, row)


def _numbers(t: Translator, counts: Counts) -> None:
    text(t.number(counts.published), "gs-month-published", tag="td", role="cell")
    text(t.number(counts.completed), "gs-month-completed", tag="td", role="cell")
    rate = counts.rate
    cell = text("—" if rate is None else t.percent(rate), "gs-month-rate", tag="td", role="cell")
    if rate is not None:
        cell.classes("gs-rate").style(f"--share: {min(100, round(rate * 100))}%")  # the bar, by the style sheet
