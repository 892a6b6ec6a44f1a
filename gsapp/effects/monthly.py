"""Monthly totals for statistics: incremented in the transaction of each event, and rebuilt from the rows.

Published: needs that begin in the month, cancelled ones included. Completed: matches accepted in the month and not
dropped. Months are those of TIME_ZONE.
"""

from collections.abc import Callable, Iterator
from datetime import MAXYEAR, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, insert
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.effects import counters
from gsapp.models import Match, MonthlyTotal, Need
from gsapp.models.totals import month_key
from gsapp.vocabulary import COUNTING_MATCHES


class Key(NamedTuple):
    month: str
    type_id: int
    city_id: int


class Difference(NamedTuple):
    """A stored total that differs from the recount. Each pair is (published, completed)."""

    key: Key
    stored: tuple[int, int]
    counted: tuple[int, int]

    def __str__(self) -> str:
        return (
            f"{self.key.month} type {self.key.type_id} city {self.key.city_id}: "
            f"published {self.stored[0]} (counted {self.counted[0]}), "
            f"completed {self.stored[1]} (counted {self.counted[1]})"
        )


def add_published(session: Session, *, starts_at: datetime, type_id: int, city_id: int, change: int) -> None:
    """Add `change` (+1 or -1) to the published needs of the month in which the need begins."""
    _add(session, month_key(starts_at), type_id, city_id, published=change)


def add_completed(session: Session, match: Match, need: Need, change: int) -> None:
    """Add `change` (+1 or -1) to the completed matches of the month, in TIME_ZONE, in which the match was accepted."""
    month = month_key(clock.to_local(match.accepted_at))
    _add(session, month, need.type_id, need.city_id, completed=change)


def repair(session: Session, *, key: Key) -> bool:
    """Recount the totals of one month, type and city. Returns whether they were wrong."""
    return counters.repair(session, MonthlyTotal(**key._asdict()), lambda: _counted_at(session, key))


def rebuild(session: Session) -> int:
    """Replace all totals by a recount of needs and matches; returns the number of rows."""
    session.exec(delete(MonthlyTotal))
    rows = [{**key._asdict(), "published": both[0], "completed": both[1]} for key, both in counted(session).items()]
    if rows:
        session.execute(insert(MonthlyTotal), rows)
    return len(rows)


def counted(session: Session) -> dict[Key, tuple[int, int]]:
    """Recount needs and matches: (published, completed) by month, type and city.

    The database counts one month at a time, so that no statement takes long and memory does not grow with the rows.
    """
    begun = select(Need.type_id, Need.city_id, func.count())
    published = dict(_month_by_month(session, begun, col(Need.starts_at)))
    helped = begun.select_from(Match).join(Need, col(Need.id) == col(Match.need_id))
    helped = helped.where(col(Match.state).in_(COUNTING_MATCHES))
    completed = dict(_month_by_month(session, helped, col(Match.accepted_at), moment=clock.to_utc))
    return {key: (published.get(key, 0), completed.get(key, 0)) for key in published.keys() | completed.keys()}


def stored(session: Session) -> dict[Key, tuple[int, int]]:
    """The stored totals: (published, completed) by month, type and city."""
    columns = (MonthlyTotal.month, MonthlyTotal.type_id, MonthlyTotal.city_id)
    rows = session.execute(wide_select(*map(col, columns), col(MonthlyTotal.published), col(MonthlyTotal.completed)))
    return {Key(*row[:3]): (row[3], row[4]) for row in rows}


def differences(session: Session) -> list[Difference]:
    """Every total that differs from the recount; a missing row counts as zeros."""
    actual, expected = stored(session), counted(session)
    keys = sorted(actual.keys() | expected.keys())
    zero = (0, 0)
    return [
        Difference(key, actual.get(key, zero), expected.get(key, zero))
        for key in keys
        if actual.get(key, zero) != expected.get(key, zero)
    ]


def _add(session: Session, month: str, type_id: int, city_id: int, **changes: int) -> None:
    key = Key(month, type_id, city_id)
    counters.add(session, MonthlyTotal(**key._asdict()), lambda: _counted_at(session, key), **changes)


def _counted_at(session: Session, key: Key) -> dict[str, int]:
    begin = datetime(int(key.month[:4]), int(key.month[4:]), 1)
    end = _next_month(begin)
    here = select(func.count()).where(Need.type_id == key.type_id, Need.city_id == key.city_id)
    published = here.select_from(Need).where(col(Need.starts_at) >= begin, col(Need.starts_at) < end)
    accepted = col(Match.accepted_at)
    completed = here.select_from(Match).join(Need, col(Need.id) == col(Match.need_id))
    completed = completed.where(
        col(Match.state).in_(COUNTING_MATCHES), accepted >= clock.to_utc(begin), accepted < clock.to_utc(end)
    )
    return {"published": session.exec(published).one(), "completed": session.exec(completed).one()}


def _month_by_month(
    session: Session, counting: Any, at: Any, *, moment: Callable[[datetime], datetime] = lambda wall_clock: wall_clock
) -> Iterator[tuple[Key, int]]:
    """Yield the number of rows by month (of the column `at`), type and city.

    A month is the time between two local midnights of TIME_ZONE, also across a change to or from summer time;
    `moment` converts a midnight into the type of `at`.
    """
    grouped = counting.group_by(col(Need.type_id), col(Need.city_id))
    first: datetime | None = session.exec(select(func.min(at))).one()
    while first is not None:
        local = clock.to_local(first) if first.tzinfo else first
        begin = local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        end = moment(_next_month(begin))
        for type_id, city_id, number in session.exec(grouped.where(at >= moment(begin), at < end)):
            yield Key(month_key(begin), type_id, city_id), number
        first = session.exec(select(func.min(at)).where(at >= end)).one()


def _next_month(begin: datetime) -> datetime:
    if (begin.year, begin.month) == (MAXYEAR, 12):
        return datetime(MAXYEAR, 12, 31, 23, 59, 59)
    return (begin + timedelta(days=31)).replace(day=1)
