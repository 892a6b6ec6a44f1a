"""CSRF protection: only pages of this site may post forms or open a websocket with a visitor's cookies."""

import logging
from collections.abc import Collection
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from gsapp import logs
from gsapp.api.responses import API, refusal
from gsapp.errors import NotAllowed
from gsapp.i18n import N_

log = logging.getLogger(__name__)

READING = ("GET", "HEAD", "OPTIONS")
SOCKET = "/_nicegui_ws/"
WITHOUT_COOKIES = (API, "/unsubscribe/")


class ForeignOrigin(NotAllowed):
    sentence = N_("This did not come from our own pages. Please open {address} and try again.")


class OriginCheck:
    """ASGI middleware: responds 403 to requests whose Origin is not one of `origins`.

    The API is exempt, because it authenticates by tokens, never by cookies. So is one-click unsubscribe: its address is
    the token, and mail programs send it from anywhere.
    """

    def __init__(self, app: ASGIApp, *, origins: Collection[str]) -> None:
        self._app = app
        self._origins = frozenset(origin.lower() for origin in origins)
        self._address = next(iter(origins))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._allows(scope):
            await self._app(scope, receive, send)
            return
        logs.event(log, "foreign_origin_refused", kind=scope["type"])
        if scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the server answers 403
        else:
            await refusal(HTTPConnection(scope), ForeignOrigin(address=self._address))(scope, receive, send)

    def _allows(self, scope: Scope) -> bool:
        if scope["type"] == "websocket":
            return self._is_ours(Headers(scope=scope).get("origin", ""))
        if scope["type"] != "http" or scope["path"].startswith(WITHOUT_COOKIES):
            return True
        headers = Headers(scope=scope)
        if scope["method"] in READING:
            # The socket also works by plain GET requests, which browsers let a foreign page send.
            return not (scope["path"].startswith(SOCKET) and "origin" in headers) or self._is_ours(headers["origin"])
        if (origin := headers.get("origin")) is not None:
            return self._is_ours(origin)
        if (referrer := headers.get("referer")) is not None:
            return self._is_ours(_origin_of(referrer))
        # Browsers always send Origin or Referer with a form. Without both, only Sec-Fetch-Site counts.
        return headers.get("sec-fetch-site") in ("same-origin", "none")

    def _is_ours(self, origin: str) -> bool:
        return origin.lower() in self._origins


def _origin_of(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}"
