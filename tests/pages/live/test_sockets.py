"""What a socket may do: only for its own page, only so often, and not with words of its own in the log."""

import asyncio
import gc
import json
import logging
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest
from websockets.exceptions import ConnectionClosed

from gsapp import db, logs
from pages.live import sockets
from pages.shell.router import Router
from tests.support import lives
from tests.support.open_page import NotOpened
from tests.support.pages.live_site import LiveSite, StubbornPage, live_site

ODD_FRAMES = [
    '42["log",{"client_id":"%s","level":"error","message":"FORGED\\nline"}]',
    '42["event",{"client_id":"%s","id":0,"listener_id":"FORGED","args":[]}]',
    '42["event",{"client_id":"%s","id":"FORGED","listener_id":"nope"}]',
    '42["event",{"client_id":"%s","id":0}]',
    '42["event",{"client_id":"%s","id":0,"listener_id":[],"args":["{FORGED"]}]',
    '42["event",{"client_id":"FORGED"}]',
    '42["event",{"client_id":["FORGED"]}]',
    '42["event","FORGED"]',
    '42["event"]',
    '42["event",1,2,3]',
    '42["ack",{"client_id":"%s","next_message_id":"FORGED"}]',
    '42["javascript_response",{"client_id":"%s","request_id":"FORGED"}]',
    '42["handshake",{"client_id":"FORGED"}]',
    '42["FORGED",1]',
    "42[FORGED",
    "42",
    "4FORGED",
    "49",
    "44FORGED",
    "451-FORGED",
    "43FORGED",
    "FORGED",
    "42/FORGED,[1]",
    "40/FORGED",
    '40{"FORGED":1}',
]
SOON = 5
REFUSED = "HTTP 403"


@pytest.fixture
async def site(
    tmp_path: Path, sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[LiveSite]:
    monkeypatch.setattr(gc, "get_objects", list)
    monkeypatch.setattr(sockets, "_odd", logs.Tally(sockets.log, "odd_socket_messages"))
    async with live_site(tmp_path) as running:
        yield running


async def shown(page: StubbornPage, path: str) -> None:
    await page.says("gs_nav", json.dumps({"url": path, "n": 1}))
    await page.gets("gs.navigation.loaded")


async def test_a_socket_without_the_session_of_its_page_is_refused(site: LiveSite) -> None:
    _, cookies = site.session(lives.person("anna"))
    _, others = site.session(lives.person("ben"))
    for stranger in ({}, others):
        page = StubbornPage(site.url, "/board", cookies)
        page.page.socket_cookies = stranger
        with pytest.raises(NotOpened, match="Implicit handshake failed"):
            await page.page.open(site._http)
        await page.page.close()


async def test_a_second_socket_for_a_page_is_refused(site: LiveSite) -> None:
    _, cookies = site.session(lives.person("anna"))
    page = await site.open("/board", cookies)
    with pytest.raises(NotOpened, match="Implicit handshake failed"):
        await page.page.connect()


async def test_a_page_takes_events_from_its_own_socket_only(site: LiveSite) -> None:
    _, cookies = site.session(lives.person("anna"))
    page, stranger = await site.open("/board", cookies), await site.open("/", {})
    own = stranger.page.client_id
    stranger.page._client_id = page.page.client_id
    await stranger.says("gs_nav", '{"url": "/help", "n": 1}')
    stranger.page._client_id = own
    await shown(stranger, "/help")
    assert not any("gs.navigation.loaded" in message for message in page.got)
    await shown(page, "/help")


async def test_a_socket_that_sends_more_than_a_person_is_closed(
    site: LiveSite, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    _, cookies = site.session(lives.person("anna"))
    caplog.set_level(logging.INFO)
    page, other = await site.open("/board", cookies), await site.open("/board", cookies)
    handled: list[str] = []
    navigate = Router.navigate

    async def counted(self: Router, url: str, n: int) -> None:
        handled.append(url)
        await navigate(self, url, n)

    monkeypatch.setattr(Router, "navigate", counted)
    for n in range(1, 2001):
        with suppress(ConnectionClosed):
            await page.says("gs_nav", json.dumps({"url": f"/board?q=z{n}", "n": n}))
    async with asyncio.timeout(SOON):
        while not page.is_closed:  # noqa: ASYNC110 - it has no event of its own
            await asyncio.sleep(0.01)
    assert len(handled) < sockets.BURST * 2
    assert sum("odd_socket_messages" in record.message for record in caplog.records) == 1
    await shown(other, "/help")


@pytest.mark.parametrize("frame", ["3", "6", "5", "40", "2"], ids=["pong", "noop", "upgrade", "connect", "ping"])
async def test_frames_without_a_message_are_limited_as_well(site: LiveSite, frame: str) -> None:
    page = await site.open("/help", {})
    with suppress(ConnectionClosed):
        for _ in range(2000):
            await page.page.send(frame)
    async with asyncio.timeout(SOON):
        while page.page._socket is None or page.page._socket.close_code is None:  # noqa: ASYNC110 - no event of its own
            await asyncio.sleep(0.01)


def test_no_person_types_that_fast() -> None:
    now = 0.0
    bucket = sockets.Bucket(sockets.MESSAGES_PER_SECOND, sockets.BURST, now=lambda: now)
    for _ in range(60 * 60 * 33):  # a key that is held down for an hour, at the rate of the quickest keyboards
        now += 1 / 33
        assert bucket.take()
    taken = sum(bucket.take() for _ in range(10_000))
    assert taken in (sockets.BURST - 1, sockets.BURST)
    now += 1
    assert sum(bucket.take() for _ in range(10_000)) == sockets.MESSAGES_PER_SECOND


async def test_open_pages_are_limited_by_session_and_by_address(site: LiveSite) -> None:
    guard = sockets.Guard(per_session=2, per_network=4)
    guard.install()
    _, anna = site.session(lives.person("anna"))
    _, ben = site.session(lives.person("ben"))
    first, _ = [await site.open("/help", anna) for _ in range(2)]
    with pytest.raises(Exception, match=REFUSED):
        await site.open("/help", anna)
    for _ in range(2):
        await site.open("/help", ben)
    with pytest.raises(Exception, match=REFUSED):
        await site.open("/help", {})
    await first.page.close()
    async with asyncio.timeout(SOON):
        while len(guard._connections) == 4:  # noqa: ASYNC110 - it has no event of its own
            await asyncio.sleep(0.01)
    await site.open("/help", {})


async def test_odd_messages_are_counted_and_not_quoted(
    site: LiveSite, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for frame in ODD_FRAMES:
        page = await site.open("/help", {})
        for _ in range(20):
            with suppress(ConnectionClosed):  # some of them end it
                await page.page.send(frame.replace("%s", page.page.client_id))
        with suppress(ConnectionClosed):
            await page.page.send('42["log",{}]')
        await asyncio.sleep(0.02)
    written = caplog.text + capsys.readouterr().err
    assert "FORGED" not in written
    assert "Traceback" not in written
    assert not [record for record in caplog.records if record.levelname in ("WARNING", "ERROR", "CRITICAL")]
    assert sum("odd_socket_messages" in record.message for record in caplog.records) == 1
    assert sockets._odd._counts.total() > 20 * len(ODD_FRAMES) / 2


async def test_an_unknown_address_below_that_of_the_scripts_is_not_quoted_either(
    site: LiveSite, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger="nicegui")
    async with httpx.AsyncClient(trust_env=False) as http:
        answer = await http.get(f"{site.url}/_nicegui/FORGED/nothing?FORGED=1")
    assert answer.status_code == 404
    assert "FORGED" not in caplog.text
