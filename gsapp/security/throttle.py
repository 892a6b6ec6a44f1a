"""Limits on guessing. Failures count, successes do not; who is refused waits longer the more they failed.

The pauses belong to a name at an address: the owner, elsewhere, is never locked out.
"""

import hashlib
import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from gsapp.errors import DomainError, TooMany
from gsapp.i18n import N_

Limits = Mapping[tuple[str, ...], list[RateLimitItem]]

# Five free failures, then a pause of up to 2 minutes, after ten of up to 15, after twenty of up to an hour.
BY_NAME = "5 per 2 minutes; 10 per 15 minutes; 20 per hour"
# A household, a library or a school shares one address.
BY_ADDRESS = "100 per hour"
REGISTRATIONS = "1000 per hour"
# Calendars ask every few minutes at the most, and one person may have several.
CALENDARS = "60 per 10 minutes"
UPLOADS = "40 per 5 minutes; 200 per hour"


class WaitMinutes(TooMany):
    """A pause longer than people count in seconds."""

    sentence = N_("Too many tries. Please wait {minutes} minutes and try again.")

    def __init__(self, retry_after: int) -> None:
        DomainError.__init__(self, minutes=round(retry_after / 60))
        self.retry_after = retry_after


@dataclass
class Attempt:
    """One try that is being checked. Say `failed()` or `succeeded()`; saying neither (a fault of ours) is free."""

    outcome: bool | None = None

    def failed(self) -> None:
        self.outcome = False

    def succeeded(self) -> None:
        self.outcome = True


class Throttle:
    """Counts in this process. `on=False` (THROTTLE=off) lets everything pass."""

    def __init__(self, *, on: bool = True) -> None:
        self._on = on
        self._limiter = MovingWindowRateLimiter(MemoryStorage())
        self._by_name = parse_many(BY_NAME)
        self._by_address = parse_many(BY_ADDRESS)
        self._registrations = parse_many(REGISTRATIONS)
        self._calendars = parse_many(CALENDARS)
        self._uploads = parse_many(UPLOADS)
        self._lock = threading.Lock()
        self._under_way: Counter[tuple[str, ...]] = Counter()

    @contextmanager
    def sign_in(self, name: str, address: str) -> Iterator[Attempt]:
        """Around the check of a password. Raises `TooMany` before any hash is computed."""
        network = _network(address)
        # A name may be of any length and is nobody's business: its hash is enough to count by.
        hashed = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        limits: Limits = {("name", hashed, network): self._by_name, ("address", network): self._by_address}
        with self._guessing(limits) as attempt:
            yield attempt

    @contextmanager
    def password_check(self, session: int | str) -> Iterator[Attempt]:
        """Around the check of the old password of somebody signed in: a session left open must not become an oracle.

        `session` names what they are signed in by: a session's id, or whatever stands for a token.
        """
        limits: Limits = {("session", str(session)): self._by_name}
        with self._guessing(limits) as attempt:
            yield attempt

    def registration(self, address: str) -> None:
        """Count one registration. Raises `TooMany`."""
        self._once(("registration", _network(address)), self._registrations)

    def upload(self, user_id: int) -> None:
        """Count one photo or video that is being sent. Raises `TooMany`."""
        self._once(("upload", str(user_id)), self._uploads)

    def _once(self, key: tuple[str, ...], items: list[RateLimitItem]) -> None:
        if self._on:
            with self._lock:
                self._refuse_when_spent(key, items)
                self._count(key, items)

    def calendar(self, user_id: int) -> None:
        """Count one visit of a calendar. Raises `TooMany`."""
        key = ("calendar", str(user_id))
        if self._on:
            with self._lock:
                self._refuse_when_spent(key, self._calendars)
                self._count(key, self._calendars)

    @contextmanager
    def _guessing(self, limits: Limits) -> Iterator[Attempt]:
        attempt = Attempt()
        if not self._on:
            yield attempt
            return
        with self._lock:
            for key, items in limits.items():
                self._refuse_when_spent(key, items)
            # Tries that are still being checked count as failures: a hundred at once are not a hundred free guesses.
            self._under_way.update(limits.keys())
        try:
            yield attempt
        finally:
            with self._lock:
                self._settle(attempt, limits)

    def _settle(self, attempt: Attempt, limits: Limits) -> None:
        for key, items in limits.items():
            self._under_way[key] -= 1
            if self._under_way[key] <= 0:
                del self._under_way[key]
            if attempt.outcome is False:
                self._count(key, items)
            elif attempt.outcome and key[0] != "address":
                # One right password says nothing about the other names tried from this address.
                for item in items:
                    self._limiter.clear(item, *key)

    def _refuse_when_spent(self, key: tuple[str, ...], items: list[RateLimitItem]) -> None:
        waits = [0]
        for item in items:
            reset, remaining = self._limiter.get_window_stats(item, *key)
            if remaining <= 0:
                waits.append(int(reset - time.time()) + 1)
            elif remaining <= self._under_way[key]:
                waits.append(1)
        if (wait := max(waits)) > 0:
            raise WaitMinutes(wait) if wait > 120 else TooMany(wait)

    def _count(self, key: tuple[str, ...], items: list[RateLimitItem]) -> None:
        for item in items:
            self._limiter.hit(item, *key)


def _network(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one: a single home has all of the latter's addresses."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
