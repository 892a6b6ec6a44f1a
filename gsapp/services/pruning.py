"""Retention: how long rows that nothing uses any more are kept, and their deletion in batches.

Not deleted: history, needs, offers, matches, thanks, totals, and the words of closed needs, which stay searchable.
"""

from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, func, or_
from sqlmodel import Session, SQLModel, col, select

from gsapp import clock
from gsapp.models import LoginSession, Notification, OneTimeLink, OutboxMessage
from gsapp.vocabulary import OutboxState

EXPIRED_SESSIONS = timedelta(0)
"""An expired session signs nobody in; sessions are deleted by the scheduler as well."""
CLOSED_LINKS = timedelta(days=30)
"""One-time links that were used or have expired: their owner can see for a month that one was issued."""
SENT_EMAILS = timedelta(days=30)
"""An e-mail that was sent: long enough to answer whether it was."""
FAILED_EMAILS = timedelta(days=90)
"""An e-mail that was given up: can be sent again until then (`outbox resend`)."""
READ_NOTIFICATIONS = timedelta(days=365)
"""A notification that its user has read; what happened stays in the history."""
BATCH = 500
"""Rows per transaction, which it locks for some milliseconds."""


class RetentionRule(NamedTuple):
    """Rows of one table that may go: the primary key, and the condition at this moment."""

    name: str
    table: type[SQLModel]
    key: Any
    where: list[ColumnElement[bool]]


def rules() -> list[RetentionRule]:
    """The retention rules, with their conditions at this moment. E-mails before the notifications they belong to."""
    now, message = clock.now(), OutboxMessage
    closed = now - CLOSED_LINKS
    sent = [col(message.state) == OutboxState.SENT, col(message.sent_at) <= now - SENT_EMAILS]
    failed = [col(message.state) == OutboxState.GIVEN_UP, col(message.next_try_at) <= now - FAILED_EMAILS]
    links = [or_(col(OneTimeLink.expires_at) <= closed, col(OneTimeLink.used_at) <= closed)]
    read = [
        col(Notification.read_at) <= now - READ_NOTIFICATIONS,
        col(Notification.id).not_in(select(message.notification_id)),
    ]
    return [
        RetentionRule(
            "expired sessions", LoginSession, LoginSession.id, [col(LoginSession.expires_at) <= now - EXPIRED_SESSIONS]
        ),
        RetentionRule("closed one-time links", OneTimeLink, OneTimeLink.token_hash, links),
        RetentionRule("sent e-mails", message, message.notification_id, sent),
        RetentionRule("failed e-mails", message, message.notification_id, failed),
        RetentionRule("read notifications", Notification, Notification.id, read),
    ]


def due(session: Session, rule: RetentionRule) -> int:
    """The number of rows that a rule deletes."""
    return session.exec(select(func.count()).select_from(rule.table).where(*rule.where)).one()


def delete_batch(session: Session, rule: RetentionRule) -> int:
    """Delete the next `BATCH` rows of a rule, and return their number."""
    found = session.exec(select(rule.key).where(*rule.where).order_by(rule.key).limit(BATCH)).all()
    if not found:
        return 0
    these = delete(rule.table).where(col(rule.key).in_(found), *rule.where)  # again: an e-mail may just be sent again
    return session.exec(these.execution_options(synchronize_session=False)).rowcount
