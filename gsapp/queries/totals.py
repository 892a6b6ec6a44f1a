"""Recounting the monthly totals from the rows that they summarise."""

from collections import Counter
from typing import NamedTuple

from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.models import Match, MonthlyTotal, Need
from gsapp.vocabulary import COUNTING_MATCHES


class Key(NamedTuple):
    month: str
    type_id: int
    city_id: int


class Difference(NamedTuple):
    """A total that is not what the needs and matches say."""

    key: Key
    stored: tuple[int, int]
    counted: tuple[int, int]

    def __str__(self) -> str:
        return (
            f"{self.key.month} type {self.key.type_id} city {self.key.city_id}: "
            f"published {self.stored[0]} (counted {self.counted[0]}), "
            f"completed {self.stored[1]} (counted {self.counted[1]})"
        )


def counted(session: Session) -> dict[Key, tuple[int, int]]:
    """Published and completed of each month, type and city, counted from the needs and matches themselves."""
    published: Counter[Key] = Counter()
    for starts_at, type_id, city_id in session.exec(select(Need.starts_at, Need.type_id, Need.city_id)):
        published[Key(f"{starts_at:%Y%m}", type_id, city_id)] += 1
    completed: Counter[Key] = Counter()
    matches = select(Match.accepted_at, Need.type_id, Need.city_id).join(Need, col(Need.id) == col(Match.need_id))
    for accepted_at, type_id, city_id in session.exec(matches.where(col(Match.state).in_(COUNTING_MATCHES))):
        completed[Key(f"{clock.to_local(accepted_at):%Y%m}", type_id, city_id)] += 1
    return {key: (published[key], completed[key]) for key in published.keys() | completed.keys()}


def stored(session: Session) -> dict[Key, tuple[int, int]]:
    rows = session.exec(select(MonthlyTotal))
    return {Key(row.month, row.type_id, row.city_id): (row.published, row.completed) for row in rows}


def differences(session: Session) -> list[Difference]:
    """Every total that differs from the recount; a missing row counts as zeros."""
    is_, should = stored(session), counted(session)
    keys = sorted(is_.keys() | should.keys())
    zero = (0, 0)
    return [
        Difference(key, is_.get(key, zero), should.get(key, zero))
        for key in keys
        if is_.get(key, zero) != should.get(key, zero)
    ]
