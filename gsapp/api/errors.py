"""What becomes of errors outside of pages. Expected ones carry their sentence; a bug shows the request's id only."""

import logging
from collections.abc import Sequence
from typing import cast

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gsapp import logs
from gsapp.api.responses import NotAsDescribed, refusal, said, translator_of
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
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


class WrongMethod(DomainError):
    status = 405
    sentence = N_("This address cannot be used that way.")


class NothingElse:
    """Below /api and /auth an unknown address is a program's or a form's mistake, not a page to look for."""

    def __init__(self, known: Sequence[BaseRoute]) -> None:
        self._known = tuple(known)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        allowed = [method for method in METHODS if self._leads_somewhere({**scope, "method": method})]
        response = refusal(HTTPConnection(scope), WrongMethod() if allowed else NotFound())
        if allowed:
            response.headers["Allow"] = ", ".join(allowed)
        await response(scope, receive, send)

    def _leads_somewhere(self, scope: Scope) -> bool:
        return any(route.matches(scope)[0] is Match.FULL for route in self._known)


def install(app: FastAPI) -> None:
    """Answer expected errors of the application's own routes; pages mounted into it have their own way."""
    app.add_exception_handler(DomainError, _expected)
    app.add_exception_handler(RequestValidationError, _not_as_described)
    app.add_exception_handler(HTTPException, _of_the_framework)


def install_nothing_else(app: FastAPI) -> None:
    """To be called after the last of our own routes was added, and before the pages are."""
    nothing_else = NothingElse(app.routes)
    for place in ("/api/{rest:path}", "/auth/{rest:path}"):
        app.router.routes.append(Route(place, nothing_else, include_in_schema=False))


class Failures:
    """Innermost middleware: a bug becomes a 500 that still passes through all the others, and a line with its trace."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def noticed(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, noticed)
        except Exception:
            if scope["type"] != "http":
                raise
            log.exception("request_failed")
            if not started:
                t = translator_of(HTTPConnection(scope))
                request_id = logs.request_id.get()
                message = t(OUR_FAULT, request_id=request_id)
                answer = said(HTTPConnection(scope), 500, message, {"request_id": request_id})
                await answer(scope, receive, send)


def _expected(request: Request, error: Exception) -> Response:
    return refusal(request, cast(DomainError, error))


def _not_as_described(request: Request, error: Exception) -> Response:
    # The framework's own text would repeat what was sent, passwords included.
    return refusal(request, NotAsDescribed(problems_sent(cast(RequestValidationError, error).errors(), JSON_NAMES)))


def _of_the_framework(request: Request, error: Exception) -> Response:
    refused = cast(HTTPException, error)
    sentence = SENTENCES.get(refused.status_code, DomainError.sentence)
    headers, detail = dict(refused.headers or {}), {"error": "NotUnderstood"}
    return said(request, refused.status_code, translator_of(request)(sentence), detail, headers)
