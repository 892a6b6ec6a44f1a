"""State of the transactional outbox of e-mails: due, claimed, sent, postponed or given up.

Delivery is at most once. A message is claimed before the connection to the mail server, by a conditional UPDATE that
one process wins; it is retried only if the server has certainly not accepted it. If the process dies between the
server's "250" and `mark_sent`, the message stays claimed and is given up after `STUCK`: it may have arrived, and a
duplicate e-mail is worse than a lost one, because the notification is in the inbox anyway.
"""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, update
from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.models import OutboxMessage
from gsapp.vocabulary import OutboxState

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""Retry delay after each failed attempt; after the last one the message is given up."""

STUCK = timedelta(hours=1)
STALE = timedelta(hours=24)
BATCH = 1000
"""Messages that one call of `resend` or `drop` changes at most."""


def due_messages(session: Session, *, most: int) -> list[int]:
    """Ids of at most `most` messages that are due, the longest waiting first."""
    due = select(OutboxMessage.notification_id).where(
        OutboxMessage.state == OutboxState.WAITING, OutboxMessage.next_try_at <= clock.now()
    )
    return list(
        session.exec(due.order_by(col(OutboxMessage.next_try_at), col(OutboxMessage.notification_id)).limit(most)).all()
    )


def claim(session: Session, *, notification_id: int) -> bool:
    """Claim a due message for this process. Of concurrent calls one returns true."""
    due = col(OutboxMessage.next_try_at) <= clock.now()
    taken = {"state": OutboxState.SENDING, "tries": col(OutboxMessage.tries) + 1, "next_try_at": clock.now()}
    return _move(session, notification_id, OutboxState.WAITING, taken, due)


def mark_sent(session: Session, *, notification_id: int) -> None:
    """Record that the server has accepted the message."""
    _move(session, notification_id, OutboxState.SENDING, {"state": OutboxState.SENT, "sent_at": clock.now()})


def postpone(session: Session, *, notification_id: int) -> bool:
    """Schedule a retry of a message that the server has certainly not accepted. False after the last attempt."""
    tries = session.exec(select(OutboxMessage.tries).where(OutboxMessage.notification_id == notification_id)).one()
    if tries > len(PAUSES):
        give_up(session, notification_id=notification_id)
        return False
    later = {"state": OutboxState.WAITING, "next_try_at": clock.now() + PAUSES[tries - 1]}
    return _move(session, notification_id, OutboxState.SENDING, later)


def give_up(session: Session, *, notification_id: int) -> None:
    """End a message that was rejected permanently, is not wanted any more, or may have been sent already."""
    _move(session, notification_id, OutboxState.SENDING, {"state": OutboxState.GIVEN_UP})


def give_up_stale(session: Session) -> int:
    """Give up messages claimed by a process that died, and those due for longer than `STALE`. Returns their number."""
    stuck = (
        col(OutboxMessage.state) == OutboxState.SENDING,
        col(OutboxMessage.next_try_at) <= clock.now() - STUCK,
    )
    stale = (
        col(OutboxMessage.state) == OutboxState.WAITING,
        col(OutboxMessage.next_try_at) <= clock.now() - STALE,
    )
    ended = 0
    for where in (stuck, stale):
        found = session.exec(select(OutboxMessage.notification_id).where(*where).limit(1000)).all()
        if found:
            these = update(OutboxMessage).where(col(OutboxMessage.notification_id).in_(found), *where)
            ended += session.exec(these.values(state=OutboxState.GIVEN_UP)).rowcount
    return ended


def resend(session: Session, *, notification_ids: Collection[int] | None = None) -> list[int]:
    """Send given-up messages again, all of them or those with these ids, with all retries; returns their ids.

    One that was given up because its delivery is unknown may arrive twice.
    """
    found = _chosen(session, [OutboxState.GIVEN_UP], notification_ids)
    again = {"state": OutboxState.WAITING, "tries": 0, "next_try_at": clock.now()}
    return [one for one in found if _move(session, one, OutboxState.GIVEN_UP, again)]


def drop(session: Session, states: Collection[OutboxState], *, notification_ids: Collection[int] | None = None) -> int:
    """Delete messages in these states, all of them or those with these ids. The notifications stay in the inbox."""
    found = _chosen(session, states, notification_ids)
    these = (col(OutboxMessage.notification_id).in_(found), col(OutboxMessage.state).in_(states))
    return session.exec(delete(OutboxMessage).where(*these)).rowcount if found else 0


def _chosen(session: Session, states: Collection[OutboxState], ids: Collection[int] | None) -> list[int]:
    chosen = select(OutboxMessage.notification_id).where(col(OutboxMessage.state).in_(states))
    if ids is not None:
        chosen = chosen.where(col(OutboxMessage.notification_id).in_(ids))
    return list(session.exec(chosen.order_by(col(OutboxMessage.notification_id)).limit(BATCH)).all())


def _move(
    session: Session, notification_id: int, was: OutboxState, values: dict[str, Any], *more: ColumnElement[bool]
) -> bool:
    change = update(OutboxMessage).where(
        col(OutboxMessage.notification_id) == notification_id, col(OutboxMessage.state) == was, *more
    )
    hit: int = session.exec(change.values(values).execution_options(synchronize_session=False)).rowcount
    return hit == 1
