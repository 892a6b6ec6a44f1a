"""The cookies of this site: names, signed content and lifetime. Independent of the HTTP library."""

from collections.abc import Mapping
from typing import NamedTuple, TypedDict

from gsapp.i18n import LANGUAGES
from gsapp.security.tokens import Tokens, hash_token

DAY = 24 * 3600
SESSION_LASTS = 90 * DAY  # absolute limit; the sliding expiry (SESSION_HOURS) is stored in the database
FLASH_LASTS = 60
INVITE_LASTS = 3600
PREFERENCE_LASTS = 365 * DAY
BROWSER_LASTS = 365 * DAY

PREFERENCES = {"lang": LANGUAGES, "theme": ("auto", "light", "dark"), "large": ("0", "1"), "keys": ("0", "1")}
"""Display preferences: names and allowed values."""


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
    """Flash message: the error to show in a form and its input, never the password."""

    error: str
    username: str
    next: str


class Cookies:
    """Creates and reads cookies; under https they are Secure and, except for preferences, `__Host-`."""

    def __init__(
        self, tokens: Tokens, *, secure: bool, session_hours: int, coordinator_session_hours: int = 12
    ) -> None:
        self._tokens = tokens
        self._secure = secure
        self.session_hours = session_hours
        self.coordinator_session_hours = coordinator_session_hours
        self._session_lasts = max(SESSION_LASTS, session_hours * 3600)
        prefix = "__Host-" if secure else ""
        self.session_name = f"{prefix}gs_session"
        self.flash_name = f"{prefix}gs_flash"
        self.invite_name = f"{prefix}gs_invite"
        self.browser_name = f"{prefix}gs_browser"

    def session(self, token: str) -> Cookie:
        value = self._tokens.sign("session", token)
        return Cookie(self.session_name, value, self._session_lasts, self._secure)

    def session_hash(self, cookies: Mapping[str, str]) -> str | None:
        """The hash of the session token, for `access.identify`; None without a validly signed cookie."""
        token = self._text("session", cookies.get(self.session_name), self._session_lasts)
        return hash_token(token) if token else None

    def browser(self, token: str) -> Cookie:
        """Recognizes this browser at its next sign-in (device cookie), for a shorter queue; it opens no account."""
        return Cookie(self.browser_name, self._tokens.sign("browser", token), BROWSER_LASTS, self._secure)

    def browser_token(self, cookies: Mapping[str, str]) -> str | None:
        return self._text("browser", cookies.get(self.browser_name), BROWSER_LASTS)

    def flash(self, flash: Flash) -> Cookie:
        return Cookie(self.flash_name, self._tokens.sign("flash", flash), FLASH_LASTS, self._secure)

    def read_flash(self, cookies: Mapping[str, str]) -> Flash | None:
        """The flash message that the last form post set for the next page; it expires after a minute."""
        content = self._tokens.unsign("flash", cookies.get(self.flash_name, ""), FLASH_LASTS)
        if not isinstance(content, dict):
            return None
        return Flash(error=content["error"], username=content["username"], next=content["next"])

    def invite(self, token: str) -> Cookie:
        """Keeps the token of a one-time coordinator link until the user registers or signs in."""
        return Cookie(self.invite_name, self._tokens.sign("invite", token), INVITE_LASTS, self._secure)

    def invite_token(self, cookies: Mapping[str, str]) -> str | None:
        return self._text("invite", cookies.get(self.invite_name), INVITE_LASTS)

    def preference(self, name: str, value: str) -> Cookie:
        """One of `PREFERENCES`, stored in the browser, also without a session."""
        return Cookie(f"gs_{name}", value, PREFERENCE_LASTS, self._secure)

    def gone(self, name: str) -> Cookie:
        """Deletes a cookie; browsers delete a `__Host-` cookie only if the attributes are the same."""
        return Cookie(name, "", 0, self._secure)

    def _text(self, purpose: str, value: str | None, max_age: int) -> str | None:
        content = self._tokens.unsign(purpose, value or "", max_age)
        return content if isinstance(content, str) else None


def preferences(cookies: Mapping[str, str]) -> dict[str, str]:
    """The valid preferences of a request; values that are not allowed are omitted."""
    chosen = {name: cookies.get(f"gs_{name}", "") for name in PREFERENCES}
    return {name: value for name, value in chosen.items() if value in PREFERENCES[name]}
