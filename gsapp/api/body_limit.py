"""Middleware that limits the size of request bodies and the time they take to arrive."""

import asyncio
import sys
from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gsapp.api.responses import refusal
from gsapp.errors import DomainError
from gsapp.i18n import N_

ARRIVES_WITHIN = 30.0  # seconds
LEAST_RATE = 10_000  # bytes a second; long bodies have more time


class TooLarge(DomainError):
    status = 413
    sentence = N_("That is more than we can take at once.")


class TooSlow(DomainError):
    status = 408
    sentence = N_("What you sent did not arrive in time. Please try again.")


class BodyLimit:
    """ASGI middleware: responds 413 to a body longer than the limit of the first matching path prefix, in bytes.

    The bytes received are counted, because Content-Length may be absent or wrong. Responds 408 to a body that does not
    arrive within `ARRIVES_WITHIN` and at `LEAST_RATE`: each connection costs a file descriptor. A path with the
    limit sys.maxsize has its own time limits. To a POST below `answered` the response must begin in that time, too.
    """

    def __init__(self, app: ASGIApp, *, limits: Mapping[str, int], answered: str = "") -> None:
        self._app = app
        self._limits = dict(limits)
        self._answered = answered

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next(limit for prefix, limit in self._limits.items() if scope["path"].startswith(prefix))
        body = _Body(receive, send, limit)
        if declared_length(Headers(scope=scope)) > limit:
            body.refused = TooLarge()
        elif self._answered and scope["method"] == "POST" and scope["path"].startswith(self._answered):
            try:
                async with asyncio.timeout(ARRIVES_WITHIN):
                    await self._app(scope, body.receive, body.send)
            except TimeoutError:
                body.refused = TooSlow()
        else:
            await self._app(scope, body.receive, body.send)
        if body.refused and not body.started:
            response = refusal(HTTPConnection(scope), body.refused)
            response.headers["Connection"] = "close"  # the rest of the body is not read
            await response(scope, receive, send)


class _Body:
    """The `receive` and `send` of one request, which count its body and drop a response to a refused one."""

    def __init__(self, receive: Receive, send: Send, limit: int) -> None:
        self._receive, self._send, self._limit = receive, send, limit
        self._began = asyncio.get_running_loop().time()
        self._received = 0
        self._arriving = limit < sys.maxsize
        self.started = False
        self.refused: DomainError | None = None

    async def receive(self) -> Message:
        # After the body only a disconnect follows, which may take as long as the response.
        deadline = self._began + ARRIVES_WITHIN + self._received / LEAST_RATE if self._arriving else None
        try:
            async with asyncio.timeout_at(deadline):
                message = await self._receive()
        except TimeoutError:
            raise self._refuse(TooSlow()) from None
        self._received += len(message.get("body", b""))
        self._arriving = self._arriving and bool(message.get("more_body"))
        if self._received > self._limit:
            raise self._refuse(TooLarge())
        return message

    async def send(self, message: Message) -> None:
        if self.started or not self.refused:
            self.started = True
            await self._send(message)

    def _refuse(self, refused: DomainError) -> HTTPException:
        """An exception that makes the framework stop reading the body."""
        self.refused = refused
        return HTTPException(refused.status)


def declared_length(headers: Headers) -> int:
    """The Content-Length of a request in bytes; 0 without a valid one."""
    length = headers.get("content-length", "")
    return int(length[:20]) if length.isdecimal() else 0  # 20 digits exceed any limit; `int` rejects very long texts
