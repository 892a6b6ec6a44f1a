"""The audit of what coordinators read: lists of people, accounts, and files with names, in the history."""

from datetime import timedelta

from sqlmodel import Session, col, select

from gsapp import access, clock, events
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.events import Event
from gsapp.models import History

AGAIN_AFTER = timedelta(hours=1)
"""A coordinator who looks at the same again within this time leaves no second row: pages reload on their own."""


def record_people_listed(session: Session, actor: Actor) -> None:
    """Record that the actor reads a list with names of people."""
    _record(session, actor, events.PeopleListed(), None)


def record_person_seen(session: Session, actor: Actor, *, user_id: int) -> None:
    """Record that the actor reads the account of a person. Raises `NotFound`."""
    if user_id != actor.user_id:
        access.user(session, user_id)
        _record(session, actor, events.PersonSeen(user_id), user_id)


def record_export(session: Session, actor: Actor, *, name: str) -> None:
    """Record that the actor downloads a list with names of people: each time, for a file is kept."""
    access.coordinator(actor)
    record_event(session, actor, events.Exported(), new=name)


def _record(session: Session, actor: Actor, event: Event, user_id: int | None) -> None:
    access.coordinator(actor)
    same = select(History.id).where(History.actor_id == actor.user_id, History.action == type(event).__name__)
    same = same.where(col(History.subject_id) == user_id if user_id else col(History.subject_id).is_(None))
    if session.exec(same.where(col(History.at) > clock.now() - AGAIN_AFTER).limit(1)).first() is None:
        record_event(session, actor, event)
