"""How anything but a page answers: errors as JSON for programs, as one plain sentence for people."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gsapp.config import Settings
from gsapp.errors import DomainError, Invalid, Taken, TooMany
from gsapp.i18n import Translator, best_language, translator
from gsapp.schemas.api_forms import JSON_NAMES
from gsapp.security.cookies import preferences

API = "/api/"
Detail = dict[str, Any] | list[dict[str, str]]


class NotAsDescribed(Invalid):
    """A request that does not fit the schema: `fields` are named as they were sent already."""


def settings_of(connection: HTTPConnection) -> Settings:
    """The settings that the composition root gave to this application."""
    settings: Settings = connection.app.state.settings
    return settings


def translator_of(connection: HTTPConnection) -> Translator:
    """The language a reader chose, else the one the browser prefers, else the platform's."""
    accepted = connection.headers.get("accept-language", "")
    chosen = preferences(connection.cookies).get("lang")
    return translator(chosen or best_language(accepted, settings_of(connection).language))


def address_of(connection: HTTPConnection) -> str:
    """The network address of the visitor; behind a proxy, the one that uvicorn took from a trusted header."""
    return connection.client.host if connection.client else ""


def refusal(connection: HTTPConnection, error: DomainError) -> Response:
    """The answer to an expected failure."""
    t = translator_of(connection)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return said(connection, error.status, error.text(t), _detail(error, t), headers)


def said(
    connection: HTTPConnection,
    status: int,
    message: str,
    detail: Detail | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """`message` as the kind of client expects it: below /api as JSON with code, message and detail."""
    if is_program(connection):
        content = {"code": status, "message": message, "detail": detail or {}}
        return JSONResponse(content, status_code=status, headers=headers)
    return PlainTextResponse(message, status_code=status, headers=headers)


def is_program(connection: HTTPConnection) -> bool:
    path: str = connection.scope["path"]
    return path.startswith(API)


def _detail(error: DomainError, t: Translator) -> Detail:
    """For programs: the fields at fault with their reasons, else the name of the rule."""
    if isinstance(error, Invalid) and error.status == 422:
        names = {} if isinstance(error, NotAsDescribed) else JSON_NAMES
        return [
            {"field": names.get(name, name), "reason": t(reason.msgid, **reason.values)}
            for name, reason in error.fields.items()
        ]
    detail: dict[str, Any] = {"error": type(error).__name__}
    if isinstance(error, Taken):
        detail["field"] = JSON_NAMES[error.field]
    return detail
