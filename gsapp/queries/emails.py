"""E-mails to send: recipient and content, and what the links in them are about."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from gsapp.errors import NotFound
from gsapp.models import Notification, NotificationPreference, OutboxMessage, User
from gsapp.queries.inbox import rows_where
from gsapp.schemas.inbox import EmailEnvelope, NotificationRow, PendingAddress, Subscription
from gsapp.security.tokens import hash_address
from gsapp.vocabulary import SECURITY_KINDS, TOPICS, NotificationKind, NotificationTopic


def email_envelope(session: Session, *, notification_ids: Collection[int]) -> EmailEnvelope | None:
    """Recipient and content of an e-mail with those of these notifications that are still wanted; `None` if none is.

    Unwanted are: read ones, those of a topic that was switched off, all when the address was removed, and all while the
    account is suspended. The address that waits for its confirmation gets no other e-mail. Security notifications are
    always wanted, and go to the address of the time of their event, also if the account has another one since.
    """
    rows = rows_where(session, [col(Notification.id).in_(notification_ids)], limit=len(notification_ids), offset=0)
    if not rows:
        return None
    recipient = select(User).join(Notification, col(Notification.user_id) == col(User.id))
    user = session.exec(recipient.where(Notification.id == rows[0].id)).one()
    confirms = rows[0].kind is NotificationKind.CONFIRM_ADDRESS
    address = user.email_pending if confirms else _kept_address(session, rows) or user.email
    wanted = _wanted(session, user, rows)
    if not address or not wanted:
        return None
    return EmailEnvelope(
        user_id=user.id or 0,
        address=address,
        username=user.username,
        language=user.reading_language,
        notifications=wanted,
        confirmation_key=(user.email_pending_key or "") if confirms else "",
    )


def pending_address(session: Session, *, user_id: int, key: str) -> PendingAddress | None:
    """The address that a link confirms; `None` if it was used, or the address was changed again."""
    user = session.get(User, user_id)
    if user is None or not user.email_pending or user.email_pending_key != key or user.suspended_at is not None:
        return None
    return PendingAddress(address=user.email_pending, username=user.username)


def subscription(
    session: Session, *, user_id: int, address_hash: str, topics: Sequence[NotificationTopic]
) -> Subscription:
    """What an unsubscribe link ends, and whether these e-mails still go to the address that it was sent to."""
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    active = bool(user.email) and hash_address(user.email or "") == address_hash
    if topics and active:
        active = not set(topics) <= _switched_off(session, user_id)
    return Subscription(username=user.username, topics=tuple(topics), active=active)


def _kept_address(session: Session, rows: Sequence[NotificationRow]) -> str | None:
    """The address stored with a security notification, which is always in an e-mail of its own."""
    message = session.get(OutboxMessage, rows[0].id) if len(rows) == 1 else None
    return message.address if message else None


def _wanted(session: Session, user: User, rows: Sequence[NotificationRow]) -> tuple[NotificationRow, ...]:
    ids = [row.id for row in rows]
    shown = set(session.exec(select(Notification.id).where(col(Notification.id).in_(ids), Notification.shown)).all())
    off = _switched_off(session, user.id or 0)
    return tuple(row for row in reversed(rows) if _is_wanted(user, row, shown=row.id in shown, off=off))


def _is_wanted(user: User, row: NotificationRow, *, shown: bool, off: set[NotificationTopic]) -> bool:
    if user.suspended_at is not None:
        return row.kind in SECURITY_KINDS
    if row.kind is NotificationKind.CONFIRM_ADDRESS or row.kind in SECURITY_KINDS:
        return True
    return TOPICS[row.kind] not in off and not (shown and row.read_at is not None)


def _switched_off(session: Session, user_id: int) -> set[NotificationTopic]:
    mine = select(NotificationPreference.topic).where(NotificationPreference.user_id == user_id)
    topics = session.exec(mine.where(col(NotificationPreference.by_mail).is_(False))).all()
    return {NotificationTopic(topic) for topic in topics}
