"""Definition of each metric: its name, the sentence that explains it to readers, and the condition of its rows.

Tiles, lists and exports use the same condition, so they cannot disagree. Test accounts have no flag: a sample town is
only loaded into an empty database, never beside real accounts. Suspended members are not counted as members, but their
needs, offers and matches are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from gsapp.i18n import N_
from gsapp.metrics import conditions
from gsapp.metrics.context import Conditions, MetricContext
from gsapp.vocabulary import MetricKey

FEWEST = 5
"""With fewer rows, medians, shares and comparisons are not shown, unless the numbers are shown beside them."""


class Rows(StrEnum):
    """The table whose rows a metric counts."""

    NEEDS = "needs"
    OFFERS = "offers"
    MATCHES = "matches"
    MEMBERS = "members"


class Unit(StrEnum):
    """The unit of a metric's value. Minutes are the median of its rows, percents a share of them."""

    COUNT = "count"
    MINUTES = "minutes"
    PERCENT = "percent"


@dataclass(frozen=True)
class Metric:
    """A metric; `name` and `sentence`, its definition, are messages of the catalogues."""

    key: str
    name: str
    sentence: str


@dataclass(frozen=True)
class Counted(Metric):
    """A metric that counts the rows of a condition, `where`.

    `by_day`: the chart shows it by day. `everywhere`: its rows have no place and no kind of help, so that filters do
    not apply.
    """

    rows: Rows
    where: Callable[[MetricContext], Conditions]
    unit: Unit = Unit.COUNT
    by_day: bool = False
    everywhere: bool = False


PUBLISHED = Counted(
    MetricKey.PUBLISHED,
    N_("Published"),
    N_("Needs whose begin lies in the month, or on the day, cancelled ones included."),
    Rows.NEEDS,
    conditions.published,
    by_day=True,
)
COMPLETED = Metric(
    "completed",
    N_("Completed"),
    N_("Offers accepted in the month whose neighbour did not drop out."),
)
RATE = Metric(
    "rate",
    N_("Share done"),
    N_("Completed divided by published. Help is often found in a later month, so a month may exceed 100%."),
)
MONTHLY = (PUBLISHED, COMPLETED, RATE)

MATCHED = Counted(
    MetricKey.MATCHED,
    N_("Matched"),
    N_("Offers accepted on the day whose neighbour did not drop out: what the statistics call completed."),
    Rows.MATCHES,
    conditions.matched,
    by_day=True,
)
FULFILLED = Counted(
    MetricKey.FULFILLED,
    N_("Done"),
    N_("Help confirmed as done on the day: by who asked for it, or by itself after 7 days."),
    Rows.MATCHES,
    conditions.fulfilled,
    by_day=True,
)
OPEN_NOW = Counted(
    MetricKey.OPEN,
    N_("Waiting for help now"),
    N_("Needs that are neither over nor called off and have a place left."),
    Rows.NEEDS,
    conditions.waiting,
)
BEYOND_TARGET = Counted(
    MetricKey.BEYOND_TARGET,
    N_("Waiting too long"),
    N_("Needs with a place left, published longer ago than the target hours of their kind of help."),
    Rows.NEEDS,
    conditions.beyond_target,
)
TO_DECIDE = Counted(
    MetricKey.TO_DECIDE,
    N_("Offers to be answered"),
    N_("Offers without an answer, to needs that have a place left."),
    Rows.OFFERS,
    conditions.to_decide,
)
MATCHED_TODAY = Counted(
    MetricKey.MATCHED_TODAY,
    N_("Matched today"),
    N_("Offers accepted today whose neighbour did not drop out."),
    Rows.MATCHES,
    conditions.matched_today,
)
FULFILLED_THIS_MONTH = Counted(
    MetricKey.FULFILLED_THIS_MONTH,
    N_("Done this month"),
    N_("Help confirmed as done in this month: by who asked for it, or by itself after 7 days."),
    Rows.MATCHES,
    conditions.fulfilled_this_month,
)
FIRST_OFFER = Counted(
    MetricKey.FIRST_OFFER,
    N_("Until the first offer"),
    N_("The median from publishing to the first offer, of needs whose first offer came within the last 30 days."),
    Rows.OFFERS,
    conditions.first_offers,
    Unit.MINUTES,
)
WITHOUT_OFFER = Counted(
    MetricKey.WITHOUT_OFFER,
    N_("Still without any offer"),
    N_("Needs with a place left that nobody has ever offered to help with."),
    Rows.NEEDS,
    conditions.without_offer,
)
FIRST_MATCH = Counted(
    MetricKey.FIRST_MATCH,
    N_("Until a match"),
    N_("The median from publishing to the first accepted offer, of needs first matched within the last 30 days."),
    Rows.MATCHES,
    conditions.first_matches,
    Unit.MINUTES,
)
WITHOUT_MATCH = Counted(
    MetricKey.WITHOUT_MATCH,
    N_("Still without a match"),
    N_("Needs with a place left for which no offer has ever been accepted."),
    Rows.NEEDS,
    conditions.without_match,
)
FILL_RATE = Counted(
    MetricKey.FILL_RATE,
    N_("Filled of last month"),
    N_(
        "The share of the needs published last month that have found somebody."
        " Those called off before any offer stand apart."
    ),
    Rows.NEEDS,
    conditions.cohort,
    Unit.PERCENT,
)
FILLED = Counted(
    MetricKey.FILLED,
    N_("Filled"),
    N_("Needs published last month for which somebody has been found."),
    Rows.NEEDS,
    conditions.filled,
)
CALLED_OFF_EARLY = Counted(
    MetricKey.CALLED_OFF_EARLY,
    N_("Called off before any offer"),
    N_("Needs published last month that their authors called off before anybody had offered to help."),
    Rows.NEEDS,
    conditions.called_off_early,
)
UNMET = Counted(
    MetricKey.UNMET,
    N_("Unmet needs"),
    N_(
        "Needs that never found anybody and, within the last 30 days, passed their end or were called off after their"
        " target hours; and those waiting too long now."
    ),
    Rows.NEEDS,
    conditions.unmet,
)
ACTIVE = Counted(
    MetricKey.ACTIVE_VOLUNTEERS,
    N_("Active volunteers"),
    N_("Members whose offer was accepted, or whose help was confirmed, within the last 30 days."),
    Rows.MEMBERS,
    conditions.active,
)
NEVER_ASKED = Counted(
    MetricKey.NEVER_ASKED,
    N_("Never asked"),
    N_(
        "Members registered over 14 days ago who were never chosen to help, nor asked by name whether they can,"
        " and have not asked for help themselves. They belong to no place, so a filter does not change this."
    ),
    Rows.MEMBERS,
    conditions.never_asked,
    everywhere=True,
)

CHART = (PUBLISHED, MATCHED, FULFILLED)
COUNTED = {
    MetricKey(metric.key): metric
    for metric in (
        *(OPEN_NOW, BEYOND_TARGET, TO_DECIDE, MATCHED_TODAY, FULFILLED_THIS_MONTH),
        *(FIRST_OFFER, WITHOUT_OFFER, FIRST_MATCH, WITHOUT_MATCH),
        *(FILL_RATE, FILLED, CALLED_OFF_EARLY, ACTIVE, NEVER_ASKED, UNMET),
        *CHART,
    )
}
"""All metrics whose rows can be listed, by key."""
