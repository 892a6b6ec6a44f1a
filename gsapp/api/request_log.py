"""Access log and request metrics: the outermost middleware gives each request an id, counts it and logs one line."""

import logging
import secrets
from time import perf_counter

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gsapp import logs
from gsapp.api.route_names import route_name
from gsapp.monitoring import counters

log = logging.getLogger(__name__)

# Longer segments of a path are one-time links and keys of pages: secrets that must not be logged.
MAX_LOGGED_SEGMENT = 24
MAX_LOGGED_PATH = 200
MAX_LOGGED_METHOD = 20
QUIET = ("/_nicegui", "/health", "/ready", "/metrics")


class RequestLog:
    """ASGI middleware: generates an id for every request and websocket, and never accepts one from the client.

    Responses carry it in X-Request-ID.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        request_id = secrets.token_hex(8)
        token = logs.request_id.set(request_id)
        status, start = 0, perf_counter()
        path, state = scope["path"], getattr(scope.get("app"), "state", None)  # mounted applications change both

        async def labelled(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(raw=message["headers"])["X-Request-ID"] = request_id
            await send(message)

        try:
            await self._app(scope, receive, labelled)
        finally:
            if scope["type"] == "http":
                seconds = perf_counter() - start
                route = route_name(scope, path, getattr(state, "page_pattern", None))
                counters.count_request(scope["method"], route, status, seconds)
                _write(scope["method"], path, route, status, seconds)
            logs.request_id.reset(token)


def _write(method: str, path: str, route: str, status: int, seconds: float) -> None:
    logged = "/".join(segment if len(segment) <= MAX_LOGGED_SEGMENT else "..." for segment in path.split("/"))
    logs.event(
        log,
        "request",
        level=logging.DEBUG if path.startswith(QUIET) and status < 500 else logging.INFO,
        method=method[:MAX_LOGGED_METHOD],
        route=route,
        path=logged if len(logged) <= MAX_LOGGED_PATH else f"{logged[:MAX_LOGGED_PATH]}...",
        status=status,
        ms=round(seconds * 1000, 1),
    )
