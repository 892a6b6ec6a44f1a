"""The outbox: which letter may go now, and what became of it.

A letter goes at most once. It is claimed before anything is said to the mail server, by an UPDATE that one process
wins; only when the server has certainly not taken it does it wait again. If the process dies between the server's
"250" and our note of it, the letter stays claimed: after `STUCK` it is given up, for it may have arrived, and news sent
twice is worse than news by e-mail lost, which still stands in the inbox.
"""

from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.models import Notification, OutboxMessage
from gsapp.vocabulary import OutboxState

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""How long to wait after each try that failed; after the last one the letter is given up."""

STUCK = timedelta(hours=1)
STALE = timedelta(hours=24)


def due_messages(session: Session, *, most: int) -> list[int]:
    """The letters whose time has come, the one that has waited longest first."""
    due = select(OutboxMessage.notification_id).where(
        OutboxMessage.state == OutboxState.WAITING, OutboxMessage.next_try_at <= clock.now()
    )
    return list(
        session.exec(due.order_by(col(OutboxMessage.next_try_at), col(OutboxMessage.notification_id)).limit(most)).all()
    )


def claim(session: Session, *, notification_id: int) -> bool:
    """Take a due letter for oneself; of several at once one succeeds."""
    due = col(OutboxMessage.next_try_at) <= clock.now()
    taken = {"state": OutboxState.SENDING, "tries": col(OutboxMessage.tries) + 1, "next_try_at": clock.now()}
    return _move(session, notification_id, OutboxState.WAITING, taken, due)


def mark_sent(session: Session, *, notification_id: int) -> None:
    """The server has taken it."""
    _move(session, notification_id, OutboxState.SENDING, {"state": OutboxState.SENT, "sent_at": clock.now()})


def postpone(session: Session, *, notification_id: int) -> bool:
    """The server has certainly not taken it: try again later. False when this was the last try."""
    tries = session.exec(select(OutboxMessage.tries).where(OutboxMessage.notification_id == notification_id)).one()
    if tries > len(PAUSES):
        give_up(session, notification_id=notification_id)
        return False
    later = {"state": OutboxState.WAITING, "next_try_at": clock.now() + PAUSES[tries - 1]}
    return _move(session, notification_id, OutboxState.SENDING, later)


def give_up(session: Session, *, notification_id: int) -> None:
    """It is refused for good, not wanted any more, or may have gone out already."""
    _move(session, notification_id, OutboxState.SENDING, {"state": OutboxState.GIVEN_UP})


def give_up_stale(session: Session) -> int:
    """End what a process left behind when it died, and what is no news any more; how many that were."""
    left_behind = (
        col(OutboxMessage.state) == OutboxState.SENDING,
        col(OutboxMessage.next_try_at) <= clock.now() - STUCK,
    )
    old = select(Notification.id).where(Notification.at <= clock.now() - STALE)
    no_news = (col(OutboxMessage.state) == OutboxState.WAITING, col(OutboxMessage.notification_id).in_(old))
    ended = 0
    for where in (left_behind, no_news):
        found = session.exec(select(OutboxMessage.notification_id).where(*where).limit(1000)).all()
        if found:
            these = update(OutboxMessage).where(col(OutboxMessage.notification_id).in_(found), where[0])
            ended += session.exec(these.values(state=OutboxState.GIVEN_UP)).rowcount
    return ended


def _move(
    session: Session, notification_id: int, was: OutboxState, values: dict[str, Any], *more: ColumnElement[bool]
) -> bool:
    mine = update(OutboxMessage).where(
        col(OutboxMessage.notification_id) == notification_id, col(OutboxMessage.state) == was, *more
    )
    hit: int = session.exec(mine.values(values).execution_options(synchronize_session=False)).rowcount
    return hit == 1
