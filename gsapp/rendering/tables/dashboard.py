"""Export of the rows of a dashboard metric, for coordinators. Columns and file name depend on the metric."""

from gsapp import metrics
from gsapp.i18n import N_
from gsapp.metrics import Rows
from gsapp.rendering.columns import Column, Layout
from gsapp.schemas.dashboard import DashboardRow, RowsFilter
from gsapp.vocabulary import NEED_WORDS

NEED: tuple[Column[DashboardRow], ...] = (
    Column(N_("Number"), lambda row, _: row.need_id),
    Column(N_("What is needed"), lambda row, _: row.title),
    Column(N_("Kind of help"), lambda row, _: row.type_name),
    Column(N_("Province"), lambda row, _: row.province),
    Column(N_("City"), lambda row, _: row.city_name),
    Column(N_("State"), lambda row, t: t(NEED_WORDS[row.status]) if row.status else ""),
    Column(N_("Begin"), lambda row, _: row.starts_at),
)


def dashboard_rows(filter: RowsFilter) -> Layout[DashboardRow]:
    """The layout for the metric of the filter."""
    metric = metrics.COUNTED[filter.metric]
    name = f"{metric.key}-of-{filter.day}" if filter.day and metric.by_day else metric.key
    columns: tuple[Column[DashboardRow], ...] = (
        Column(metrics.who_words(metric), lambda row, _: row.member),
        Column(metrics.when_words(metric), lambda row, _: row.at),
    )
    if metric.rows is Rows.MEMBERS:
        return Layout(name, columns)
    return Layout(name, (*NEED, *columns, Column(N_("Minutes waited"), lambda row, _: row.minutes)))
