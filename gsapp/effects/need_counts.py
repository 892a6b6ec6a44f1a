"""Maintains `Need.phase` and `NeedCount` (needs per type, city and phase), by which lists filter and count.

`record_event` calls `on_event` for every event; the scheduler calls `refresh_phase` for needs past their end.
"""

from typing import NamedTuple

from sqlalchemy import delete, func, insert, update
from sqlmodel import Session, col, select

from gsapp import clock, events, guards
from gsapp.effects import counters
from gsapp.events import Event, NeedChanged
from gsapp.models import Need, NeedCount
from gsapp.models.needs import status_at
from gsapp.vocabulary import NeedStatus

EVENTS_WITHOUT_PHASE_CHANGE = (
    events.NeedPublished,  # the use case counts
    events.NeedEdited,  # the use case counts
    events.NeedExpired,  # recorded after `refresh_phase`
    events.VolunteerAsked,
    events.OfferMade,
    events.OfferEdited,
    events.OfferWithdrawn,
    events.OfferRejected,
    events.HelpReported,
    events.ThanksGiven,
)
"""Events that do not change a need's status, or whose use case has counted it already. All others may change it."""


class CountKey(NamedTuple):
    """The primary key of the `NeedCount` row that counts a need."""

    type_id: int
    city_id: int
    phase: NeedStatus


def count_key(need: Need) -> CountKey:
    """The key that counts a need by its stored phase."""
    return CountKey(need.type_id, need.city_id, need.phase)


def increment(session: Session, at: CountKey) -> None:
    """Count a new need."""
    _add(session, at, +1)


def move(session: Session, was: CountKey, to: CountKey) -> None:
    """Move one need from a count to another."""
    if was != to:
        # In one order, so that two transactions in opposite directions do not deadlock.
        for at, change in sorted(((was, -1), (to, +1))):
            _add(session, at, change)


def repair(session: Session, *, at: CountKey) -> bool:
    """Recount one count, for instance after a partial restore. Returns whether it was wrong."""
    return counters.repair(session, _zero(at), lambda: _counted(session, at))


def repair_phase(session: Session, *, need_id: int) -> bool:
    """Store the phase that the status of a need requires. Returns whether it was wrong."""
    before = session.get_one(Need, need_id, with_for_update=True, populate_existing=True).phase
    return refresh_phase(session, need_id) is not before


def refresh_phase(session: Session, need_id: int) -> NeedStatus:
    """Update the stored phase of a need to its current status, and return the status. The need must be locked."""
    need = session.get_one(Need, need_id, populate_existing=True)
    status = need.status(clock.local_now())
    if status is not need.phase:
        before = count_key(need)
        guards.move_phase(session, need_id, need.phase, to=status)
        move(session, before, before._replace(phase=status))
    return status


def on_event(session: Session, event: Event) -> None:
    """Refresh the phase of the need of an event, unless the event cannot change it."""
    if isinstance(event, NeedChanged) and not isinstance(event, EVENTS_WITHOUT_PHASE_CHANGE):
        refresh_phase(session, event.need_id)


def rebuild(session: Session) -> int:
    """Derive every phase from its need and recount; returns the number of counts."""
    now = clock.local_now()
    session.exec(update(Need).values(phase=status_at(now)))
    return recount(session)


def recount(session: Session) -> int:
    """Recount by the stored phases; returns the number of counts."""
    session.exec(delete(NeedCount))
    placed = select(Need.type_id, Need.city_id, Need.phase, func.count())
    placed = placed.group_by(col(Need.type_id), col(Need.city_id), col(Need.phase))
    columns = [col(NeedCount.type_id), col(NeedCount.city_id), col(NeedCount.phase), col(NeedCount.n)]
    return session.exec(insert(NeedCount).from_select(columns, placed)).rowcount


def _add(session: Session, at: CountKey, change: int) -> None:
    counters.add(session, _zero(at), lambda: _counted(session, at), n=change)


def _zero(at: CountKey) -> NeedCount:
    return NeedCount(**at._asdict())


def _counted(session: Session, at: CountKey) -> dict[str, int]:
    here = (Need.type_id == at.type_id, Need.city_id == at.city_id, Need.phase == at.phase)
    return {"n": session.exec(select(func.count()).select_from(Need).where(*here)).one()}
