"""Encryption of stored ID numbers with the active DATA_KEY, and which key protects which rows (key rotation).

The database names the active key, so that all processes index with the same one: only then does the unique key on the
blind index refuse a second account with the same ID number. `services.data_keys` changes it.
"""

import logging
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import case, func, insert, inspect, or_
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp.errors import Busy
from gsapp.models import FormerName, SiteState, User
from gsapp.security import vault
from gsapp.security.fields import (
    SEALED_PREFIX,
    IdNumbers,
    Sealed,
    Unreadable,
    key_id_of,
    mask,
    name_hash,
    opened,
    sealed_text,
)
from gsapp.security.keys import DataKey, KeyRing
from gsapp.security.passwords import HASH_PREFIX

log = logging.getLogger(__name__)

ACTIVE = "data_key"
"""Name of the row of `SiteState` with the id of the active key. It exists as soon as the first account does."""

NAME_KEY = "name_key."
"""Prefix of the rows of `SiteState` with the keys of reserved usernames: `name_key.<id of the key it came from>`.

Usernames of closed accounts are stored as keyed hashes only, which no other key can replace. So the rotation keeps the
key of these hashes, sealed with the active key.
"""

BEFORE = "data_key_before"
"""Name of the row of `SiteState` with the ids of the keys that blind indexes may still need, during a rotation."""
ID = 8  # characters of a key id
UNREADABLE = "?" * 8


class KeysInUse(NamedTuple):
    """The number of rows that each key protects, by key id; the id is empty for values of another format."""

    numbers: Counter[str]
    passwords: Counter[str]
    name_keys: Counter[str]
    """The key that seals each kept key of reserved usernames."""
    active: str | None
    before: frozenset[str]
    """Keys that blind indexes may still need, because the last rotation is not finished."""
    accounts: int


def seal(session: Session, number: str) -> Sealed:
    """Encrypt and index an ID number with the active key, which cannot change until the commit.

    Raises `Busy` if this process does not hold the active key, and `Invalid`.
    """
    return vault().id_numbers.seal(number, active_key(session))


def active_key(session: Session) -> DataKey:
    """The active key, locked until the commit (shared lock). The first call on a new site makes it the newest.

    Raises `Busy` if this process does not hold it, because another process has a different DATA_KEY.
    """
    keys = vault().keys
    key_id = _stored_id(session) or _first(session, keys.newest)
    key = keys.find(key_id)
    if key is None:
        log.error("DATA_KEY lacks the key %s, with which this site protects new accounts", key_id)
        raise Busy
    keys.activate(key_id)
    return key


def active_key_id(session: Session) -> str | None:
    """The id of the active key, without a lock; `None` before the first account."""
    return _value(session, ACTIVE)


def reserve_name(session: Session, name: str, *, owner_id: int | None = None) -> None:
    """Reserve the username (its `username_key`) of a closed account, or an earlier one of the account `owner_id`."""
    session.merge(FormerName(name_hash=name_hash(active_key(session).index, name), user_id=owner_id))


def is_reserved(session: Session, *names: str, owner_id: int) -> bool:
    """Whether one of the names belonged to another account than `owner_id`, under any key that has hashed one."""
    keys = [*(key.index for key in vault().keys), *map(_name_key, name_key_rows(session))]
    hashes = [name_hash(key, name) for key in keys for name in names]
    not_mine = or_(col(FormerName.user_id).is_(None), col(FormerName.user_id) != owner_id)
    return session.exec(select(FormerName).where(col(FormerName.name_hash).in_(hashes), not_mine)).first() is not None


def name_key_rows(session: Session) -> list[SiteState]:
    """The kept keys of reserved usernames."""
    kept = col(SiteState.name).startswith(NAME_KEY, autoescape=True)
    return list(session.exec(select(SiteState).where(kept)))


def seal_name_key(of: DataKey, *, key: DataKey) -> str:
    """The key of the usernames that `of` has reserved, sealed with `key`."""
    return sealed_text(key, of.index, (NAME_KEY + of.id).encode())


def reseal_name_key(row: SiteState, *, key: DataKey) -> str:
    """A kept key of reserved usernames, sealed anew with `key`."""
    return sealed_text(key, _name_key(row), row.name.encode())


def masked_number(user: User) -> str:
    """The ID number of an account for display, mostly hidden; question marks if no key of DATA_KEY opens it."""
    try:
        return mask(vault().id_numbers.open(user.id_number, user.id_number_index))
    except Unreadable as error:
        log.error("the ID number of user %s cannot be read: %s", user.id, error)
        return UNREADABLE


def keys_in_use(session: Session) -> KeysInUse:
    """Count the rows that each key protects, in one scan of the accounts. Works on every version of the schema."""
    tables = set(inspect(session.connection()).get_table_names())
    numbers, passwords, names = Counter[str](), Counter[str](), Counter[str]()
    if User.__tablename__ in tables:
        number, password = col(User.id_number), col(User.password_hash)
        sealed_by = case((number.startswith(SEALED_PREFIX), func.substr(number, len(SEALED_PREFIX) + 1, ID)), else_="")
        hashed_by = case((password.startswith(HASH_PREFIX), func.substr(password, len(HASH_PREFIX) + 1, ID)), else_="")
        counted = wide_select(sealed_by.label("a"), hashed_by.label("b"), func.count()).group_by("a", "b")
        for sealed, hashed, rows in session.execute(counted):
            numbers[sealed] += rows
            passwords[hashed] += rows
    active, before = None, ""
    if SiteState.__tablename__ in tables:
        active, before = active_key_id(session), _value(session, BEFORE) or ""
        names.update(key_id_of(row.value) for row in name_key_rows(session))
    needed = frozenset(filter(None, before.split(",")))
    return KeysInUse(numbers, passwords, names, active, needed, numbers.total())


def record_active_key(session: Session, *, keys: KeyRing) -> str | None:
    """Record the active key of a database whose accounts are older than this record; returns its id, if it has one.

    It is the key of the existing blind indexes, found by computing one.
    """
    if known := active_key_id(session):
        return known
    some = wide_select(col(User.id_number), col(User.id_number_index)).order_by(col(User.id)).limit(20)
    rows = session.execute(some).all()
    return _first(session, _key_of_indexes(keys, rows)) if rows else None


def _key_of_indexes(keys: KeyRing, rows: Iterable[Any]) -> DataKey:
    numbers = IdNumbers(keys)
    for text, index in rows:
        try:
            number = numbers.open(text, index)
        except Unreadable:
            continue
        for key in keys:
            if numbers.index(number, key) == index:
                return key
    return keys.newest


def _value(session: Session, name: str) -> str | None:
    return session.exec(select(SiteState.value).where(SiteState.name == name)).first()


def _stored_id(session: Session) -> str | None:
    row = session.get(SiteState, ACTIVE, with_for_update={"read": True}, populate_existing=True)
    return row.value if row else None


def _first(session: Session, key: DataKey) -> str:
    """Record `key` as the active one, unless another transaction has recorded one."""
    statement = insert(SiteState).values(name=ACTIVE, value=key.id)
    for dialect, word in (("sqlite", "OR IGNORE"), ("mysql", "IGNORE"), ("mariadb", "IGNORE")):
        statement = statement.prefix_with(word, dialect=dialect)
    session.exec(statement)
    return _stored_id(session) or key.id


def _name_key(row: SiteState) -> bytes:
    return opened(vault().keys, row.value, row.name.encode())
