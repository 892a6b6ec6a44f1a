"""Password hashing with bcrypt in a dedicated thread pool, so that many sign-ins do not slow down other requests.

Stored form: `gs1$<key id>$<bcrypt>`, where bcrypt sees base64(HMAC-SHA-384(pepper, NFKC(password))): 64 characters,
below its limit of 72 bytes for every password. A plain bcrypt hash of an older GoodServices database still verifies.
"""

import base64
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future
from functools import partial
from typing import TypeVar

import bcrypt

from gsapp.errors import Busy
from gsapp.fair_executor import FairExecutor, Limits
from gsapp.monitoring import counters
from gsapp.security.keys import DataKey, KeyRing
from gsapp.security.turns import ORDER, UNCOUNTED, Turn

R = TypeVar("R")

COST = 12
WAITING = 20
RUNNING_PER_NETWORK, WAITING_PER_NETWORK = 2, 4
SCHEME = "gs1"
HASH_PREFIX = f"{SCHEME}$"
OLD_BCRYPT = ("$2a$", "$2b$", "$2y$")
BCRYPT_LIMIT = 72


class Passwords:
    """Hashes and verifies passwords. The methods block (about 0.3 s): never call them on the event loop.

    The lanes of `turns` take turns. At most `waiting` calls of a lane wait for a free thread, and few of one network;
    further ones raise `Busy` immediately (backpressure).
    """

    def __init__(self, keys: KeyRing, *, cost: int = COST, waiting: int = WAITING) -> None:
        self._keys = keys
        self._cost = cost
        limits = Limits(RUNNING_PER_NETWORK, WAITING_PER_NETWORK, waiting)
        self._executor = FairExecutor(os.cpu_count() or 1, name="password", limits=limits, turns=ORDER)

    def hash_password(self, password: str, *, turn: Turn = UNCOUNTED) -> str:
        """The hash to store for `password`. Raises `Busy`."""
        return self._submit(partial(self._hash, password), turn).result()

    def verify(self, password: str, stored: str | None, *, turn: Turn = UNCOUNTED) -> bool:
        """Whether `stored` is a hash of `password`; for None (unknown user) False, in the same time. Raises `Busy`."""
        return self._submit(partial(self._verify, password, stored), turn).result()

    def needs_upgrade(self, stored: str) -> bool:
        """Whether a verified password should be rehashed because of an older scheme, an older key or another cost."""
        scheme, key_id, hashed = _parts(stored)
        return scheme != SCHEME or key_id != self._keys.active.id or hashed.split("$")[2:3] != [f"{self._cost:02d}"]

    def lost_key(self, stored: str) -> str | None:
        """The id of the key that protects `stored`, if DATA_KEY does not hold it: no password can be verified then."""
        scheme, key_id, _ = _parts(stored)
        return key_id if scheme == SCHEME and self._keys.find(key_id) is None else None

    def close(self) -> None:
        """Stop the threads; waiting calls fail."""
        self._executor.close()

    def _submit(self, work: Callable[[], R], turn: Turn) -> Future[R]:
        queue = counters.QUEUES.labels("passwords")
        try:
            future = self._executor.submit(work, key=turn.network or object(), lane=turn.lane)
        except Busy:
            counters.THROTTLED.labels("password_queue").inc()
            raise
        queue.inc()
        future.add_done_callback(lambda _: queue.dec())
        return future

    def _hash(self, password: str) -> str:
        key = self._keys.active
        hashed = bcrypt.hashpw(_prehash(key, password), bcrypt.gensalt(self._cost))
        return f"{SCHEME}${key.id}${hashed.decode()}"

    def _verify(self, password: str, stored: str | None) -> bool:
        scheme, key_id, hashed = _parts(stored or "")
        if scheme == "bcrypt":
            # Older libraries silently truncated passwords to 72 bytes: truncate likewise to get the same hash.
            return _matches(password.encode("utf-8", "surrogatepass")[:BCRYPT_LIMIT], hashed)
        key = self._keys.find(key_id)
        if scheme == SCHEME and key is not None:
            return _matches(_prehash(key, password), hashed)
        # No hash, or one of an unknown key: take the time of a real check, to prevent a timing side channel.
        bcrypt.hashpw(_prehash(self._keys.active, password), bcrypt.gensalt(self._cost))
        return False


def _parts(stored: str) -> tuple[str, str, str]:
    """Scheme, key id and bcrypt string of a stored hash; empty strings for an unknown format."""
    if stored.startswith(OLD_BCRYPT):
        return "bcrypt", "", stored
    scheme, _, rest = stored.partition("$")
    key_id, _, hashed = rest.partition("$")
    return (scheme, key_id, hashed) if hashed.startswith(OLD_BCRYPT) else ("", "", "")


def _prehash(key: DataKey, password: str) -> bytes:
    # Stored hashes depend on NFKC: the same password typed on another keyboard must give the same bytes.
    # A lone surrogate cannot be encoded strictly, but must count as a wrong password, not as an error.
    normal = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.new(key.pepper, normal, hashlib.sha384).digest())


def _matches(password: bytes, hashed: str) -> bool:
    try:
        return bcrypt.checkpw(password, hashed.encode())
    except ValueError:  # a damaged hash matches no password
        return False
