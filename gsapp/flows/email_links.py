"""Links in e-mails, which work without signing in: confirmation of an address, and one-click unsubscribe (RFC 8058)."""

import logging
from collections.abc import Iterable
from typing import NamedTuple

from gsapp import db, logs
from gsapp.errors import NotFound
from gsapp.queries import emails as email_queries
from gsapp.schemas.inbox import PendingAddress, Subscription
from gsapp.security import vault
from gsapp.security.tokens import hash_address
from gsapp.services import email_addresses
from gsapp.services.accounts import LinkUsed
from gsapp.vocabulary import NotificationTopic

log = logging.getLogger(__name__)
CONFIRM, UNSUBSCRIBE = "email", "unsubscribe"
VALID_HOURS = 48


def confirmation_path(user_id: int, key: str) -> str:
    """The path of the page that confirms an address, signed and valid for `VALID_HOURS` from now."""
    return f"/email/{vault().tokens.sign(CONFIRM, [user_id, key])}"


def pending_address(signed: str) -> PendingAddress:
    """The address that a link confirms. Raises `LinkUsed` if it is forged, used, replaced or expired."""
    user_id, key = _confirmation(signed)
    if found := db.read(email_queries.pending_address, user_id=user_id, key=key):
        return found
    raise LinkUsed


def confirm(signed: str) -> None:
    """Confirm the address. Raises `LinkUsed`."""
    user_id, key = _confirmation(signed)
    db.write(email_addresses.confirm, user_id=user_id, key=key)
    logs.event(log, "email_confirmed", user_id=user_id)


def unsubscribe_path(user_id: int, address: str, topics: Iterable[NotificationTopic]) -> str:
    """The path that ends e-mails to `address` about these topics, or all e-mails without topics.

    It does not expire, because old e-mails are found again; it works only while the account has this address.
    """
    payload = [user_id, hash_address(address), sorted(topic.value for topic in topics)]
    return f"/unsubscribe/{vault().tokens.sign_address(UNSUBSCRIBE, payload)}"


def subscription(signed: str) -> Subscription:
    """What an unsubscribe link ends. Raises `NotFound` if it is forged."""
    return db.read(email_queries.subscription, **_unsubscribed(signed)._asdict())


def unsubscribe(signed: str, *, everything: bool = False) -> None:
    """End the e-mails that the link is for, or all e-mails to this address. Raises `NotFound` if it is forged."""
    link = _unsubscribed(signed)
    db.write(email_addresses.unsubscribe, **(link._replace(topics=()) if everything else link)._asdict())
    logs.event(log, "unsubscribed", user_id=link.user_id)


class _Unsubscribed(NamedTuple):
    user_id: int
    address_hash: str
    topics: tuple[NotificationTopic, ...]


def _confirmation(signed: str) -> tuple[int, str]:
    payload = vault().tokens.unsign(CONFIRM, signed, VALID_HOURS * 3600)
    if not isinstance(payload, list):
        raise LinkUsed
    user_id, key = payload
    return user_id, key


def _unsubscribed(signed: str) -> _Unsubscribed:
    payload = vault().tokens.unsign_address(UNSUBSCRIBE, signed)
    if not isinstance(payload, list):
        raise NotFound
    user_id, address_hash, topics = payload
    return _Unsubscribed(user_id, address_hash, tuple(NotificationTopic(topic) for topic in topics))
