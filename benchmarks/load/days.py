"""The calendar of a load-test town: events per day, and times as numbers and text.

Times are seconds since 1970: in UTC for instants, in local time (TIME_ZONE) for a need's start and end.
"""

from bisect import bisect
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from gsapp import clock

DAY, HOUR = 86_400, 3600
PAST = 1096
AHEAD = 120
"""Days before and after today for which UTC offsets are known; needs are published on the `PAST` ones."""
BUSY_MONTHS = (0.95, 0.7, 1.05, 1.0, 1.0, 0.95, 0.85, 0.85, 1.05, 1.05, 1.1, 1.15)
BUSY_WEEKDAYS = (1.1, 1.0, 1.0, 1.0, 1.1, 1.2, 0.8)
GROWTH = 2.0
"""The increase of events per day from the first day to the last: 2.0 means three times as many."""
EPOCH = datetime(1970, 1, 1)


@dataclass(frozen=True)
class Calendar:
    """`first` and `today` count days since 1970; `offsets` are TIME_ZONE's seconds east of UTC from `first` on."""

    first: int
    today: int
    offsets: tuple[int, ...]

    @property
    def now(self) -> int:
        """The instant before which all events are: the beginning of today."""
        return self.instant(self.today, 0)

    def instant(self, day: int, second: int) -> int:
        """The instant of a local time; inexact by an hour on days when the clocks change."""
        return day * DAY + second - self.offsets[day - self.first]

    def busy(self) -> list[float]:
        """The cumulative share of all events up to and including each past day."""
        sums = list(accumulate(self._weight(day) for day in range(PAST)))
        return [part / sums[-1] for part in sums]

    def _weight(self, day: int) -> float:
        date = EPOCH + timedelta(days=self.first + day)
        return BUSY_MONTHS[date.month - 1] * BUSY_WEEKDAYS[date.weekday()] * (1 + GROWTH * day / PAST)


def calendar_until(now: datetime) -> Calendar:
    """The calendar whose last full day is the day before `now` (local time)."""
    today = (now - EPOCH).days
    noons = (EPOCH + timedelta(days=day, hours=12) for day in range(today - PAST, today + AHEAD))
    offsets = tuple(round((noon.replace(tzinfo=UTC) - clock.to_utc(noon)).total_seconds()) for noon in noons)
    return Calendar(today - PAST, today, offsets)


class Timestamps:
    """Formats seconds since 1970 as both databases store them, from precomputed texts of days and seconds."""

    def __init__(self, calendar: Calendar) -> None:
        self._first = calendar.first - 60
        days = range(self._first, calendar.today + AHEAD + 60)
        self._days = [f"{EPOCH + timedelta(days=day):%Y-%m-%d}" for day in days]
        self._seconds = [f" {s // HOUR:02d}:{s // 60 % 60:02d}:{s % 60:02d}.000000" for s in range(DAY)]

    def __call__(self, time: int) -> str:
        day, second = divmod(time, DAY)
        return self._days[day - self._first] + self._seconds[second]


class PublicationTimes:
    """The publication times of `needs` needs, in order."""

    def __init__(self, calendar: Calendar, needs: int) -> None:
        self._busy, self._needs, self._first = calendar.busy(), needs, calendar.first

    def __call__(self, number: int) -> tuple[int, int]:
        """The day of need `number`, and the second of that day, between 7:00 and 22:00."""
        share = (number + 0.5) / self._needs
        day = bisect(self._busy, share)
        before = self._busy[day - 1] if day else 0.0
        part = (share - before) / (self._busy[day] - before)
        return self._first + day, int((7 + 15 * part) * HOUR)
