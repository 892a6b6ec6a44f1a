"""Onboarding: the marks of the list of first steps, and whether a member has dismissed it."""

from sqlmodel import Session

from gsapp import access
from gsapp.access import Actor
from gsapp.vocabulary import AdminArea

AWAY = "away"


def look_at(session: Session, actor: Actor, *, place: AdminArea) -> None:
    """Store that a coordinator has opened this area."""
    access.coordinator(actor)
    _remember(session, actor, add={place.value})


def put_away(session: Session, actor: Actor) -> None:
    """Dismiss the list: it is no longer shown to this member."""
    _remember(session, actor, add={AWAY})


def show_again(session: Session, actor: Actor) -> None:
    """Reset the list, as for a new member."""
    user = access.user(session, actor.user_id)
    user.first_steps = None
    session.add(user)


def _remember(session: Session, actor: Actor, *, add: set[str]) -> None:
    user = access.user(session, actor.user_id, lock=True)  # avoids a lost update by another tab
    known = set(filter(None, (user.first_steps or "").split(",")))
    user.first_steps = ",".join(sorted(known | add))
    session.add(user)
