"""The e-mail outbox for the operator: which messages wait or failed, and why. Without addresses and texts."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp.models import Notification, OutboxMessage
from gsapp.queries.streaming import streamed
from gsapp.vocabulary import OutboxState

NO_RETRIES_LEFT = "the mail server could not be reached or refused it for now, and no retries are left"
NOT_SENT = "was not sent within a day, because no process sent e-mail"
REJECTED = "the mail server rejected it, its delivery is unknown, or it is not wanted any more; see the log"
NOT_YET = "the mail server could not be reached or refused it for now; it is sent again"


class MessageRow(NamedTuple):
    """A message of the outbox; `id` is that of its notification, as in the log."""

    id: int
    state: OutboxState
    tries: int
    next_try_at: datetime
    sent_at: datetime | None
    user_id: int
    kind: str
    at: datetime
    why: str


def stream_messages(
    session: Session, *, states: Iterable[OutboxState], retries: int, limit: int | None = None
) -> Iterator[MessageRow]:
    """The messages in these states, the oldest first, streamed. `retries` is how often a message is sent again."""
    fields = (OutboxMessage.notification_id, OutboxMessage.state, OutboxMessage.tries, OutboxMessage.next_try_at)
    columns = (*fields, OutboxMessage.sent_at, Notification.user_id, Notification.kind, Notification.at)
    found = (
        wide_select(*map(col, columns))
        .join(Notification, col(Notification.id) == col(OutboxMessage.notification_id))
        .where(col(OutboxMessage.state).in_(list(states)))
        .order_by(col(OutboxMessage.notification_id))
        .limit(limit)
    )
    return (MessageRow._make((*row, _why(row.state, row.tries, retries))) for row in streamed(session, found))


def counts(session: Session) -> Counter[OutboxState]:
    """The number of messages in each state."""
    counted = select(OutboxMessage.state, func.count()).group_by(col(OutboxMessage.state))
    return Counter({OutboxState(state): number for state, number in session.exec(counted)})


def oldest_due(session: Session) -> datetime | None:
    """Since when the message that waits longest is due; `None` if none waits."""
    waiting = select(func.min(OutboxMessage.next_try_at)).where(OutboxMessage.state == OutboxState.WAITING)
    return session.exec(waiting).one()


def _why(state: OutboxState, tries: int, retries: int) -> str:
    """The reason is not stored: it follows from the number of attempts."""
    if state is OutboxState.WAITING:
        return NOT_YET if tries else ""
    if state is OutboxState.GIVEN_UP:
        return NOT_SENT if tries == 0 else NO_RETRIES_LEFT if tries > retries else REJECTED
    return ""
