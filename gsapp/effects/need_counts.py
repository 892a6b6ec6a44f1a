"""Each need's stored phase, and how many needs of a type and city are in each: what lists count and find by.

`history.step` calls `refresh_phase` after every step that can change a need's status, and the clock after its end.
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
    events.NeedPublished,  # counts by itself
    events.NeedEdited,  # counts by itself
    events.NeedExpired,  # comes after it has been settled
    events.VolunteerAsked,
    events.OfferMade,
    events.OfferEdited,
    events.OfferWithdrawn,
    events.OfferRejected,
    events.HelpReported,
    events.ThanksGiven,
)
"""The steps that leave a need's status as it was, or have counted it already. All others may change it."""


class CountKey(NamedTuple):
    """Where a need is counted."""

    type_id: int
    city_id: int
    phase: NeedStatus


def count_key(need: Need) -> CountKey:
    return CountKey(need.type_id, need.city_id, need.phase)


def increment(session: Session, at: CountKey) -> None:
    """Count a new need."""
    counters.add(session, NeedCount(**at._asdict()), n=+1)


def move(session: Session, was: CountKey, to: CountKey) -> None:
    """Count a need elsewhere than before."""
    if was != to:
        # In one order, so that two steps in opposite directions do not wait for each other.
        for at, change in sorted(((was, -1), (to, +1))):
            counters.add(session, NeedCount(**at._asdict()), n=change)


def refresh_phase(session: Session, need_id: int) -> NeedStatus:
    """Bring the stored phase of a need that this transaction holds up to its status now, and return it."""
    need = session.get_one(Need, need_id, populate_existing=True)
    status = need.status(clock.local_now())
    if status is not need.phase:
        before = count_key(need)
        guards.move_phase(session, need_id, need.phase, to=status)
        move(session, before, before._replace(phase=status))
    return status


def on_event(session: Session, event: Event) -> None:
    """Settle the need that a step has moved."""
    if isinstance(event, NeedChanged) and not isinstance(event, EVENTS_WITHOUT_PHASE_CHANGE):
        refresh_phase(session, event.need_id)


def rebuild(session: Session) -> int:
    """Derive every phase and count anew from the needs; returns how many counts there are."""
    now = clock.local_now()
    session.exec(update(Need).values(phase=status_at(now)))
    return recount(session)


def recount(session: Session) -> int:
    """Count anew by the phases that are stored; returns how many counts there are."""
    session.exec(delete(NeedCount))
    placed = select(Need.type_id, Need.city_id, Need.phase, func.count())
    placed = placed.group_by(col(Need.type_id), col(Need.city_id), col(Need.phase))
    columns = [col(NeedCount.type_id), col(NeedCount.city_id), col(NeedCount.phase), col(NeedCount.n)]
    return session.exec(insert(NeedCount).from_select(columns, placed)).rowcount
