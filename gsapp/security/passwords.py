"""Passwords: hashed slowly, on threads of their own, so that a wave of sign-ins never slows the rest of the site.

Stored form: `gs1$<key id>$<bcrypt>`, where bcrypt sees base64(HMAC-SHA-384(pepper, NFKC(password))): 64 characters,
below its limit of 72 bytes for every password. A plain bcrypt hash of an older GoodServices database still verifies.
"""

import base64
import hashlib
import hmac
import os
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import bcrypt

from gsapp.errors import Busy
from gsapp.security.keys import DataKey, KeyRing

R = TypeVar("R")

COST = 12
WAITING = 20
SCHEME = "gs1"
OLD_BCRYPT = ("$2a$", "$2b$", "$2y$")
BCRYPT_LIMIT = 72


class Passwords:
    """Hashes and verifies. The methods block (about 0.3 s) and may be called from any thread but the event loop's.

    At most `WAITING` calls wait for a free thread; one more raises `Busy` at once.
    """

    def __init__(self, keys: KeyRing, *, cost: int = COST, waiting: int = WAITING) -> None:
        self._keys = keys
        self._cost = cost
        workers = os.cpu_count() or 1
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="password")
        self._places = threading.BoundedSemaphore(workers + waiting)

    def hash_password(self, password: str) -> str:
        """What to store for `password`. Raises `Busy`."""
        return self._submit(self._hash, password).result()

    def verify(self, password: str, stored: str | None) -> bool:
        """Whether `stored` was made from `password`. Without a hash (no such user) False, after the same time."""
        return self._submit(self._verify, password, stored).result()

    def needs_upgrade(self, stored: str) -> bool:
        """Whether a right password should be hashed anew: older scheme, older key, or a lower cost than today's."""
        scheme, key_id, hashed = _parts(stored)
        return scheme != SCHEME or key_id != self._keys.newest.id or hashed.split("$")[2:3] != [f"{self._cost:02d}"]

    def close(self) -> None:
        """End the threads; calls that still wait fail."""
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _submit(self, function: Callable[..., R], *args: object) -> Future[R]:
        if not self._places.acquire(blocking=False):
            raise Busy
        try:
            future = self._executor.submit(function, *args)
        except BaseException:
            self._places.release()
            raise
        future.add_done_callback(lambda _: self._places.release())
        return future

    def _hash(self, password: str) -> str:
        key = self._keys.newest
        hashed = bcrypt.hashpw(_prehash(key, password), bcrypt.gensalt(self._cost))
        return f"{SCHEME}${key.id}${hashed.decode()}"

    def _verify(self, password: str, stored: str | None) -> bool:
        scheme, key_id, hashed = _parts(stored or "")
        if scheme == "bcrypt":
            # Older libraries cut what bcrypt cannot take, without a word: so must we, to see what they saw.
            return _checked(password.encode("utf-8", "surrogatepass")[:BCRYPT_LIMIT], hashed)
        key = self._keys.find(key_id)
        if scheme == SCHEME and key is not None:
            return _checked(_prehash(key, password), hashed)
        # No hash, or one nobody can check: spend the time of a real check, so that the clock tells nothing.
        bcrypt.hashpw(_prehash(self._keys.newest, password), bcrypt.gensalt(self._cost))
        return False


def _parts(stored: str) -> tuple[str, str, str]:
    """Scheme, key id and bcrypt string of a stored hash; empty strings where there is none."""
    if stored.startswith(OLD_BCRYPT):
        return "bcrypt", "", stored
    scheme, _, rest = stored.partition("$")
    key_id, _, hashed = rest.partition("$")
    return (scheme, key_id, hashed) if hashed.startswith(OLD_BCRYPT) else ("", "", "")


def _prehash(key: DataKey, password: str) -> bytes:
    # NFKC once and for ever: the same password typed on another keyboard must give the same bytes.
    # A lone surrogate cannot be encoded strictly; it is a wrong password like any other, not a fault.
    normal = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return base64.b64encode(hmac.new(key.pepper, normal, hashlib.sha384).digest())


def _checked(password: bytes, hashed: str) -> bool:
    try:
        return bcrypt.checkpw(password, hashed.encode())
    except ValueError:  # a damaged hash: nobody's password
        return False
