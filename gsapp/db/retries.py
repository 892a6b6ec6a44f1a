"""Retry with exponential backoff, jitter and deadline: which database errors are transient.

Also which of them leave a commit in doubt, and which say that the disk is full or read-only.
"""

import logging
import random
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gsapp.db.circuit_breaker import CircuitBreaker
from gsapp.errors import Busy, CannotSave
from gsapp.monitoring import counters

log = logging.getLogger(__name__)
R = TypeVar("R")

TRIES = 8
GIVE_UP_AFTER = 8.0
"""Seconds from the first attempt after which no other one begins; the last one may take as long as a lock wait."""

# MariaDB: deadlock, lock wait, changed since read, commit outcome unknown, node not ready, server gone (four ways),
# shutting down, connection killed (also after an idle transaction), too many connections (of all, two ways of a user).
TRANSIENT_ERRORS = {1213, 1205, 1020, 1180, 1047, 2006, 2013, 2055, 2003, 1053, 1927, 4031, 1040, 1203, 1226}
# Those after which it is unknown whether a COMMIT was executed.
UNKNOWN_OUTCOMES = {1180, 2006, 2013, 2055, 1053, 1927, 4031}
CAUSES: dict[object, str] = {
    1213: "deadlock",
    1205: "lock_wait",
    1020: "changed_since_read",
    1180: "commit_unknown",
    1047: "node_not_ready",
    **dict.fromkeys((1040, 1203, 1226), "too_many_connections"),
    **dict.fromkeys((1053, 1927, 2003, 2006, 2013, 2055, 4031), "connection_lost"),
}
"""Names of transient errors in metrics."""
# MariaDB: disk full (three ways), table full, error 28 of the storage engine, read-only server (two ways) or table.
CANNOT_SAVE = {3, 1021, 1026, 1114, 1030, 1290, 1836, 1036}
# SQLite: disk full, read-only file, I/O error (a full disk, while the write-ahead log grows), no room for that log.
SQLITE_CANNOT_SAVE = {sqlite3.SQLITE_FULL, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN}
# Unique keys whose violation means that a concurrent or earlier attempt has written the row: the next attempt finds it.
RETRIED_KEYS = ("client_key", "token_hash", "buser_table", "response_info")


def with_retries(once: Callable[[], R], breaker: CircuitBreaker, *, seconds: float = GIVE_UP_AFTER) -> R:
    """Return the result of `once`, which is retried after transient errors, `TRIES` calls at most.

    Raises `Busy` after the last, after `seconds`, while the circuit is open, or if the connection pool has no free
    connection in time; `CannotSave` when the disk is full or the database read-only.
    """
    deadline = time.monotonic() + seconds
    with breaker.call():
        for attempt in range(TRIES):
            breaker.check()
            if attempt and time.monotonic() > deadline:
                break
            try:
                return once()
            except DBAPIError as error:
                if cannot_save(error):
                    raise CannotSave from error
                if not _is_transient(error):
                    raise
                counters.RETRIES.labels(_cause(error)).inc()
                log.info("attempt %d failed with a transient database error: %s", attempt + 1, _name(error))
                # Full jitter: transactions that deadlocked must not restart at the same time.
                time.sleep(random.uniform(0, min(0.5, 0.01 * 2**attempt)))  # noqa: S311 - not for secrets
            except PoolTimeout as error:
                counters.POOL_TIMEOUTS.inc()
                raise Busy from error
    raise Busy


def outcome_unknown(error: DBAPIError) -> bool:
    """Whether a COMMIT that raised `error` may have succeeded on the server."""
    return _code(error) in UNKNOWN_OUTCOMES


def cannot_save(error: DBAPIError) -> str:
    """Why the database can store nothing now, such as a full disk; empty for any other error."""
    code = _code(error)
    if isinstance(error.orig, sqlite3.Error):
        code = getattr(error.orig, "sqlite_errorcode", None)  # the extended code; the last byte is the primary one
        return str(error.orig) if code is not None and code & 0xFF in SQLITE_CANNOT_SAVE else ""
    if code == 1030 and "28" not in str(error.orig):  # any error of the storage engine
        return ""
    return str(error.orig) if code in CANNOT_SAVE else ""


def _name(error: DBAPIError) -> str:
    return f"{type(error.orig).__name__} {_code(error) if not isinstance(error.orig, sqlite3.Error) else ''}".rstrip()


def _is_transient(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        message = str(error.orig)
        duplicate = _code(error) == 1062 or "UNIQUE constraint" in message
        return duplicate and any(key in message for key in RETRIED_KEYS)
    if isinstance(error.orig, sqlite3.OperationalError):
        return "database is locked" in str(error.orig)
    return _code(error) in TRANSIENT_ERRORS


def _cause(error: DBAPIError) -> str:
    """A transient error as a label of a metric: `deadlock`, `lock_wait`, `locked`, `duplicate`, ... or its number."""
    if isinstance(error, IntegrityError):
        return "duplicate"
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked"
    return CAUSES.get(_code(error), f"error_{_code(error)}")


def _code(error: DBAPIError) -> object:
    return error.orig.args[0] if error.orig and error.orig.args else None
