"""Column names of the rows behind a number, which differ from metric to metric: messages of the catalogue."""

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
    """Whether `DashboardRow.at` of a match is when it was confirmed, and not when it was made."""
    return metric in CONFIRMED_AT


def who_words(metric: Counted) -> str:
    """The name of the column `DashboardRow.member`."""
    return WHO[metric.rows]


def when_words(metric: Counted) -> str:
    """The name of the column `DashboardRow.at`."""
    return N_("Confirmed on") if confirmed(metric) else WHEN[metric.rows]
