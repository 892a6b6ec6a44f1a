"""The inbox: marking notifications as read, notification preferences, e-mail address."""

import secrets

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from gsapp import access, clock, db
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import NotFound
from gsapp.events import EmailChanged, InboxChanged, ProfileChanged
from gsapp.models import Notification, NotificationPreference
from gsapp.schemas.forms import MAX_ID
from gsapp.schemas.inbox import AddressForm, NotificationPreferencesForm
from gsapp.services.email_addresses import queue_confirmation
from gsapp.services.reauthentication import require_recent
from gsapp.vocabulary import NotificationTopic


def mark_read(session: Session, actor: Actor, *, notification_id: int) -> None:
    """Mark one of the actor's notifications as read (idempotent). Raises `NotFound` for any other."""
    row = access.row(session, Notification, notification_id)
    if row.user_id != actor.user_id or not row.shown:
        raise NotFound
    _mark(session, actor, col(Notification.id) == notification_id)


def mark_all_read(session: Session, actor: Actor, *, up_to: int | None = None) -> int:
    """Mark all the actor's notifications as read and return their number; ids above `up_to` stay unread."""
    last = MAX_ID if up_to is None else min(max(up_to, 0), MAX_ID)
    return _mark(session, actor, col(Notification.id) <= last)


def mark_seen(session: Session, actor: Actor, *, need_id: int | None) -> None:
    """Mark notifications about a need, or (`None`) about the actor's account, as read: its page was just opened."""
    about = col(Notification.need_id)
    _mark(session, actor, about == need_id if need_id else about.is_(None))


def set_notification_preferences(session: Session, actor: Actor, *, form: NotificationPreferencesForm) -> None:
    """Store the channels (inbox, e-mail) for each topic of notifications. Earlier notifications are not affected."""
    access.user(session, actor.user_id, lock=True)  # serializes requests of two tabs, which would both insert the rows
    for topic in NotificationTopic:
        preference = NotificationPreference(
            user_id=actor.user_id, topic=topic, in_inbox=topic in form.in_inbox, by_mail=topic in form.by_mail
        )
        session.merge(preference)
    db.publish_after_commit(session, InboxChanged(actor.user_id))


def set_email_address(session: Session, actor: Actor, *, form: AddressForm) -> None:
    """Set the address for notifications by e-mail; empty to send none.

    A new address counts when its owner has confirmed it; until then an earlier one stays. Raises
    `TooManyConfirmations`.
    """
    user = access.user(session, actor.user_id, lock=True)
    if form.email and form.email == user.email_pending:
        queue_confirmation(session, user)
        return
    if (user.email or "") == form.email and not user.email_pending:
        return
    require_recent(actor)
    taken_back = form.email == (user.email or "")  # the pending one
    change = ProfileChanged(actor.user_id) if taken_back else EmailChanged(actor.user_id)
    record_event(session, actor, change)  # before the change: the old address gets the e-mail
    user.email_pending = user.email_pending_key = None
    if not form.email:
        user.email = None
    elif form.email != user.email:
        user.email_pending, user.email_pending_key = form.email, secrets.token_hex(16)
        queue_confirmation(session, user)
    session.add(user)


def _mark(session: Session, actor: Actor, which: ColumnElement[bool]) -> int:
    unread = update(Notification).where(
        col(Notification.user_id) == actor.user_id, col(Notification.read_at).is_(None), which
    )
    marked = session.exec(unread.values(read_at=clock.now()).execution_options(synchronize_session=False)).rowcount
    if marked:
        db.publish_after_commit(session, InboxChanged(actor.user_id))
    return marked
