"""Validation of redirect targets (no open redirects), and the default page after sign-in."""

from urllib.parse import urlsplit

MAX_URL_LENGTH = 2000
# Not pages: redirecting there after a sign-in would show plain text, or loop.
NOT_PAGES = ("/auth/", "/api/", "/export/", "/calendar/", "/my-data.json", "/_nicegui")


def home(*, coordinator: bool) -> str:
    """The default page after a sign-in."""
    return "/dashboard" if coordinator else "/board"


def local_path(value: object, default: str) -> str:
    """`value` if it is the path of a page of this site, else `default`. Prevents open redirects."""
    if not isinstance(value, str) or not value.startswith("/") or len(value) > MAX_URL_LENGTH:
        return default
    # Browsers read \ as / and skip control characters: /\evil.example and /<tab>/evil.example leave the site.
    if "\\" in value or not value.isprintable() or value.startswith(NOT_PAGES):
        return default
    try:
        parts = urlsplit(value)
    except ValueError:
        return default
    # They also resolve dots: /.//evil.example becomes //evil.example, which is another site where it is used as an
    # address. No page has an empty segment in its path, nor dots, encoded or not.
    path = parts.path.lower().replace("%2e", ".")
    if value.startswith("//") or "//" in path or not {".", ".."}.isdisjoint(path.split("/")):
        return default
    return default if parts.scheme or parts.netloc else value
