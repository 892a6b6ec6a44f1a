"""Rotation of DATA_KEY: encrypt and index every stored value again with the newest key, while the site runs.

Each step is a transaction of its own and can be repeated, so an interrupted rotation is continued by running it again.
"""

import secrets
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import delete, update
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import sealing
from gsapp.models import FormerName, SiteState, User
from gsapp.security import vault
from gsapp.security.fields import SEALED_PREFIX, Sealed, Unreadable, key_id_of
from gsapp.security.keys import DataKey

BATCH = 200
"""Accounts per transaction: it locks them for about 50 ms, during which their owners' sign-in waits."""


class Resealed(NamedTuple):
    """The outcome of one batch: `last` is the id to continue after, `None` when no account is left."""

    last: int | None
    changed: int = 0
    missed: int = 0
    """Changed by another transaction since they were read: the next pass finds them."""
    duplicates: tuple[int, ...] = ()
    """Accounts whose ID number another account has under the newest key: unchanged."""
    unreadable: tuple[int, ...] = ()
    """Accounts whose ID number no key of DATA_KEY opens: unchanged."""


def activate_newest_key(session: Session) -> None:
    """Make the newest key of DATA_KEY the active one. Waits for transactions that still protect a value with another.

    The keys before it are recorded as needed until `finish_rotation`, and the key of reserved usernames is kept.
    """
    keys = vault().keys
    newest = keys.newest
    active = session.get(SiteState, sealing.ACTIVE, with_for_update=True, populate_existing=True)
    others = [key for key in keys if key.id != newest.id]
    if active is not None and others:
        session.merge(SiteState(name=sealing.BEFORE, value=",".join(key.id for key in others)))
    if active is not None:
        active.value = newest.id
        session.add(active)
    rows = sealing.name_key_rows(session)
    for row in rows:
        if key_id_of(row.value) != newest.id:
            row.value = sealing.reseal_name_key(row, key=newest)
            session.add(row)
    if session.exec(select(FormerName).limit(1)).first() is not None:
        known = {row.name for row in rows}
        for key in others:
            if sealing.NAME_KEY + key.id not in known:
                session.add(SiteState(name=sealing.NAME_KEY + key.id, value=sealing.seal_name_key(key, key=newest)))


def reseal_accounts(session: Session, *, after: int) -> Resealed:
    """Encrypt and index the ID numbers of the next `BATCH` accounts with the newest key."""
    columns = (col(User.id), col(User.id_number), col(User.id_number_index))
    found = session.execute(wide_select(*columns).where(col(User.id) > after).order_by(col(User.id)).limit(BATCH)).all()
    if not found:
        return Resealed(None)
    due, unreadable = _due(vault().keys.newest, found)
    indexes = [sealed.index for _, _, sealed in due]
    owners = dict(
        session.exec(select(User.id_number_index, User.id).where(col(User.id_number_index).in_(indexes))).all()
    )
    changed, duplicates = 0, []
    for user_id, text, sealed in due:
        if owners.get(sealed.index, user_id) != user_id:
            duplicates.append(user_id)
            continue
        # Conditional: an account that was closed since it was read keeps its new number.
        same = update(User).where(col(User.id) == user_id, col(User.id_number) == text)
        values = same.values(id_number=sealed.text, id_number_index=sealed.index)
        changed += session.exec(values.execution_options(synchronize_session=False)).rowcount
    missed = len(due) - len(duplicates) - changed
    return Resealed(found[-1][0], changed, missed, tuple(duplicates), tuple(unreadable))


def finish_rotation(session: Session) -> None:
    """Record that no blind index needs an older key any more. Call after a pass that left nothing out."""
    session.exec(delete(SiteState).where(col(SiteState.name) == sealing.BEFORE))


def abandon_key(session: Session, *, key_id: str) -> int:
    """Replace the ID numbers of the next `BATCH` accounts that a lost key protects by random ones; returns how many.

    At the end nothing but passwords names that key. These people can register a second time: their number is lost.
    """
    newest = vault().keys.newest
    lost = col(User.id_number).startswith(f"{SEALED_PREFIX}{key_id}.", autoescape=True)
    found = session.exec(select(User.id).where(lost).order_by(col(User.id)).limit(BATCH)).all()
    for user_id in found:
        sealed = vault().id_numbers.seal(secrets.token_hex(12), newest)
        values = {"id_number": sealed.text, "id_number_index": sealed.index}
        session.exec(update(User).where(col(User.id) == user_id, lost).values(values))
    if not found:
        _forget_key(session, key_id, newest)
    return len(found)


def _forget_key(session: Session, key_id: str, newest: DataKey) -> None:
    """Names of closed accounts that only this key can recognize are free again."""
    for row in sealing.name_key_rows(session):
        if key_id_of(row.value) == key_id:
            session.delete(row)
    if (active := session.get(SiteState, sealing.ACTIVE, with_for_update=True)) and active.value == key_id:
        active.value = newest.id
        session.add(active)
    if before := session.get(SiteState, sealing.BEFORE):
        before.value = ",".join(known for known in before.value.split(",") if known != key_id)
        session.add(before)


def _due(newest: DataKey, found: Iterable[Any]) -> tuple[list[tuple[int, str, Sealed]], list[int]]:
    """The accounts to change, each with its present text and the new values, and those that cannot be read."""
    numbers = vault().id_numbers
    due: list[tuple[int, str, Sealed]] = []
    unreadable: list[int] = []
    for user_id, text, index in found:
        try:
            number = numbers.open(text, index)
        except Unreadable:
            unreadable.append(user_id)
            continue
        if key_id_of(text) != newest.id or numbers.index(number, newest) != index:
            due.append((user_id, text, numbers.seal(number, newest)))
    return due, unreadable
