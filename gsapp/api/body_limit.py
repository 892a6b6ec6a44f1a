"""How much anybody may send."""

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
    """Answers 413 to a body longer than the limit of the first matching path prefix, whatever its headers claim."""

    def __init__(self, app: ASGIApp, *, limits: Mapping[str, int]) -> None:
        self._app = app
        self._limits = dict(limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = next(limit for prefix, limit in self._limits.items() if scope["path"].startswith(prefix))
        received, started, refused = 0, False, claimed(Headers(scope=scope)) > limit

        async def counted() -> Message:
            nonlocal received, refused
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                refused = True
                raise HTTPException(TooLarge.status)  # whoever reads the body gives up, in the framework's own way
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


def claimed(headers: Headers) -> int:
    """How long a body says it is; 0 where it does not say."""
    length = headers.get("content-length", "")
    return int(length[:20]) if length.isdecimal() else 0  # beyond any limit, and Python counts only so many digits
