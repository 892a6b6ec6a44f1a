"""The cookies of this site: their names, what they carry, how long they last. Reading them needs no HTTP library."""

from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from gsapp.i18n import LANGUAGES
from gsapp.security.tokens import Tokens, hash_token

DAY = 24 * 3600
SESSION_LASTS = 90 * DAY  # at most, however active; the sliding end (SESSION_HOURS) stands in the database
FLASH_LASTS = 60
INVITE_LASTS = 3600
PREFERENCE_LASTS = 365 * DAY

PREFERENCES = {"lang": LANGUAGES, "theme": ("auto", "light", "dark"), "large": ("0", "1"), "keys": ("0", "1")}
"""How a reader likes the pages: the names of the choices and what may be chosen."""


class Cookie(NamedTuple):
    """The arguments of a response's `set_cookie`."""

    key: str
    value: str
    max_age: int
    secure: bool
    path: str = "/"
    httponly: bool = True
    samesite: str = "lax"


class Flash(TypedDict):
    """What a form gets back after an error: the sentence to show and what was typed, never the password."""

    error: str
    username: str
    next: str


class Cookies:
    """Makes and reads cookies; under https they are Secure and, but for the preferences, `__Host-`."""

    def __init__(self, tokens: Tokens, *, secure: bool, session_hours: int) -> None:
        self._tokens = tokens
        self._secure = secure
        self.session_hours = session_hours
        self._session_lasts = max(SESSION_LASTS, session_hours * 3600)
        prefix = "__Host-" if secure else ""
        self.session_name = f"{prefix}gs_session"
        self.flash_name = f"{prefix}gs_flash"
        self.invite_name = f"{prefix}gs_invite"

    def session(self, token: str) -> Cookie:
        value = self._tokens.sign("session", token)
        return Cookie(self.session_name, value, self._session_lasts, self._secure)

    def session_hash(self, cookies: Mapping[str, str]) -> str | None:
        """The session that a request claims, as `access.identify` looks it up; None without a cookie of ours."""
        token = self._text("session", cookies.get(self.session_name), self._session_lasts)
        return hash_token(token) if token else None

    def flash(self, flash: Flash) -> Cookie:
        return Cookie(self.flash_name, self._tokens.sign("flash", flash), FLASH_LASTS, self._secure)

    def read_flash(self, cookies: Mapping[str, str]) -> Flash | None:
        """What the last form post left for the page shown next; it lasts a minute."""
        content = self._tokens.unsign("flash", cookies.get(self.flash_name, ""), FLASH_LASTS)
        if not isinstance(content, dict):
            return None
        return Flash(error=content["error"], username=content["username"], next=content["next"])

    def invite(self, token: str) -> Cookie:
        """Remembers a coordinator's one-time link while its bearer registers or signs in."""
        return Cookie(self.invite_name, self._tokens.sign("invite", token), INVITE_LASTS, self._secure)

    def invite_token(self, cookies: Mapping[str, str]) -> str | None:
        return self._text("invite", cookies.get(self.invite_name), INVITE_LASTS)

    def preference(self, name: str, value: str) -> Cookie:
        """One of `PREFERENCES`; kept in the browser, signed in or not."""
        return Cookie(f"gs_{name}", value, PREFERENCE_LASTS, self._secure)

    def gone(self, name: str) -> Cookie:
        """Removes a cookie; a `__Host-` cookie only goes when told with the same attributes."""
        return Cookie(name, "", 0, self._secure)

    def _text(self, purpose: str, value: str | None, max_age: int) -> str | None:
        content = self._tokens.unsign(purpose, value or "", max_age)
        return content if isinstance(content, str) else None


def preferences(cookies: Mapping[str, str]) -> dict[str, str]:
    """What the reader has chosen of `PREFERENCES`; nothing that is not among the choices."""
    chosen = {name: cookies.get(f"gs_{name}", "") for name in PREFERENCES}
    return {name: value for name, value in chosen.items() if value in PREFERENCES[name]}
