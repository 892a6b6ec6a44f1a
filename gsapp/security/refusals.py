"""Security events: failed sign-ins, exceeded rate limits and missing rights are logged and counted.

The counts of this process wait here until the scheduler adds them to the table `security_counts`
(`services.security_counts`). Log lines are limited, because an attacker decides how many there are; counts are not.
"""

import logging
import threading
import time
from collections import Counter
from typing import Any, NamedTuple

from gsapp import clock, logs
from gsapp.errors import DomainError, NotAllowed, TooMany
from gsapp.monitoring import counters
from gsapp.security import vault
from gsapp.security.throttle import network_of

log = logging.getLogger(__name__)
SIGN_IN_FAILED = "SignInFailed"
PASSWORD_CHECK_FAILED = "PasswordCheckFailed"  # noqa: S105 - a kind of event
MOST_LINES = 60
"""Lines of the log in a minute and process; the next line says how many were left out."""
MOST_KEYS = 1000
"""Counts that wait in memory. Further networks and users are counted together, without name."""


class Key(NamedTuple):
    """What a count is about. `network` is a pseudonym or empty, `user_id` 0 for a visitor."""

    day: str
    kind: str
    network: str = ""
    user_id: int = 0


_lock = threading.Lock()
_waiting: Counter[Key] = Counter()
_minute = 0
_lines = 0


def sign_in_failed(name: str, address: str) -> None:
    """Record a sign-in with an unknown username or a wrong password."""
    _record(SIGN_IN_FAILED, address, 0, name=vault().pseudonyms.of("name", name))


def password_check_failed(user_id: int) -> None:
    """Record a wrong current password of a signed-in user."""
    _record(PASSWORD_CHECK_FAILED, "", user_id)


def refused(error: DomainError, *, address: str, user_id: int | None) -> None:
    """Record an exceeded rate limit or a missing right; every other error is none of security."""
    if isinstance(error, TooMany | NotAllowed):
        _record(type(error).__name__, address, user_id or 0)


def take() -> dict[Key, int]:
    """Remove and return the counts that wait."""
    with _lock:
        taken = dict(_waiting)
        _waiting.clear()
    return taken


def put_back(counts: dict[Key, int]) -> None:
    """Add counts again that could not be stored."""
    for key, n in counts.items():
        _count(key, n)


def _record(kind: str, address: str, user_id: int, **fields: str) -> None:
    counters.REFUSALS.labels(kind).inc()
    network = vault().pseudonyms.of("network", network_of(address)) if address else ""
    _count(Key(clock.now().date().isoformat(), kind, network, user_id), 1)
    if left_out := _may_log():
        shown: dict[str, Any] = {"kind": kind, "network": network, "user_id": user_id, **fields}
        if left_out > 1:
            shown["left_out"] = left_out - 1
        logs.event(log, "security_refusal", **shown)


def _count(key: Key, n: int) -> None:
    with _lock:
        known = key in _waiting or len(_waiting) < MOST_KEYS
        _waiting[key if known else Key(key.day, key.kind)] += n


def _may_log() -> int:
    """0 if this minute has its lines already, else 1 more than the number of lines that an earlier minute left out."""
    global _minute, _lines
    with _lock:
        minute, before = int(time.monotonic() // 60), _lines
        if minute != _minute:
            _minute, _lines = minute, 1
            return 1 + max(0, before - MOST_LINES)
        _lines += 1
        return 1 if _lines <= MOST_LINES else 0
