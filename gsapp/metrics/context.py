"""The context in which metrics are evaluated: one moment and one scope for all numbers of a result; time spans."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_

from gsapp import clock
from gsapp.vocabulary import NeedStatus

DAYS = 30
"""The period of the metrics of the last 30 days: today and the 29 days before, in TIME_ZONE."""

Condition = ColumnElement[bool]
Conditions = tuple[Condition, ...]


class Span(NamedTuple):
    """A half-open interval of instants: `start` is included, `end` is not."""

    start: datetime
    end: datetime

    def holds(self, column: Any) -> Condition:
        """The condition that an `Instant` column is in the interval."""
        return and_(column >= self.start, column < self.end)

    def holds_wall_clock(self, column: Any) -> Condition:
        """The condition that a `WallClock` column is in the interval."""
        return and_(column >= clock.to_local(self.start), column < clock.to_local(self.end))


@dataclass(frozen=True)
class MetricContext:
    """The parameters of all metric conditions: one moment and one scope for all numbers of a result.

    `has_status` returns the condition that a need has a status; `overdue` is the condition that it exceeds the target
    hours of its kind. `scope` are conditions on the need of a row. `day` limits the metrics of the chart to one day.
    """

    now: datetime
    has_status: Callable[[NeedStatus], Condition]
    overdue: Condition
    scope: Conditions
    day: Span | None = None

    @property
    def days(self) -> Span:
        """The last 30 days, or `day`."""
        return self.day or Span(days_ago(self.now, DAYS - 1), days_ago(self.now, -1))


def days_ago(now: datetime, days: int) -> datetime:
    """The beginning, as an instant, of the day `days` before today in TIME_ZONE; negative for a day after it."""
    today = clock.to_local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return clock.to_utc(today - timedelta(days=days))


def month_of(now: datetime, back: int = 0) -> Span:
    """The current month in TIME_ZONE, or the one `back` months before."""
    first = clock.to_local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    number = first.year * 12 + first.month - 1 - back
    start, end = (first.replace(year=month // 12, month=month % 12 + 1) for month in (number, number + 1))
    return Span(clock.to_utc(start), clock.to_utc(end))
