"""Error handlers outside of pages: expected errors respond with their message, a bug only with the request id."""

import logging
from collections.abc import Sequence
from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gsapp import logs
from gsapp.api.responses import RequestInvalid, message_response, refusal, translator_of
from gsapp.errors import DomainError, NotAllowed, NotFound
from gsapp.i18n import N_
from gsapp.schemas.api_forms import JSON_NAMES
from gsapp.schemas.forms import problems_sent

log = logging.getLogger(__name__)

OUR_FAULT = N_("Something went wrong on our side. If it happens again, please tell us this number: {request_id}")
SENTENCES = {
    403: NotAllowed.sentence,
    404: NotFound.sentence,
}
RETRY_AFTER = "5"  # seconds; a database that was away is found again in less than one
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class WrongMethod(DomainError):
    status = 405
    sentence = N_("This address cannot be used that way.")


class UnknownPath:
    """Responds 404 or 405 to unknown paths below /api and /auth, so that they do not reach the 404 page."""

    def __init__(self, known: Sequence[BaseRoute]) -> None:
        self._known = tuple(known)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = [method for method in METHODS if self._matches({**scope, "method": method})]
        response = refusal(HTTPConnection(scope), WrongMethod() if allowed else NotFound())
        if allowed:
            response.headers["Allow"] = ", ".join(allowed)
        await response(scope, receive, send)

    def _matches(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._known)


def install(app: FastAPI) -> None:
    """Add exception handlers for the routes of the API; the mounted pages have their own error pages."""
    app.add_exception_handler(DomainError, _on_domain_error)
    app.add_exception_handler(RequestValidationError, _on_validation_error)
    app.add_exception_handler(HTTPException, _on_http_exception)


def install_unknown_paths(app: FastAPI) -> None:
    """Add the catch-all routes below /api and /auth. Call it after all other routes and before the pages."""
    unknown_path = UnknownPath(app.routes)
    for path in ("/api/{rest:path}", "/auth/{rest:path}"):
        app.router.routes.append(Route(path, unknown_path, include_in_schema=False))


class Failures:
    """Innermost middleware: turns a bug into a 500 that passes through all other middleware, and logs its traceback.

    Adds Retry-After to every 503, also to that of a page.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def observed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                if message["status"] == 503:
                    MutableHeaders(raw=message["headers"]).setdefault("Retry-After", RETRY_AFTER)
            await send(message)

        try:
            await self._app(scope, receive, observed)
        except Exception:
            if scope["type"] != "http":
                raise
            log.exception("request_failed")
            if not started:
                t = translator_of(HTTPConnection(scope))
                request_id = logs.request_id.get()
                message = t(OUR_FAULT, request_id=request_id)
                response = message_response(HTTPConnection(scope), 500, message, {"request_id": request_id})
                await response(scope, receive, send)


def _on_domain_error(request: Request, error: Exception) -> Response:
    return refusal(request, cast(DomainError, error))


def _on_validation_error(request: Request, error: Exception) -> Response:
    # The default response of the framework would repeat the request, including passwords.
    return refusal(request, RequestInvalid(problems_sent(cast(RequestValidationError, error).errors(), JSON_NAMES)))


def _on_http_exception(request: Request, error: Exception) -> Response:
    refused = cast(HTTPException, error)
    sentence = SENTENCES.get(refused.status_code, DomainError.sentence)
    headers, detail = dict(refused.headers or {}), {"error": "NotUnderstood"}
    return message_response(request, refused.status_code, translator_of(request)(sentence), detail, headers)
