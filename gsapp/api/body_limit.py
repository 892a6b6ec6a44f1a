"""Middleware that limits the size of request bodies."""

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gsapp.api.responses import refusal
from gsapp.errors import DomainError
from gsapp.i18n import N_


class TooLarge(DomainError):
    status = 413
    sentence = N_("That is more than we can take at once.")


class BodyLimit:
    """ASGI middleware: responds 413 to a body longer than the limit of the first matching path prefix, in bytes.

    The bytes received are counted, because Content-Length may be absent or wrong.
    """

    def __init__(self, app: ASGIApp, *, limits: Mapping[str, int]) -> None:
        self._app = app
        self._limits = dict(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next(limit for prefix, limit in self._limits.items() if scope["path"].startswith(prefix))
        received, started, refused = 0, False, declared_length(Headers(scope=scope)) > limit

        async def counted() -> Message:
            nonlocal received, refused
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                refused = True
                raise HTTPException(TooLarge.status)  # makes the framework stop reading the body
            return message

        async def unless_refused(message: Message) -> None:
            nonlocal started
            if started or not refused:
                started = True
                await send(message)

        if not refused:
            await self._app(scope, counted, unless_refused)
        if refused and not started:
            await refusal(HTTPConnection(scope), TooLarge())(scope, receive, send)


def declared_length(headers: Headers) -> int:
    """The Content-Length of a request in bytes; 0 without a valid one."""
    length = headers.get("content-length", "")
    return int(length[:20]) if length.isdecimal() else 0  # 20 digits exceed any limit; `int` rejects very long texts
