"""Retry with exponential backoff and jitter: which database errors are transient, and which leave a commit in doubt."""

import logging
import random
import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from gsapp.errors import Busy
from gsapp.monitoring import counters

log = logging.getLogger(__name__)
R = TypeVar("R")

TRIES = 8
# MariaDB: deadlock, lock wait, changed since read, commit outcome unknown, node not ready, server gone (four ways).
TRANSIENT_ERRORS = {1213, 1205, 1020, 1180, 1047, 2006, 2013, 2055, 2003}
# Those after which it is unknown whether a COMMIT was executed.
UNKNOWN_OUTCOMES = {1180, 2006, 2013, 2055}
CAUSES: dict[object, str] = {
    1213: "deadlock",
    1205: "lock_wait",
    1020: "changed_since_read",
    1180: "commit_unknown",
    1047: "node_not_ready",
    **dict.fromkeys((2003, 2006, 2013, 2055), "connection_lost"),
}
"""Names of transient errors in metrics."""
# Unique keys whose violation means that a concurrent or earlier attempt has written the row: the next attempt finds it.
RETRIED_KEYS = ("client_key", "token_hash", "buser_table", "response_info")


def with_retries(once: Callable[[], R]) -> R:
    """Return the result of `once`, which is retried after transient errors, `TRIES` calls at most.

    Raises `Busy` after the last, or if the connection pool has no free connection in time.
    """
    for attempt in range(TRIES):
        try:
            return once()
        except DBAPIError as error:
            if not _is_transient(error):
                raise
            counters.RETRIES.labels(_cause(error)).inc()
            log.info("attempt %d failed with a transient database error: %s", attempt + 1, type(error.orig).__name__)
            # Full jitter: transactions that deadlocked must not restart at the same time.
            time.sleep(random.uniform(0, min(0.5, 0.01 * 2**attempt)))  # noqa: S311 - not for secrets
        except PoolTimeout as error:
            counters.POOL_TIMEOUTS.inc()
            raise Busy from error
    raise Busy


def outcome_unknown(error: DBAPIError) -> bool:
    """Whether a COMMIT that raised `error` may have succeeded on the server."""
    return _code(error) in UNKNOWN_OUTCOMES


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
