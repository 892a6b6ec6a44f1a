"""The secret address of a member's calendar feed (iCalendar): create, replace, revoke."""

from sqlmodel import Session

from gsapp import access, clock, events
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.models import CalendarLink


class NoAddress(RuleBroken):
    sentence = N_("Your calendar address is switched off already.")


def make_address(session: Session, actor: Actor, *, key: str) -> None:
    """Store the `key` of a new address; an earlier address stops working."""
    access.user(session, actor.user_id, lock=True)  # serializes requests of two tabs, which would both insert the row
    link = session.get(CalendarLink, actor.user_id)
    if link is not None and link.key == key:
        return  # idempotent: an earlier attempt was committed, but its acknowledgement was lost
    link = link or CalendarLink(user_id=actor.user_id, key=key, made_at=clock.now())
    link.key, link.made_at = key, clock.now()
    session.add(link)
    record_event(session, actor, events.CalendarLinkMade(actor.user_id))


def end_address(session: Session, actor: Actor) -> None:
    """Revoke the address. Raises `NoAddress`."""
    access.user(session, actor.user_id, lock=True)
    link = session.get(CalendarLink, actor.user_id)
    if link is None:
        raise NoAddress
    session.delete(link)
    record_event(session, actor, events.CalendarLinkEnded(actor.user_id))
