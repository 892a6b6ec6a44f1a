"""Connections that send nothing, or half of a request, are closed; those that are served are not."""

import asyncio
from collections.abc import AsyncIterator

import pytest
import uvicorn
from starlette.types import Receive, Scope, Send

from gsapp.serving import connections

GET = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
UPGRADE = (
    b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
    b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


async def slow(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "websocket":
        await receive()
        await send({"type": "websocket.accept"})
        await asyncio.sleep(1)
        await send({"type": "websocket.send", "text": "still here"})
        return
    await asyncio.sleep(1 if scope["path"] == "/slow" else 0)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})
    await send({"type": "http.response.body", "body": b"ok"})


class Site:
    """A running server; `trusted` may be changed."""

    def __init__(self, protocol: type[asyncio.Protocol]) -> None:
        self.protocol = protocol
        self.port = 0

    async def sent(self, *pieces: bytes, pause: float = 0) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        for piece in pieces:
            writer.write(piece)
            await asyncio.sleep(pause)
        return reader, writer

    async def is_closed(self, *pieces: bytes, pause: float = 0) -> bool:
        """Whether the connection is closed without a response."""
        reader, writer = await self.sent(*pieces, pause=pause)
        try:
            async with asyncio.timeout(5):
                return await reader.read(1) == b""
        except ConnectionError:
            return True
        finally:
            writer.close()


@pytest.fixture
async def site(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Site]:
    monkeypatch.setattr(connections, "HEADERS_WITHIN", 0.3)
    monkeypatch.setattr(connections, "MAX_CONNECTIONS", 3)
    made = Site(connections.limited_protocol(["192.0.2.0/24"]))
    config = uvicorn.Config(slow, port=0, http=made.protocol, lifespan="off", log_config=None, timeout_keep_alive=2)
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve())
    while not server.started:  # noqa: ASYNC110 - it has no event
        await asyncio.sleep(0.01)
    made.port = server.servers[0].sockets[0].getsockname()[1]
    yield made
    server.should_exit = True
    await serving


@pytest.mark.parametrize("pieces", [(), (b"GET / HT",), (GET[:-2], b"X-A: b\r\n", b"X-B: c\r\n", b"X-C: d\r\n")])
async def test_headers_must_arrive_in_time(site: Site, pieces: tuple[bytes, ...]) -> None:
    assert await site.is_closed(*pieces, pause=0.15)


async def test_half_of_a_second_request_is_not_waited_for_either(site: Site) -> None:
    reader, writer = await site.sent(GET)
    assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")
    writer.write(GET[:10])
    async with asyncio.timeout(1.5):  # less than the server keeps idle connections
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readexactly(1)
    writer.close()


@pytest.mark.slow
async def test_a_slow_response_a_slow_body_and_a_websocket_stay(site: Site) -> None:
    body = [b"POST /slow HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n", b"a", b"b"]
    for pieces in ([GET.replace(b"/ ", b"/slow ", 1)], body):
        reader, writer = await site.sent(*pieces, pause=0.4)
        assert (await reader.readuntil(b"ok")).startswith(b"HTTP/1.1 200")
        writer.close()
    reader, writer = await site.sent(UPGRADE)
    assert b"still here" in await reader.readuntil(b"still here")
    writer.close()


async def test_one_address_has_a_limit_without_its_websockets(site: Site) -> None:
    websockets = [await site.sent(UPGRADE) for _ in range(3)]
    for reader, _ in websockets:
        await reader.readuntil(b"\r\n\r\n")
    slow = [await site.sent(GET.replace(b"/ ", b"/slow ", 1)) for _ in range(3)]
    await asyncio.sleep(0.05)
    assert await site.is_closed(GET)
    for reader, writer in slow:
        assert await reader.readuntil(b"ok")
        writer.close()
    await asyncio.sleep(0.05)
    reader, last = await site.sent(GET)
    assert await reader.readuntil(b"ok")
    for writer in (last, *(writer for _, writer in websockets)):
        writer.close()


async def test_a_trusted_proxy_has_no_limit(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(site.protocol, "trusted", connections.limited_protocol(["127.0.0.0/8"]).trusted)  # type: ignore[attr-defined]
    opened = [await site.sent(GET.replace(b"/ ", b"/slow ", 1)) for _ in range(5)]
    for reader, writer in opened:
        assert await reader.readuntil(b"ok")
        writer.close()
