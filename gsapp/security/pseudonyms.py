"""Pseudonyms for logs and counters: keyed hashes of names and networks, with a key that changes every week."""

import hashlib
import hmac

from gsapp import clock

LENGTH = 12  # hexadecimal digits


class Pseudonyms:
    """Keyed hashes (HMAC) derived from SECRET_KEY. The same value has the same pseudonym for one ISO week (UTC).

    They tell guesses of one network apart from those of many, and name no one after the week: without SECRET_KEY the
    few possible addresses cannot be tried.
    """

    def __init__(self, secret_key: str) -> None:
        self._secret = secret_key.encode()

    def of(self, kind: str, value: str) -> str:
        """The pseudonym of a value; values of different kinds never share one. Empty for an empty value."""
        if not value:
            return ""
        year, week, _ = clock.now().isocalendar()
        key = hmac.digest(self._secret, f"goodservices pseudonyms {year} {week}".encode(), hashlib.sha256)
        return hmac.digest(key, f"{kind} {value}".encode("utf-8", "surrogatepass"), hashlib.sha256).hex()[:LENGTH]
