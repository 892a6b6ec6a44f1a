"""What becomes of errors outside of pages. Expected ones carry their sentence; a bug shows the request's id only."""

import logging
from typing import cast

from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gsapp import logs
from gsapp.api.answers import refusal, said, translator_of
from gsapp.errors import DomainError, Invalid, NotAllowed, NotFound
from gsapp.i18n import N_

log = logging.getLogger(__name__)

OUR_FAULT = N_("Something went wrong on our side. If it happens again, please tell us this number: {request_id}")
SENTENCES = {
    403: NotAllowed.sentence,
    404: NotFound.sentence,
    405: N_("This address cannot be used that way."),
}


nothing_else = APIRouter(include_in_schema=False)


@nothing_else.api_route("/api/{rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
@nothing_else.api_route("/auth/{rest:path}", methods=["GET", "POST"])
async def no_such_address(rest: str) -> None:
    """Below /api and /auth an unknown address is a program's or a form's mistake, not a page to look for."""
    raise NotFound


def install(app: FastAPI) -> None:
    """Answer expected errors of the application's own routes; pages mounted into it have their own way."""
    app.add_exception_handler(DomainError, _expected)
    app.add_exception_handler(RequestValidationError, _not_a_form_of_ours)
    app.add_exception_handler(HTTPException, _of_the_framework)


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
                message = t(OUR_FAULT, request_id=logs.request_id.get())
                await said(HTTPConnection(scope), 500, message)(scope, receive, send)


def _expected(request: Request, error: Exception) -> Response:
    return refusal(request, cast(DomainError, error))


def _not_a_form_of_ours(request: Request, error: Exception) -> Response:
    # The framework's own text would repeat what was sent, passwords included.
    return refusal(request, Invalid({}))


def _of_the_framework(request: Request, error: Exception) -> Response:
    refused = cast(HTTPException, error)
    sentence = SENTENCES.get(refused.status_code, DomainError.sentence)
    return said(request, refused.status_code, translator_of(request)(sentence), headers=dict(refused.headers or {}))
