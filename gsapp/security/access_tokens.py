"""Tokens by which programs call the REST API: JSON Web Tokens, signed with SECRET_KEY by HS256 and nothing else."""

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
# The end is held against our own clock, below; the rest is not in our tokens and must not be read out of foreign ones.
OPTIONS: Any = {"require": ["sub", "exp"], "verify_exp": False, "verify_iat": False, "verify_aud": False}


class Claims(NamedTuple):
    """Whose token it is, and of which generation: the user's present one, or the token has been ended."""

    user_id: int
    generation: int


class AccessTokens:
    """Signs with the newest key of SECRET_KEY (comma separated, newest first); verifies with all of them."""

    def __init__(self, secret_key: str, *, minutes: int) -> None:
        self._keys = [_derived(key) for key in separate(secret_key)]
        if not self._keys:
            raise UnsafeSettings("SECRET_KEY is empty")
        self._lasts = timedelta(minutes=minutes)

    def issue(self, *, user_id: int, username: str, generation: int) -> str:
        """A token that lasts ACCESS_TOKEN_EXPIRE_MINUTES, unless its user ends it before."""
        end = int((clock.now() + self._lasts).timestamp())
        claims = {"sub": str(user_id), "username": username, "exp": end, "generation": generation}
        return jwt.encode(claims, self._keys[0], algorithm=ALGORITHM)

    def read(self, token: str) -> Claims | None:
        """What the token says; `None` if it was not signed here in this way, or is over."""
        for key in self._keys:
            try:
                claims = jwt.decode(token, key, algorithms=[ALGORITHM], options=OPTIONS)
            except (jwt.PyJWTError, ValueError):
                continue
            return _current(claims)
        return None


def _derived(key: str) -> bytes:
    # A key of its own: nothing else signed with SECRET_KEY can pass for a token. And as long as HS256 wants it.
    return hmac.digest(key.encode(), b"goodservices.access-token", "sha256")


def _current(claims: dict[str, Any]) -> Claims | None:
    subject, end, generation = claims["sub"], claims["exp"], claims.get("generation")
    if not isinstance(end, int) or end <= clock.now().timestamp():
        return None
    if not isinstance(generation, int) or not USER_ID.fullmatch(str(subject)):
        return None
    return Claims(int(subject), generation)
