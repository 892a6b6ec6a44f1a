"""Rotation of DATA_KEY: many small transactions, until every account is protected by the newest key."""

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from gsapp import db, sealing, security
from gsapp.services import data_keys


class Rotation(NamedTuple):
    """The outcome of a rotation."""

    resealed: int
    duplicates: list[int]
    """Accounts whose ID number another account has, too: they stay under their old key until one of both is closed."""
    unreadable: list[int]
    """Accounts whose ID number no key of DATA_KEY opens."""
    old_passwords: int
    """Accounts whose password still needs an older key; it moves to the newest at their next sign-in."""

    @property
    def complete(self) -> bool:
        return not self.duplicates and not self.unreadable


def rotate(progress: Callable[[int], object] = lambda _: None) -> Rotation:
    """Protect every stored value with the newest key. Interrupted at any moment, it is continued by the next call.

    `progress` receives the number of accounts of each batch.
    """
    db.write(data_keys.activate_newest_key)
    security.activate(db.read(sealing.active_key_id))  # other processes notice it in the next run of the scheduler
    resealed = 0
    while True:
        missed, duplicates, unreadable = 0, list[int](), list[int]()
        last: int | None = 0
        while last is not None:
            batch = db.write(data_keys.reseal_accounts, after=last)
            last = batch.last
            resealed += batch.changed
            missed += batch.missed
            duplicates += batch.duplicates
            unreadable += batch.unreadable
            progress(batch.changed)
        if not missed:
            break
    if not duplicates and not unreadable:
        db.write(data_keys.finish_rotation)
    used = db.read(sealing.keys_in_use)
    return Rotation(resealed, duplicates, unreadable, _without(used.passwords, used.active))


def _without(passwords: Counter[str], active: str | None) -> int:
    return sum(rows for key_id, rows in passwords.items() if key_id not in ("", active))
