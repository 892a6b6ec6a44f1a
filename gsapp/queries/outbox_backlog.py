"""The state of the outbox of e-mails, for monitoring."""

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, or_
from sqlmodel import Session, col, func, select

from gsapp import clock
from gsapp.models import Notification, OutboxMessage
from gsapp.vocabulary import OutboxState

RECENT = timedelta(hours=24)


class Backlog(NamedTuple):
    """E-mails that are not delivered."""

    waiting: int = 0
    failed: int = 0
    """Given up in the last 24 hours."""
    oldest_at: datetime | None = None
    """When the longest waiting one was written, without those that wait for the next e-mail to their recipient."""
    due_since: datetime | None = None
    """Since when the next one should have been tried; in the future while a retry is scheduled."""


def backlog(session: Session) -> Backlog:
    """How many e-mails wait and have failed. Reads by the index of states, so that it may be called often."""
    state, number, due = col(OutboxMessage.state), col(OutboxMessage.notification_id), col(OutboxMessage.next_try_at)
    late = case((or_(due <= clock.now(), col(OutboxMessage.tries) > 0), number))
    waiting, oldest, due_since = session.exec(
        select(func.count(), func.min(late), func.min(due)).where(state == OutboxState.WAITING)
    ).one()
    failed = session.exec(select(func.count()).where(state == OutboxState.GIVEN_UP, due > clock.now() - RECENT)).one()
    oldest_at = session.exec(select(Notification.at).where(Notification.id == oldest)).first() if oldest else None
    return Backlog(waiting, failed, oldest_at, due_since)
