"""Bearer tokens of the REST API: JSON Web Tokens signed with SECRET_KEY, HS256 only."""

import hmac
import re
from datetime import timedelta
from typing import Any, NamedTuple

import jwt

from gsapp import clock
from gsapp.config import UnsafeSettings
from gsapp.security.keys import separate

ALGORITHM = "HS256"
USER_ID = re.compile(r"[1-9][0-9]{0,9}")
# Expiry is checked below against gsapp.clock; the other claims are not used and not verified.
OPTIONS: Any = {"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False, "verify_aud": False}


class Claims(NamedTuple):
    """User and generation of a token; it is revoked unless that is the user's current generation."""

    user_id: int
    generation: int


class AccessTokens:
    """Issues and verifies tokens. `minutes` is their lifetime.

    Signs with the newest key of SECRET_KEY (comma separated, newest first); verifies with all (key rotation).
    """

    def __init__(self, secret_key: str, *, minutes: int) -> None:
        self._keys = [_derived(key) for key in separate(secret_key)]
        if not self._keys:
            raise UnsafeSettings("SECRET_KEY is empty")
        self._lasts = timedelta(minutes=minutes)

    def issue(self, *, user_id: int, username: str, generation: int) -> str:
        """A token that expires after ACCESS_TOKEN_EXPIRE_MINUTES, unless its user revokes it earlier."""
        end = int((clock.now() + self._lasts).timestamp())
        claims = {"sub": str(user_id), "username": username, "exp": end, "generation": generation}
        return jwt.encode(claims, self._keys[0], algorithm=ALGORITHM)

    def read(self, token: str) -> Claims | None:
        """The claims of a token; `None` if its signature is invalid or it has expired."""
        for key in self._keys:
            try:
                claims = jwt.decode(token, key, algorithms=[ALGORITHM], options=OPTIONS)
            except (jwt.PyJWTError, ValueError):
                continue
            return _current(claims)
        return None


def _derived(key: str) -> bytes:
    # Domain separation: nothing else signed with SECRET_KEY passes for a token. The digest has the length HS256 needs.
    return hmac.digest(key.encode(), b"goodservices.access-token", "sha256")


def _current(claims: dict[str, Any]) -> Claims | None:
    subject, end, generation = claims["sub"], claims["exp"], claims.get("generation")
    if not isinstance(end, int) or end <= clock.now().timestamp():
        return None
    if not isinstance(generation, int) or not USER_ID.fullmatch(str(subject)):
        return None
    return Claims(int(subject), generation)
