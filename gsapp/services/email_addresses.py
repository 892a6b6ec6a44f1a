"""E-mail addresses: double opt-in by a link that is sent to the address, and unsubscribing without signing in."""

import hashlib
from collections.abc import Sequence

from sqlmodel import Session

from gsapp import access, clock, db
from gsapp.access import Actor
from gsapp.effects import budgets
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken, TooMany
from gsapp.events import InboxChanged, ProfileChanged
from gsapp.i18n import N_
from gsapp.models import Notification, NotificationPreference, OutboxMessage, User
from gsapp.models.ids import id_of
from gsapp.security import vault
from gsapp.security.tokens import hash_address
from gsapp.services.accounts import LinkUsed
from gsapp.vocabulary import NotificationKind, NotificationTopic

CONFIRMATIONS_A_DAY = 3
"""E-mails a day to addresses that are not confirmed: for each account, and for each address of any account."""


class NothingToConfirm(RuleBroken):
    sentence = N_("This address is confirmed already, or was taken back.")


class TooManyConfirmations(TooMany):
    sentence = N_("We have written to this address often enough today. Please look there, also in the spam folder.")

    def __init__(self, retry_after: int) -> None:
        super(TooMany, self).__init__()
        self.retry_after = retry_after


def send_confirmation_again(session: Session, actor: Actor) -> None:
    """Send the e-mail with the confirmation link again. Raises `NothingToConfirm`, `TooManyConfirmations`."""
    user = access.user(session, actor.user_id, lock=True)
    if not user.email_pending:
        raise NothingToConfirm
    queue_confirmation(session, user)


def queue_confirmation(session: Session, user: User) -> None:
    """Queue the e-mail that asks the owner of `email_pending` to confirm it. Raises `TooManyConfirmations`."""
    user_id, now = id_of(user), clock.now()
    for kind, key in (("confirmations", str(user_id)), ("confirmations of address", _limit_key(user))):
        if pause := vault().throttle.step(kind, key, CONFIRMATIONS_A_DAY):
            raise TooManyConfirmations(pause)
    asking = Notification(user_id=user_id, kind=NotificationKind.CONFIRM_ADDRESS, at=now, read_at=now, shown=False)
    session.add(asking)
    session.flush()
    session.add(OutboxMessage(notification_id=asking.id or 0, next_try_at=now))
    db.publish_after_commit(session, InboxChanged(user_id))


def confirm(session: Session, *, user_id: int, key: str) -> None:
    """Use the link of an address: it gets the notifications from now on. Of concurrent calls one succeeds.

    Raises `LinkUsed` after the first time, when the address was changed again, and while the account is suspended.
    """
    user = session.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None or not user.email_pending or user.email_pending_key != key or user.suspended_at is not None:
        raise LinkUsed
    record_event(session, access.actor_for(session, user_id), ProfileChanged(user_id))
    user.email, user.email_pending, user.email_pending_key = user.email_pending, None, None
    session.add(user)


def unsubscribe(session: Session, *, user_id: int, address_hash: str, topics: Sequence[NotificationTopic]) -> None:
    """Send no more e-mail about these topics, or, without topics, none at all (idempotent).

    Does nothing if the account has another address now. Also for suspended users.
    """
    user = session.get(User, user_id, with_for_update=True, populate_existing=True)
    if user is None or not user.email or hash_address(user.email) != address_hash:
        return
    for topic in topics:
        preference = session.get(NotificationPreference, (user_id, topic.value))
        preference = preference or NotificationPreference(user_id=user_id, topic=topic, in_inbox=True)
        preference.by_mail = False
        session.add(preference)
    if not topics:
        budgets.unlimited(session)
        record_event(session, access.actor_for(session, user_id), ProfileChanged(user_id))
        user.email = None
        session.add(user)
    db.publish_after_commit(session, InboxChanged(user_id))


def _limit_key(user: User) -> str:
    """One mailbox counts once, however it is written: case and the tag after a plus sign make no difference."""
    local, _, domain = (user.email_pending or "").casefold().rpartition("@")
    return hashlib.sha256(f"{local.partition('+')[0] or local}@{domain}".encode()).hexdigest()
