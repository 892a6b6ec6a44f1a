"""Reading one's news, and saying which of it one wants."""

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col

from gsapp import access, clock, db
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import NotFound
from gsapp.events import InboxChanged, ProfileChanged
from gsapp.models import Notification, NotificationPreference
from gsapp.schemas.forms import MAX_ID
from gsapp.schemas.inbox import AddressForm, NotificationPreferencesForm
from gsapp.vocabulary import NotificationTopic


def read(session: Session, actor: Actor, *, notification_id: int) -> None:
    """Mark one of one's own notifications read; it may be read already. Raises `NotFound` for any other."""
    row = access.row(session, Notification, notification_id)
    if row.user_id != actor.user_id or not row.shown:
        raise NotFound
    _mark(session, actor, col(Notification.id) == notification_id)


def read_all(session: Session, actor: Actor, *, up_to: int | None = None) -> int:
    """Mark all one's news read and return how many that were; what came after number `up_to` stays unread."""
    last = MAX_ID if up_to is None else min(max(up_to, 0), MAX_ID)
    return _mark(session, actor, col(Notification.id) <= last)


def see(session: Session, actor: Actor, *, need_id: int | None) -> None:
    """Mark read what is about a need, or (`None`) about one's account: its page has just been looked at."""
    about = col(Notification.need_id)
    _mark(session, actor, about == need_id if need_id else about.is_(None))


def set_notification_preferences(session: Session, actor: Actor, *, form: NotificationPreferencesForm) -> None:
    """Keep where this member wants to hear of what. News that has come already stays."""
    access.user(session, actor.user_id, lock=True)  # one after the other: of two tabs both would make the first rows
    for topic in NotificationTopic:
        wish = NotificationPreference(
            user_id=actor.user_id, topic=topic, in_inbox=topic in form.in_inbox, by_mail=topic in form.by_mail
        )
        session.merge(wish)
    db.publish_after_commit(session, InboxChanged(actor.user_id))


def set_email_address(session: Session, actor: Actor, *, form: AddressForm) -> None:
    """Say where to send news by e-mail, or (empty) that none is wanted any more."""
    user = access.user(session, actor.user_id)
    user.email = form.email or None
    session.add(user)
    record_event(session, actor, ProfileChanged(actor.user_id))


def _mark(session: Session, actor: Actor, which: ColumnElement[bool]) -> int:
    mine = update(Notification).where(
        col(Notification.user_id) == actor.user_id, col(Notification.read_at).is_(None), which
    )
    marked = session.exec(mine.values(read_at=clock.now()).execution_options(synchronize_session=False)).rowcount
    if marked:
        db.publish_after_commit(session, InboxChanged(actor.user_id))
    return marked
