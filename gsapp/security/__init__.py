"""Password hashing, signed tokens, cookies, field encryption and throttling, created once from the settings.

`startup` calls `configure(settings)`; all other code uses `vault()`.
"""

from dataclasses import dataclass

from gsapp.config import Settings
from gsapp.security.access_tokens import AccessTokens
from gsapp.security.cookies import Cookies
from gsapp.security.fields import IdNumbers
from gsapp.security.keys import KeyRing, separate
from gsapp.security.passwords import COST, Passwords
from gsapp.security.pseudonyms import Pseudonyms
from gsapp.security.throttle import Throttle
from gsapp.security.tokens import Tokens


@dataclass(frozen=True)
class Vault:
    """The security services of a process: everything that needs a secret key, and the throttle."""

    keys: KeyRing
    passwords: Passwords
    id_numbers: IdNumbers
    tokens: Tokens
    access_tokens: AccessTokens
    cookies: Cookies
    throttle: Throttle
    pseudonyms: Pseudonyms


_vault: Vault | None = None


def configure(settings: Settings, *, password_cost: int = COST) -> Vault:
    """Create the vault of this process; an earlier one is closed. Tests pass a low bcrypt `password_cost`."""
    global _vault
    forget()
    keys = KeyRing(settings.data_key.get_secret_value())
    tokens = Tokens(settings.secret_key.get_secret_value())
    _vault = Vault(
        keys=keys,
        passwords=Passwords(keys, cost=password_cost),
        id_numbers=IdNumbers(keys),
        tokens=tokens,
        access_tokens=AccessTokens(
            settings.secret_key.get_secret_value(), minutes=settings.access_token_expire_minutes
        ),
        cookies=Cookies(
            tokens,
            secure=settings.https,
            session_hours=settings.session_hours,
            coordinator_session_hours=settings.coordinator_session_hours,
        ),
        throttle=Throttle(on=settings.throttle, redis_url=settings.redis_url.get_secret_value()),
        pseudonyms=Pseudonyms(separate(settings.secret_key.get_secret_value())[0]),
    )
    return _vault


def activate(key_id: str | None) -> None:
    """Protect new values with this key of DATA_KEY; does nothing before `configure`."""
    if _vault is not None:
        _vault.keys.activate(key_id)


def forget() -> None:
    """Stop the password threads and drop the keys; the process has no vault until the next `configure`."""
    global _vault
    if _vault is not None:
        _vault.passwords.close()
    _vault = None


def vault() -> Vault:
    """The vault of this process. Raises `RuntimeError` before `configure`."""
    if _vault is None:
        raise RuntimeError("no keys: call security.configure(settings) first")
    return _vault
