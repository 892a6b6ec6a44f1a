"""Random tokens, and signed values for cookies and links. Replacing SECRET_KEY ends all sessions."""

import hashlib
import secrets
from typing import Any

from itsdangerous import BadData, TimestampSigner, URLSafeSerializer, URLSafeTimedSerializer

from gsapp import clock
from gsapp.config import UnsafeSettings
from gsapp.security.keys import separate


def new_token() -> str:
    """An opaque token of 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """The hash of a token to store: a leaked table is of no use for signing in."""
    return hashlib.sha256(token.encode()).hexdigest()


def hash_address(address: str) -> str:
    """A short hash of an e-mail address for links, which must not name it."""
    return hashlib.sha256(address.encode()).hexdigest()[:16]


class Tokens:
    """Signs with the newest key of SECRET_KEY (comma separated, newest first); verifies with all (key rotation)."""

    def __init__(self, secret_key: str) -> None:
        keys = separate(secret_key)
        if not keys:
            raise UnsafeSettings("SECRET_KEY is empty")
        self._keys = keys[::-1]  # itsdangerous wants the newest last

    def sign(self, purpose: str, payload: Any) -> str:
        """`payload` (JSON) with a signature: readable but tamper-proof, and valid for this `purpose` only."""
        return self._serializer(purpose).dumps(payload)

    def unsign(self, purpose: str, value: str, max_age: int | None = None) -> Any | None:
        """The payload; None if the signature for this purpose is invalid or older than `max_age` seconds."""
        try:
            return self._serializer(purpose).loads(value, max_age=max_age)
        except BadData:
            return None

    def sign_address(self, purpose: str, payload: Any) -> str:
        """Sign without a timestamp: the same payload always gives the same text, for addresses shown repeatedly.

        It does not expire; it is revoked by revoking what the payload names.
        """
        return self._addresses(purpose).dumps(payload)

    def unsign_address(self, purpose: str, value: str) -> Any | None:
        """The payload; None if the signature for this purpose is invalid."""
        try:
            return self._addresses(purpose).loads(value)
        except BadData:
            return None

    def _addresses(self, purpose: str) -> URLSafeSerializer:
        return URLSafeSerializer(
            self._keys,
            salt=f"goodservices.address.{purpose}",
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )

    def _serializer(self, purpose: str) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(
            self._keys,
            salt=f"goodservices.{purpose}",
            signer=_ClockedSigner,
            signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
        )


class _ClockedSigner(TimestampSigner):
    def get_timestamp(self) -> int:
        return int(clock.now().timestamp())
