"""The list of first steps: what a member has seen of it, and putting it away."""

from sqlmodel import Session

from gsapp import access
from gsapp.access import Actor
from gsapp.vocabulary import AdminArea

AWAY = "away"


def look_at(session: Session, actor: Actor, *, place: AdminArea) -> None:
    """Remember that a coordinator has been there."""
    access.coordinator(actor)
    _remember(session, actor, add={place.value})


def put_away(session: Session, actor: Actor) -> None:
    """This member knows the way: the list is no longer shown."""
    _remember(session, actor, add={AWAY})


def show_again(session: Session, actor: Actor) -> None:
    """Show the list from its beginning, as to a new member."""
    user = access.user(session, actor.user_id)
    user.first_steps = None
    session.add(user)


def _remember(session: Session, actor: Actor, *, add: set[str]) -> None:
    user = access.user(session, actor.user_id, lock=True)  # what another tab adds meanwhile must stay
    known = set(filter(None, (user.first_steps or "").split(",")))
    user.first_steps = ",".join(sorted(known | add))
    session.add(user)
