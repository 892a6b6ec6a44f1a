"""Addresses that come from outside, and where to go when none did."""

from urllib.parse import urlsplit

MAX_URL_LENGTH = 2000
# These answer no page: going there after a sign-in would end on plain text, or in a circle.
NOT_PAGES = ("/auth/", "/api/", "/export/", "/calendar/", "/my-data.json", "/_nicegui")


def home(*, coordinator: bool) -> str:
    """Where somebody begins who has signed in and asked for no page."""
    return "/dashboard" if coordinator else "/board"


def local_path(value: object, default: str) -> str:
    """`value` if it is the address of a page of this site, else `default`. Keeps nobody's redirect open."""
    if not isinstance(value, str) or not value.startswith("/") or len(value) > MAX_URL_LENGTH:
        return default
    # Browsers read \ as / and skip control characters: /\evil.example and /<tab>/evil.example leave the site.
    if value.startswith("//") or "\\" in value or not value.isprintable() or value.startswith(NOT_PAGES):
        return default
    try:
        parts = urlsplit(value)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else value
