"""State of the transactional outbox of e-mails: due, claimed, sent, postponed or given up.

Delivery is at most once. A message is claimed before the connection to the mail server, by a conditional UPDATE that
one process wins; it is retried only if the server has certainly not accepted it. If the process dies between the
server's "250" and `mark_sent`, the message stays claimed and is given up after `STUCK`: it may have arrived, and a
duplicate e-mail is worse than a lost one, because the notification is in the inbox anyway.

Messages to one member are gathered into one e-mail (digest): at most one in `GATHER`, and `A_DAY` a day, after which
the rest waits for the next day. `URGENT` kinds are sent separately and immediately.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, insert, update
from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.models import EmailPace, Notification, OutboxMessage
from gsapp.vocabulary import SECURITY_KINDS, NotificationKind, OutboxState

PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240))
"""Retry delay after each failed attempt; after the last one the message is given up."""

STUCK = timedelta(hours=1)
STALE = timedelta(hours=24)
GATHER = timedelta(minutes=10)
A_DAY = 20
DAY = timedelta(days=1)
MOST_GATHERED = 50
"""Messages in one e-mail at most; the rest is in the next one."""
KINDS = frozenset(NotificationKind)
URGENT = SECURITY_KINDS | {NotificationKind.CONFIRM_ADDRESS}
BATCH = 1000
"""Messages that one call of `resend` or `drop` changes at most."""


class ClaimedEmail(NamedTuple):
    """The messages that one e-mail consists of; `last_today` if its recipient gets no other one today."""

    notification_ids: tuple[int, ...]
    last_today: bool = False


def due_messages(session: Session, *, most: int) -> list[int]:
    """Ids of at most `most` messages that are due, the longest waiting first.

    Kinds of a newer version are left to its processes: during an upgrade both versions send.
    """
    due = select(OutboxMessage.notification_id).join(Notification)
    at_this_moment = (OutboxMessage.state == OutboxState.WAITING, OutboxMessage.next_try_at <= clock.now())
    due = due.where(*at_this_moment, col(Notification.kind).in_(KINDS))
    return list(
        session.exec(due.order_by(col(OutboxMessage.next_try_at), col(OutboxMessage.notification_id)).limit(most)).all()
    )


def claim(session: Session, *, notification_id: int) -> ClaimedEmail | None:
    """Claim a due message for this process, with all others that belong into the same e-mail.

    Of concurrent calls one returns it. `None` as well if its recipient has just had an e-mail: it is postponed.
    """
    now = clock.now()
    due = (OutboxMessage.state == OutboxState.WAITING, col(OutboxMessage.next_try_at) <= now)
    found = select(Notification.user_id, Notification.kind).join(OutboxMessage)
    first = session.exec(found.where(OutboxMessage.notification_id == notification_id, *due)).first()
    if first is None:
        return None
    user_id, kind = first
    if kind in URGENT:
        return ClaimedEmail((notification_id,)) if _claim_one(session, notification_id) else None
    pace = _locked_pace(session, user_id)
    waiting = select(OutboxMessage.notification_id).join(Notification)
    waiting = waiting.where(Notification.user_id == user_id, col(Notification.kind).in_(KINDS - URGENT), *due)
    ids = session.exec(waiting.order_by(col(OutboxMessage.notification_id)).limit(MOST_GATHERED)).all()
    if pace.next_at > now:
        for one in ids:
            _move(session, one, OutboxState.WAITING, {"next_try_at": pace.next_at})
        return None
    claimed = tuple(one for one in ids if _claim_one(session, one))
    if not claimed:
        return None
    pace.next_at, pace.sent_today = now + GATHER, pace.sent_today + 1
    session.add(pace)
    return ClaimedEmail(claimed, last_today=pace.sent_today > A_DAY)


def mark_sent(session: Session, *, notification_ids: Collection[int]) -> None:
    """Record that the server has accepted the e-mail with these messages."""
    for one in notification_ids:
        _move(session, one, OutboxState.SENDING, {"state": OutboxState.SENT, "sent_at": clock.now()})


def postpone(session: Session, *, notification_ids: Collection[int]) -> int:
    """Schedule a retry of messages that the server has certainly not accepted.

    Returns how many were given up instead, after their last attempt.
    """
    given_up = 0
    chosen = select(OutboxMessage.notification_id, OutboxMessage.tries)
    for one, tries in session.exec(chosen.where(col(OutboxMessage.notification_id).in_(notification_ids))).all():
        if tries > len(PAUSES):
            give_up(session, notification_ids=[one])
            given_up += 1
        else:
            later = {"state": OutboxState.WAITING, "next_try_at": clock.now() + PAUSES[tries - 1]}
            _move(session, one, OutboxState.SENDING, later)
    _uncount(session, notification_ids, clock.now() + PAUSES[0])
    return given_up


def give_up(session: Session, *, notification_ids: Collection[int]) -> None:
    """End messages that were rejected permanently, or may have been sent already."""
    for one in notification_ids:
        _move(session, one, OutboxState.SENDING, {"state": OutboxState.GIVEN_UP})


def withdraw(session: Session, *, notification_ids: Collection[int]) -> None:
    """End messages that are not wanted any more; nothing was sent, so they do not delay the next e-mail."""
    give_up(session, notification_ids=notification_ids)
    _uncount(session, notification_ids, clock.now())


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


def _claim_one(session: Session, notification_id: int) -> bool:
    due = col(OutboxMessage.next_try_at) <= clock.now()
    taken = {"state": OutboxState.SENDING, "tries": col(OutboxMessage.tries) + 1, "next_try_at": clock.now()}
    return _move(session, notification_id, OutboxState.WAITING, taken, due)


def _locked_pace(session: Session, user_id: int) -> EmailPace:
    """The rate limit of a member, locked until the commit. A new day begins with the first e-mail after the last."""
    now = clock.now()
    pace = session.get(EmailPace, user_id, with_for_update=True, populate_existing=True)
    if pace is None:
        statement = insert(EmailPace).values(user_id=user_id, next_at=now, day_began_at=now, sent_today=0)
        for dialect, word in (("sqlite", "OR IGNORE"), ("mysql", "IGNORE"), ("mariadb", "IGNORE")):
            statement = statement.prefix_with(word, dialect=dialect)
        session.exec(statement)
        pace = session.get_one(EmailPace, user_id, with_for_update=True, populate_existing=True)
    if not timedelta(0) <= now - pace.day_began_at < DAY:
        pace.day_began_at, pace.sent_today = now, 0
    if pace.sent_today > A_DAY:
        pace.next_at = pace.day_began_at + DAY
    else:
        pace.next_at = min(pace.next_at, now + GATHER)  # the clock may have been set back
    session.add(pace)
    return pace


def _uncount(session: Session, notification_ids: Collection[int], next_at: datetime) -> None:
    """Undo the count of an e-mail that was not sent."""
    concerned = select(Notification.user_id).where(
        col(Notification.id).in_(notification_ids), col(Notification.kind).not_in(URGENT)
    )
    for user_id in session.exec(concerned.distinct()).all():
        pace = _locked_pace(session, user_id)
        pace.next_at, pace.sent_today = next_at, max(0, pace.sent_today - 1)


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
