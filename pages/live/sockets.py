"""Websocket guard: rate limit and connection limit of sockets, bound to the session of their page.

NiceGUI trusts what a socket sends: any socket may name any page, as fast as it likes, and write into the log. The
handlers here run before NiceGUI's own. A message counts only for the page that its socket was opened for, by the
browser that loaded this page. What does not fit is counted, and never logged in the words of its sender.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any
from urllib.parse import parse_qs
from weakref import WeakKeyDictionary

from nicegui import Client, background_tasks, core
from socketio.exceptions import ConnectionRefusedError as SocketRefused  # type: ignore[import-untyped]
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from gsapp import logs
from gsapp.security import vault
from gsapp.security.throttle import network_of

log = logging.getLogger(__name__)

# A key that is held down sends an event every 30 ms. Twice that for long, and four seconds of it after a pause.
MESSAGES_PER_SECOND = 60.0
BURST = 240
PER_SESSION = 60  # open pages of one session
PER_NETWORK = 600  # open pages of one address: a hundred people behind one, with six each
CLOSE_SECONDS = 2.0  # seconds that a browser has to follow the order to leave, before its socket is closed
# The only words that `connection.js` answers by loading the page again.
UNKNOWN_PAGE = "Implicit handshake failed"
TOO_MANY = "more messages than a person sends"
EVENTS = ("event", "javascript_response", "ack", "log")

_expected: WeakKeyDictionary[Client, str | None] = WeakKeyDictionary()  # pages, and the session that loaded them
_odd = logs.Tally(log, "odd_socket_messages")
_originals: dict[str, Callable[..., Any]] = {}


def expect(client: Client, session_hash: str | None) -> None:
    """Accept a socket for this page, from the browser that has this session. Others are refused."""
    _expected[client] = session_hash


def end(client: Client) -> None:
    """Accept no more sockets for this page, and close those that it has when their browser had time to leave it."""
    _expected.pop(client, None)
    background_tasks.create(_close(client.id), name="close the sockets of a page")


async def _close(client_id: str) -> None:
    await asyncio.sleep(CLOSE_SECONDS)
    for sid, _ in list(core.sio.manager.get_participants("/", client_id)):
        await core.sio.disconnect(sid)


class Bucket:
    """Token bucket: `rate` per second, and a `burst` after a pause."""

    def __init__(self, rate: float, burst: float, now: Callable[[], float] = monotonic) -> None:
        self._rate, self._burst, self._now = rate, burst, now
        self._tokens, self._at = burst, now()

    def take(self) -> bool:
        """Take one token. Returns False if there is none."""
        if self.pause() > 0:
            return False
        self._tokens -= 1
        return True

    def pause(self) -> float:
        """Seconds until there is a token."""
        now = self._now()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        return max(0.0, (1 - self._tokens) / self._rate)


def _limited(receive: Receive) -> Receive:
    """End a websocket that sends too many frames of any kind. Plain requests have no such frames."""
    bucket = Bucket(MESSAGES_PER_SECOND, BURST)

    async def receive_limited() -> Message:
        message = await receive()
        if message["type"] != "websocket.receive" or bucket.take():
            return message
        _odd.count(TOO_MANY)
        return {"type": "websocket.disconnect", "code": 1008}

    return receive_limited


@dataclass
class _Connection:
    """A connection of Engine.IO, with or without a page."""

    session: str | None
    network: str
    bucket: Bucket
    closing: bool = False


class Guard:
    """The handlers of one application, in place of NiceGUI's, which are called for messages that fit."""

    def __init__(self, *, per_session: int = PER_SESSION, per_network: int = PER_NETWORK) -> None:
        self._per_session, self._per_network = per_session, per_network
        self._connections: dict[str, _Connection] = {}
        self._open: Counter[tuple[str, str]] = Counter()  # connections by session and by network
        self._pages: dict[str, Client] = {}  # by socket

    def install(self) -> None:
        """Replace the handlers of NiceGUI's socket server, which is a singleton of the process."""
        sio, eio = core.sio, core.sio.eio
        if not _originals:
            _originals.update({f"eio {name}": eio.handlers[name] for name in ("connect", "message", "disconnect")})
            _originals.update({name: sio.handlers["/"][name] for name in ("connect", "disconnect", *EVENTS)})
            _originals["request"] = sio.handle_request
        sio.handle_request = self._request
        eio.on("connect", self._connect)
        eio.on("message", self._message)
        eio.on("disconnect", self._disconnect)
        sio.on("connect", self._open_page)
        sio.on("disconnect", self._close_page)
        sio.on("handshake", self._no_handshake)
        for name in EVENTS:
            sio.on(name, self._handler(name))
        # What these libraries log about odd requests and messages quotes their sender.
        for quoting in ("engineio.server", "socketio.server"):
            logging.getLogger(quoting).setLevel(logging.CRITICAL)

    async def _request(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await _originals["request"](scope, _limited(receive), send)
        except Exception as error:  # noqa: BLE001 - a frame that is none ends its connection only
            _odd.count(f"malformed frame: {type(error).__name__}")

    async def _connect(self, eio_sid: str, environ: Mapping[str, Any]) -> bool:
        request = HTTPConnection(environ["asgi.scope"])
        session = vault().cookies.session_hash(request.cookies)
        network = network_of(request.client.host if request.client else "")
        by_session, by_network = ("session", session or ""), ("network", network)
        if self._open[by_network] >= self._per_network or (session and self._open[by_session] >= self._per_session):
            _odd.count("too many open pages")
            return False
        self._connections[eio_sid] = _Connection(session, network, Bucket(MESSAGES_PER_SECOND, BURST))
        self._open.update((by_session, by_network))
        await _originals["eio connect"](eio_sid, environ)
        return True

    async def _disconnect(self, eio_sid: str, reason: str) -> None:
        if (connection := self._connections.pop(eio_sid, None)) is not None:
            for key in (("session", connection.session or ""), ("network", connection.network)):
                self._open[key] -= 1
                if self._open[key] <= 0:
                    del self._open[key]
        await _originals["eio disconnect"](eio_sid, reason)

    async def _message(self, eio_sid: str, data: object) -> None:
        connection = self._connections.get(eio_sid)
        if connection is None or connection.closing:
            return
        if not connection.bucket.take():
            connection.closing = True
            _odd.count(TOO_MANY)
            background_tasks.create(core.sio.eio.disconnect(eio_sid), name="close a flooding socket")
            return
        try:
            await _originals["eio message"](eio_sid, data)
        except Exception as error:  # noqa: BLE001 - what a stranger sends is no bug, and not worth a traceback each
            _odd.count(f"malformed: {type(error).__name__}")

    async def _open_page(self, sid: str, environ: Mapping[str, Any], auth: object = None) -> None:
        query = parse_qs(str(environ.get("QUERY_STRING", "")))
        client = Client.instances.get(query.get("client_id", [""])[0])
        if client is None or client not in _expected or query.get("implicit_handshake") != ["true"]:
            raise SocketRefused(UNKNOWN_PAGE)
        session = _expected[client]
        cookies = HTTPConnection(environ["asgi.scope"]).cookies
        # A page that was loaded without a session shows what everybody may see.
        if session is not None and vault().cookies.session_hash(cookies) != session:
            _odd.count("another's page")
            raise SocketRefused(UNKNOWN_PAGE)
        self._pages[sid] = client
        try:
            await _originals["connect"](sid, environ, auth)
        except SocketRefused:
            self._pages.pop(sid, None)
            raise
        except Exception as error:
            self._pages.pop(sid, None)
            _odd.count(f"malformed: {type(error).__name__}")
            raise SocketRefused(UNKNOWN_PAGE) from error

    async def _close_page(self, sid: str, reason: object = None) -> None:
        _originals["disconnect"](sid)
        self._pages.pop(sid, None)

    async def _no_handshake(self, sid: str, *_: object) -> bool:
        """All pages of this site connect by the address of their socket alone."""
        _odd.count("handshake")
        return False

    def _handler(self, name: str) -> Callable[..., Any]:
        original = _originals[name]

        async def handle(sid: str, *arguments: object) -> None:
            message = arguments[0] if len(arguments) == 1 else None
            client = self._pages.get(sid)
            if client is None or not isinstance(message, dict) or message.get("client_id") != client.id:
                _odd.count(f"{name} for another page")
            elif name == "log":  # its words are the visitor's
                _odd.count("reported by a browser")
            elif client in _expected:
                try:
                    original(sid, message)
                except Exception as error:  # noqa: BLE001 - handlers of ours catch their own: it was the message
                    _odd.count(f"malformed {name}: {type(error).__name__}")

        return handle
