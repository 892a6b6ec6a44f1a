"""Check at start that DATA_KEY fits the database, and generate it for a database without accounts.

A lost or wrong key would otherwise begin a second identity for every account: no password fits, and each ID number can
register again.
"""

import logging
from collections.abc import Iterable

from gsapp import db, sealing
from gsapp.config import Settings, UnusableKey, readable_by_others, with_new_data_key
from gsapp.sealing import KeysInUse
from gsapp.security.keys import KeyRing

log = logging.getLogger(__name__)


def ensure(settings: Settings) -> Settings:
    """The settings with a DATA_KEY that fits the connected database, generated if it has no accounts.

    Raises `UnusableKey`, `UnusableDirectory`.
    """
    check(settings)
    return settings if settings.data_key.get_secret_value() else with_new_data_key(settings)


def check(settings: Settings) -> None:
    """Compare DATA_KEY with the key ids stored in the connected database. Raises `UnusableKey` if one is missing."""
    used = db.read(sealing.keys_in_use)
    secret = settings.data_key.get_secret_value()
    if not secret:
        if used.accounts or used.active:
            raise UnusableKey(
                f"DATA_KEY is missing, but the database holds {used.accounts} accounts that it protects: "
                f"restore {settings.data_dir / 'data_key'} from your backup, or set DATA_KEY"
            )
        return
    keys = KeyRing(secret)
    if missing := missing_keys(keys, used):
        raise UnusableKey(
            f"DATA_KEY does not fit the database, which needs the key with the id {_listed(missing)}: "
            "restore that key from your backup, or append it to DATA_KEY after a comma "
            f"(DATA_KEY holds {_listed(key.id for key in keys)})"
        )
    if lost := sum(n for key_id, n in used.passwords.items() if key_id and not keys.find(key_id)):
        log.warning(
            "%d accounts cannot sign in: DATA_KEY does not hold the key of their password; "
            "give them a password link, or restore the key",
            lost,
        )


def missing_keys(keys: KeyRing, used: KeysInUse) -> list[str]:
    """The ids of keys that the database cannot do without and that `keys` does not hold.

    Passwords count only for a database in which nothing else names a key: otherwise a coordinator can replace them.
    """
    needed = {*used.numbers, *used.name_keys, *used.before, used.active or ""} - {""}
    if not needed and not any(map(keys.find, used.passwords)):
        needed = {*used.passwords} - {""}
    return sorted(key_id for key_id in needed if keys.find(key_id) is None)


def warn_if_readable(settings: Settings) -> None:
    """Log a warning for each key file that other users of this machine can read."""
    for file in readable_by_others(settings):
        log.warning("%s can be read by other users; run: chmod 600 %s", file, file)


def _listed(key_ids: Iterable[str]) -> str:
    return ", ".join(sorted(key_ids))
