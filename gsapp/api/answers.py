"""How anything but a page answers: errors as JSON for programs, as one plain sentence for people."""

from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gsapp.config import Settings
from gsapp.errors import DomainError, Invalid, TooMany
from gsapp.i18n import LANGUAGES, Translator, best_language, translator

API = "/api/"


def settings_of(connection: HTTPConnection) -> Settings:
    """The settings that the composition root gave to this application."""
    settings: Settings = connection.app.state.settings
    return settings


def translator_of(connection: HTTPConnection) -> Translator:
    """The language a reader chose, else the one the browser prefers, else the platform's."""
    chosen = connection.cookies.get("gs_lang")
    if chosen in LANGUAGES:
        return translator(chosen)
    return translator(best_language(connection.headers.get("accept-language", ""), settings_of(connection).language))


def address_of(connection: HTTPConnection) -> str:
    """The network address of the visitor; behind a proxy, the one that uvicorn took from a trusted header."""
    return connection.client.host if connection.client else ""


def refusal(connection: HTTPConnection, error: DomainError) -> Response:
    """The answer to an expected failure."""
    t = translator_of(connection)
    detail: dict[str, Any] = {"error": type(error).__name__}
    if isinstance(error, Invalid):
        detail["fields"] = {name: t(sentence.msgid, **sentence.values) for name, sentence in error.fields.items()}
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    return said(connection, error.status, error.text(t), detail, headers)


def said(
    connection: HTTPConnection,
    status: int,
    message: str,
    detail: dict[str, Any] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """`message` as the kind of client expects it: below /api as JSON with code, message and detail."""
    if connection.scope["path"].startswith(API):
        content = {"code": status, "message": message, "detail": detail or {}}
        return JSONResponse(content, status_code=status, headers=headers)
    return PlainTextResponse(message, status_code=status, headers=headers)
