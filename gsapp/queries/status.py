"""Needs by status, and their number, from the stored `phase` and `NeedCount` instead of a table scan.

The stored phase differs from the status only for needs whose end has passed since the last run of the scheduler: the
`late` ones. They are few, found by an index and corrected here, so that every list and total is up to date.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.events import NeedChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import Need, NeedCount
from gsapp.models.needs import status_at
from gsapp.vocabulary import NeedStatus

MAX_LATE = 500
"""With more late needs, as after a pause of the scheduler, the status is derived row by row: slow, but correct."""


def late(now: datetime) -> ColumnElement[bool]:
    """The condition that the stored phase of a need is out of date: it has ended since."""
    return and_(col(Need.phase) == NeedStatus.OPEN, col(Need.ends_at) < now)


def has_status(session: Session, status: NeedStatus, now: datetime) -> ColumnElement[bool]:
    """The condition that a need has this status at `now`, by indexed columns where possible."""
    stored = col(Need.phase) == status
    if status is NeedStatus.CANCELLED:
        return stored
    behind = late(now) if status is NeedStatus.OPEN else and_(late(now), status_at(now) == status.value)
    found = session.exec(select(Need.id).where(behind).limit(MAX_LATE + 1)).all()
    if len(found) > MAX_LATE:
        return status_at(now) == status.value
    if not found:
        return stored
    ids = col(Need.id).in_(found)
    return and_(stored, ~ids) if status is NeedStatus.OPEN else or_(stored, ids)


def count_needs(
    session: Session,
    now: datetime,
    *,
    statuses: Collection[NeedStatus] = tuple(NeedStatus),
    type_id: int | None = None,
    city_ids: Sequence[int] | None = None,
) -> int:
    """The exact number of needs with one of these statuses at `now`, of a type, in some cities, from `NeedCount`."""
    counted = select(func.coalesce(func.sum(NeedCount.n), 0)).where(col(NeedCount.phase).in_(statuses))
    if type_id is not None:
        counted = counted.where(NeedCount.type_id == type_id)
    if city_ids is not None:
        counted = counted.where(col(NeedCount.city_id).in_(city_ids))
    total = int(session.exec(counted).one())
    if len(statuses) == len(NeedStatus):
        return total  # includes the late ones
    behind = select(status_at(now), func.count()).where(late(now))
    if type_id is not None:
        behind = behind.where(Need.type_id == type_id)
    if city_ids is not None:
        behind = behind.where(col(Need.city_id).in_(city_ids))
    moved = {NeedStatus(status): number for status, number in session.exec(behind.group_by(status_at(now)))}
    total += sum(number for status, number in moved.items() if status in statuses)
    return total - (sum(moved.values()) if NeedStatus.OPEN in statuses else 0)


@invalidated_by(NeedChanged, shared=True)
def open_by_type(session: Session) -> dict[int, int]:
    """The number of open needs by type; types without any are left out."""
    now = clock.local_now()
    counted = select(NeedCount.type_id, func.sum(NeedCount.n)).where(NeedCount.phase == NeedStatus.OPEN)
    behind = select(Need.type_id, func.count()).where(late(now)).group_by(col(Need.type_id))
    gone = dict(session.exec(behind).all())
    rows = session.exec(counted.group_by(col(NeedCount.type_id))).all()
    waiting = {type_id: int(number) - gone.get(type_id, 0) for type_id, number in rows}
    return {type_id: number for type_id, number in waiting.items() if number}


class WrongPhase(NamedTuple):
    """A need whose stored phase differs from its status."""

    need_id: int
    stored: str
    derived: str

    def __str__(self) -> str:
        return f"need {self.need_id}: phase {self.stored} (should be {self.derived})"


class WrongCount(NamedTuple):
    """A `NeedCount` that differs from the number of needs with its type, city and stored phase."""

    key: tuple[int, int, NeedStatus]
    stored: int
    counted: int

    def __str__(self) -> str:
        type_id, city_id, phase = self.key
        return f"type {type_id} city {city_id} {phase}: {self.stored} (counted {self.counted})"


def wrong_counts(session: Session) -> list[WrongPhase | WrongCount]:
    """Differences between the stored phases and counts and those derived from the needs; empty without a fault."""
    return [*_wrong_phases(session), *_wrong_numbers(session)]


def _wrong_phases(session: Session) -> list[WrongPhase]:
    now = clock.local_now()
    status = status_at(now)
    astray = select(Need.id, Need.phase, status).where(col(Need.phase) != status, ~late(now)).order_by(col(Need.id))
    return [WrongPhase(need_id or 0, phase, should) for need_id, phase, should in session.exec(astray)]


def _wrong_numbers(session: Session) -> list[WrongCount]:
    phase = (col(Need.type_id), col(Need.city_id), col(Need.phase))
    counted = {tuple(row[:3]): row[3] for row in session.execute(wide_select(*phase, func.count()).group_by(*phase))}
    rows = session.exec(select(NeedCount).where(NeedCount.n != 0))
    stored = {(row.type_id, row.city_id, row.phase): row.n for row in rows}
    keys = sorted(key for key in counted.keys() | stored.keys() if counted.get(key, 0) != stored.get(key, 0))
    return [WrongCount(key, stored.get(key, 0), counted.get(key, 0)) for key in keys]
