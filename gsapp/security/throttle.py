"""Rate limiting by moving windows: sign-in attempts, registrations, uploads, exports, calendar feeds, steps of members.

Of sign-ins failures count, and the pause grows with their number. They are counted per username and address, so that
an attacker cannot lock out the owner of an account, who signs in from another address. Successes are limited per
account only, because each takes the processor time of a password hash.
"""

import hashlib
import ipaddress
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from limits import RateLimitItem, RateLimitItemPerDay, parse_many

from gsapp.errors import DomainError, TooMany
from gsapp.i18n import N_
from gsapp.monitoring import counters
from gsapp.security.shared_counters import SharedCounters
from gsapp.security.turns import ADDRESS, BROWSER, REGISTRATION, STRANGER, Turn

Limits = Mapping[tuple[str, ...], list[RateLimitItem]]

# After five failures a pause of up to 2 minutes, after ten of up to 15, after twenty of up to an hour.
BY_NAME = "5 per 2 minutes; 10 per 15 minutes; 20 per hour"
# A program that signs in for each request, instead of keeping its token.
SUCCESSES = "60 per hour"
# After a success its network counts as known for that long.
KNOWN_ADDRESS = "1 per 30 days"
# A household, a library or a school shares one address.
BY_ADDRESS = "100 per hour"
REGISTRATIONS = "1000 per hour"
# Calendar clients poll every few minutes at most, and a user may have several.
CALENDARS = "60 per 10 minutes"
# Refused phone and ID numbers: they say that some account has one of them.
DETAILS = "5 per 15 minutes"
# A coordinator prepares a meeting with many lists.
EXPORTS, EXPORTS_OF_COORDINATORS = "20 per hour", "120 per hour"
UPLOADS = "40 per 5 minutes; 200 per hour"


class WaitMinutes(TooMany):
    """`TooMany` with a pause given in minutes."""

    sentence = N_("Too many tries. Please wait {minutes} minutes and try again.")

    def __init__(self, retry_after: int) -> None:
        DomainError.__init__(self, minutes=round(retry_after / 60))
        self.retry_after = retry_after


@dataclass
class Attempt:
    """An attempt in progress. Call `failed()` or `succeeded()`; without either (internal error) it does not count."""

    outcome: bool | None = None
    network: str | None = None
    known_address: bool = False

    def failed(self) -> None:
        self.outcome = False

    def succeeded(self) -> None:
        self.outcome = True

    def turn(self, *, known_browser: bool) -> Turn:
        """The place in the queue of password hashes."""
        lane = BROWSER if known_browser else ADDRESS if self.known_address else STRANGER
        return Turn(lane, self.network)


