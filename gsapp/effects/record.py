"""Recording of events: each use case calls `record_event` once per event.

It writes the history row, counts and notifications in the transaction, and publishes the event after the commit.
"""

from dataclasses import fields
from enum import Enum

from sqlmodel import Session

from gsapp import access, clock, db
from gsapp.access import Actor
from gsapp.effects import budgets, need_counts, notify
from gsapp.events import Event, PersonSeen, UserChanged, VolunteerAsked
from gsapp.models import History
from gsapp.vocabulary import Reason, reason_columns

HISTORY_IDS = ("need_id", "offer_id", "match_id")


def record_event(
    session: Session,
    actor: Actor | None,
    event: Event,
    *,
    old: Enum | str = "",
    new: Enum | str = "",
    reason: Reason = "",
) -> None:
    """Record `event` by `actor` (`None`: the scheduler) in the history, and publish it after the commit.

    `old` and `new` are the states before and after it. An event by a coordinator for a resident records both users.
    Users concerned get a notification. Raises `NotSignedIn` if `actor` has left since the request began, and
    `BudgetSpent` after too many steps of this kind in a day.
    """
    if actor is not None:
        budgets.spend(session, actor, access.ensure_active(session, actor), event)
    known = {field.name for field in fields(event)}
    session.add(
        History(
            at=clock.now(),
            action=type(event).__name__,
            actor_id=actor.real_user_id if actor else None,
            on_behalf_of=actor.user_id if actor and actor.by else None,
            subject_id=_subject(event),
            **{name: getattr(event, name) for name in HISTORY_IDS if name in known},
            old=_state_name(old),
            new=_state_name(new),
            **reason_columns(reason),
        )
    )
    need_counts.on_event(session, event)
    db.publish_after_commit(session, event)
    notify.notify(session, actor, event, new=new, reason=reason)


def _subject(event: Event) -> int | None:
    """The user who is affected by the event."""
    if isinstance(event, VolunteerAsked):
        return event.volunteer_id
    if isinstance(event, PersonSeen):
        return event.person_id
    return event.user_id if isinstance(event, UserChanged) else None


def _state_name(state: Enum | str) -> str:
    return state.name.lower() if isinstance(state, Enum) else state
