"""Responses of everything but pages: errors as JSON below /api, as one plain sentence elsewhere."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse, PlainTextResponse, Response

from gsapp.config import Settings
from gsapp.errors import DomainError, Invalid, Taken, TooMany
from gsapp.i18n import Translator, best_language, translator
from gsapp.schemas.api_forms import JSON_NAMES
from gsapp.security import refusals
from gsapp.security.cookies import preferences

API = "/api/"
Detail = dict[str, Any] | list[dict[str, str]]


class RequestInvalid(Invalid):
    """A request that violates the schema; `fields` already has the JSON names."""


def settings_of(connection: HTTPConnection) -> Settings:
    """The settings of this application."""
    settings: Settings = connection.app.state.settings
    return settings


def translator_of(connection: HTTPConnection) -> Translator:
    """The translator for the language that the reader chose, else that of Accept-Language, else of the settings."""
    accepted = connection.headers.get("accept-language", "")
    chosen = preferences(connection.cookies).get("lang")
    return translator(chosen or best_language(accepted, settings_of(connection).language))


def address_of(connection: HTTPConnection) -> str:
    """The IP address of the client; behind a proxy, the one that `ForwardedHeaders` took from a trusted header."""
    return connection.client.host if connection.client else ""


def identified(connection: HTTPConnection, user_id: int) -> None:
    """Note the user of a request, for the counts of refusals."""
    connection.state.user_id = user_id


def refusal(connection: HTTPConnection, error: DomainError) -> Response:
    """The response to an expected error, in the reader's language; `identified` has named the user, if there is one."""
    refusals.refused(error, address=address_of(connection), user_id=getattr(connection.state, "user_id", None))
    t = translator_of(connection)
    headers = {"Retry-After": str(error.retry_after)} if isinstance(error, TooMany) else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    return message_response(connection, error.status, error.text(t), _detail(error, t), headers)


def message_response(
    connection: HTTPConnection,
    status: int,
    message: str,
    detail: Detail | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """A response with `message`: below /api as JSON with code, message and detail, elsewhere as plain text."""
    if is_program(connection):
        content = {"code": status, "message": message, "detail": detail or {}}
        return JSONResponse(content, status_code=status, headers=headers)
    return PlainTextResponse(message, status_code=status, headers=headers)


def is_program(connection: HTTPConnection) -> bool:
    path: str = connection.scope["path"]
    return path.startswith(API)


def _detail(error: DomainError, t: Translator) -> Detail:
    """`detail` of the JSON response: the invalid fields with their reasons, else the class name of the error."""
    if isinstance(error, Invalid) and error.status == 422:
        names = {} if isinstance(error, RequestInvalid) else JSON_NAMES
        return [
            {"field": names.get(name, name), "reason": t(reason.msgid, **reason.values)}
            for name, reason in error.fields.items()
        ]
    detail: dict[str, Any] = {"error": type(error).__name__}
    if isinstance(error, Taken):
        detail["field"] = JSON_NAMES[error.field]
    return detail
