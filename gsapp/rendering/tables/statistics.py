"""Export of the monthly statistics."""

from gsapp import metrics
from gsapp.i18n import N_
from gsapp.rendering.columns import Column, Layout
from gsapp.schemas.statistics import GridRow

STATISTICS: Layout[GridRow] = Layout(
    "statistics",
    (
        Column(N_("Month"), lambda row, _: row.month),
        Column(N_("Kind of help"), lambda row, _: row.type_name),
        Column(N_("City"), lambda row, _: row.city_name),
        Column(metrics.PUBLISHED.name, lambda row, _: row.published),
        Column(metrics.COMPLETED.name, lambda row, _: row.completed),
        Column(metrics.RATE.name, lambda row, _: None if row.rate is None else round(row.rate, 4)),
    ),
)