class Throttle:
    """The rate limiter. It counts in Redis if there is a `redis_url`; `on=False` (THROTTLE=off) disables all limits."""

    def __init__(self, *, on: bool = True, redis_url: str = "") -> None:
        self._on = on
        self._counters = SharedCounters(redis_url)
        self._by_name = parse_many(BY_NAME)
        self._successes = parse_many(SUCCESSES)
        self._known_address = parse_many(KNOWN_ADDRESS)
        self._by_address = parse_many(BY_ADDRESS)
        self._registrations = parse_many(REGISTRATIONS)
        self._calendars = parse_many(CALENDARS)
        self._exports = {False: parse_many(EXPORTS), True: parse_many(EXPORTS_OF_COORDINATORS)}
        self._uploads = parse_many(UPLOADS)
        self._details = parse_many(DETAILS)
        self._lock = threading.Lock()
        self._in_progress: Counter[tuple[str, ...]] = Counter()

    @contextmanager
    def sign_in(self, name: str, address: str) -> Iterator[Attempt]:
        """Context manager around a password check of a sign-in. Raises `TooMany` before any hashing."""
        network = network_of(address)
        # A username may have any length and is personal data: its hash suffices as a key.
        hashed = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
        limits: Limits = {("name", hashed, network): self._by_name, ("address", network): self._by_address}
        account, known = ("account", hashed), ("known", network)
        with self._limited(limits, {account: self._successes}) as attempt:
            if self._on:
                attempt.network = network
                attempt.known_address = any(self._counters.window(item, known)[1] == 0 for item in self._known_address)
            yield attempt
        if self._on and attempt.outcome:
            self._count(account, self._successes)
            self._count(known, self._known_address)

    @contextmanager
    def password_check(self, session: int | str) -> Iterator[Attempt]:
        """Context manager around a check of a signed-in user's password: an open session must not serve as an oracle.

        `session` is the key to count by: the id of the session, or a name for the user's tokens. Raises `TooMany`.
        """
        limits: Limits = {("session", str(session)): self._by_name}
        with self._limited(limits) as attempt:
            yield attempt

    @contextmanager
    def details(self, address: str, user_id: int | None = None) -> Iterator[Attempt]:
        """Context manager around a check whether a phone or ID number is taken. Raises `TooMany` before it."""
        limits: Limits = {("details", network_of(address)): self._details}
        if user_id is not None:
            limits = {**limits, ("details of", str(user_id)): self._details}
        with self._limited(limits) as attempt:
            yield attempt

    def registration(self, address: str) -> Turn:
        """Count one registration, and return its place in the queue of password hashes. Raises `TooMany`."""
        network = network_of(address)
        self._count_request(("registration", network), self._registrations)
        return Turn(REGISTRATION, network if self._on else None)

    def upload(self, user_id: int) -> None:
        """Count one upload of a photo or video. Raises `TooMany`."""
        self._count_request(("upload", str(user_id)), self._uploads)

    def export(self, user_id: int, *, coordinator: bool) -> None:
        """Count one export of a list or of personal data. Raises `TooMany`."""
        self._count_request(("export", str(user_id)), self._exports[coordinator])

    def charge_upload(self, user_id: int, cost: int) -> None:
        """Count an expensive upload as `cost` further ones."""
        if self._on:
            with self._lock:
                for _ in range(cost):
                    self._count(("upload", str(user_id)), self._uploads)

    def step(self, kind: str, by: int | str, a_day: int) -> int:
        """Count one step of a member, or of another key `by`.

        Returns 0, or the seconds to wait if `a_day` of this kind were taken already.
        """
        item, key = RateLimitItemPerDay(a_day), ("step", kind, str(by))
        if not self._on or self._counters.hit(item, key):
            return 0
        counters.THROTTLED.labels("step").inc()
        reset, _ = self._counters.window(item, key)
        return max(1, int(reset - time.time()) + 1)

    def _count_request(self, key: tuple[str, ...], items: list[RateLimitItem]) -> None:
        if self._on:
            with self._lock:
                self._raise_if_exceeded(key, items)
                self._count(key, items)

    def calendar(self, user_id: int, key: str) -> None:
        """Count one request of a calendar feed. Raises `TooMany`.

        `key` is that of its address: programs that still ask for a revoked one must not use up the limit of the next.
        """
        hashed = hashlib.sha256(key.encode()).hexdigest()
        self._count_request(("calendar", str(user_id), hashed), self._calendars)

    @contextmanager
    def _limited(self, limits: Limits, others: Limits | None = None) -> Iterator[Attempt]:
        """Count failures by `limits`; refuse also what exceeds `others`."""
        attempt = Attempt()
        if not self._on:
            yield attempt
            return
        with self._lock:
            for key, items in {**limits, **(others or {})}.items():
                self._raise_if_exceeded(key, items)
            # Attempts in progress count as failures, otherwise a hundred concurrent guesses would all pass.
            self._in_progress.update(limits.keys())
        try:
            yield attempt
        finally:
            with self._lock:
                self._finish(attempt, limits)

    def _finish(self, attempt: Attempt, limits: Limits) -> None:
        for key, items in limits.items():
            self._in_progress[key] -= 1
            if self._in_progress[key] <= 0:
                del self._in_progress[key]
            if attempt.outcome is False:
                self._count(key, items)
            elif attempt.outcome and key[0] != "address":
                # The failures of other usernames from this address still count.
                for item in items:
                    self._counters.clear(item, key)

    def _raise_if_exceeded(self, key: tuple[str, ...], items: list[RateLimitItem]) -> None:
        pauses = [0]
        for item in items:
            reset, remaining = self._counters.window(item, key)
            if remaining <= 0:
                pauses.append(int(reset - time.time()) + 1)
            elif remaining <= self._in_progress[key]:
                pauses.append(1)
        if (pause := max(pauses)) > 0:
            counters.THROTTLED.labels(key[0]).inc()
            raise WaitMinutes(pause) if pause > 120 else TooMany(pause)

    def _count(self, key: tuple[str, ...], items: list[RateLimitItem]) -> None:
        for item in items:
            self._counters.hit(item, key)


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 network of an IPv6 address, which belongs to a single household."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
