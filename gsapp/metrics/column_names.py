"""Column headers for the rows of a metric (messages of the catalogue), which depend on the metric."""

from gsapp.i18n import N_
from gsapp.metrics.definitions import FULFILLED, FULFILLED_THIS_MONTH, Counted, Rows

CONFIRMED_AT = (FULFILLED, FULFILLED_THIS_MONTH)
WHO = {
    Rows.NEEDS: N_("Asked by"),
    Rows.OFFERS: N_("Offered by"),
    Rows.MATCHES: N_("Helped by"),
    Rows.MEMBERS: N_("Username"),
}
WHEN = {
    Rows.NEEDS: N_("Published on"),
    Rows.OFFERS: N_("Offered on"),
    Rows.MATCHES: N_("Accepted on"),
    Rows.MEMBERS: N_("Registered on"),
}


def confirmed(metric: Counted) -> bool:
    """Whether `DashboardRow.at` of a match is the time of its confirmation instead of its acceptance."""
    return metric in CONFIRMED_AT


def who_words(metric: Counted) -> str:
    """The header of the column `DashboardRow.member`."""
    return WHO[metric.rows]


def when_words(metric: Counted) -> str:
    """The header of the column `DashboardRow.at`."""
    return N_("Confirmed on") if confirmed(metric) else WHEN[metric.rows]
