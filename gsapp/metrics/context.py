"""The moment and the part of the community that all numbers of one answer are about."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_

from gsapp import clock
from gsapp.vocabulary import NeedStatus

DAYS = 30
"""Where a metric speaks of 30 days: today and the 29 days before it, in TIME_ZONE."""

Condition = ColumnElement[bool]
Conditions = tuple[Condition, ...]


class Span(NamedTuple):
    """From one instant up to, and without, another."""

    start: datetime
    end: datetime

    def holds(self, column: Any) -> Condition:
        return and_(column >= self.start, column < self.end)

    def holds_wall_clock(self, column: Any) -> Condition:
        return and_(column >= clock.to_local(self.start), column < clock.to_local(self.end))


@dataclass(frozen=True)
class MetricContext:
    """What the conditions are asked of: one moment and one part of the community, for all numbers of one answer.

    `has_status` and `overdue` are the queries' own ways to find a need by its status, and by its age against the target
    of its kind. `scope` are conditions on the need behind a row. `day`, when asked for, narrows what the chart counts.
    """

    now: datetime
    has_status: Callable[[NeedStatus], Condition]
    overdue: Condition
    scope: Conditions
    day: Span | None = None

    @property
    def days(self) -> Span:
        """The last 30 days, or the one day asked for."""
        return self.day or Span(days_ago(self.now, DAYS - 1), days_ago(self.now, -1))


def days_ago(now: datetime, days: int) -> datetime:
    """The beginning of the day so many days before today, in TIME_ZONE."""
    today = clock.to_local(now).replace(hour=0, minute=0, second=0, microsecond=0)
    return clock.to_utc(today - timedelta(days=days))


def month_of(now: datetime, back: int = 0) -> Span:
    """This month in TIME_ZONE, or one so many months before."""
    first = clock.to_local(now).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    number = first.year * 12 + first.month - 1 - back
    start, end = (first.replace(year=month // 12, month=month % 12 + 1) for month in (number, number + 1))
    return Span(clock.to_utc(start), clock.to_utc(end))
