"""The only source of time. Instants are aware UTC; wall-clock times are naive and belong to TIME_ZONE."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo


def _system_time() -> datetime:
    return datetime.now(UTC)


_source: Callable[[], datetime] = _system_time
_zone = ZoneInfo("Asia/Shanghai")


def set_zone(name: str) -> None:
    """Set TIME_ZONE, an IANA name, once at start. Raises `ZoneInfoNotFoundError` for an unknown one."""
    global _zone
    _zone = ZoneInfo(name)


def zone() -> ZoneInfo:
    """TIME_ZONE, for file formats that include the time zone."""
    return _zone


def now() -> datetime:
    """The current instant, UTC, in whole seconds, which both databases store without rounding."""
    return _source().replace(microsecond=0)


def local_now() -> datetime:
    """The current wall-clock time of TIME_ZONE, naive, as the start and end of a need are stored.

    It never goes back: when summer time ends and an hour is repeated, it stays at the last second of that hour until
    the repetition is over. A need that has ended is then not open again for the rest of it.
    """
    local = now().astimezone(_zone)
    if local.fold:
        local = local.replace(minute=59, second=59)
    return local.replace(tzinfo=None)


def to_local(instant: datetime) -> datetime:
    """Wall-clock time (naive) of an instant. A naive instant is taken as UTC, as databases return it."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
    return aware.astimezone(_zone).replace(tzinfo=None)


def to_utc(wall_clock: datetime) -> datetime:
    """The instant (aware UTC) of a wall-clock time of TIME_ZONE."""
    return wall_clock.replace(tzinfo=_zone).astimezone(UTC)


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The wall-clock times (naive) at which this day and the next one begin."""
    begin = datetime(day.year, day.month, day.day)
    if day == date.max:  # there is no next one
        return begin, begin.replace(hour=23, minute=59, second=59)
    return begin, begin + timedelta(days=1)


@contextmanager
def at(moment: datetime) -> Iterator[Callable[[timedelta], None]]:
    """Freeze time at `moment` (aware); yields a function that advances it by a timedelta. For tests and sample data."""
    global _source
    before, current = _source, moment

    def move(step: timedelta) -> None:
        nonlocal current
        current += step

    _source = lambda: current  # noqa: E731 - a closure over the moving moment
    try:
        yield move
    finally:
        _source = before
