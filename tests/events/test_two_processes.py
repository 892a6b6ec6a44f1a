"""Two processes serve one site: what one of them or the command line commits is on open pages of the other."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from time import monotonic
from typing import Any

import httpx
import pytest

from tests.support import mariadb, redis, server
from tests.support.open_page import Member, OpenPage
from tests.support.redis import listening

pytestmark = [pytest.mark.slow, pytest.mark.rules]
SOON = 1.0  # seconds within which a change must be on the other process's page
CLOCK = {"ps_begindate": "2031-03-01T09:00:00", "ps_enddate": "2031-03-01T11:00:00"}


class Screen:
    """What one open page has received."""

    def __init__(self) -> None:
        self.messages: list[str] = []

    async def shows(self, words: str, *, seconds: float = SOON) -> float:
        """Wait until a message with these words has come; returns how long that took."""
        start = monotonic()
        while not any(words in message for message in self.messages):
            assert monotonic() - start < seconds, f"{words!r} is not shown after {seconds} s"
            await asyncio.sleep(0.002)
        return monotonic() - start


@pytest.fixture(scope="module")
def bus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.Server]:
    with redis.Server(tmp_path_factory.mktemp("r")) as running:
        yield running


@pytest.fixture(scope="module", params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def two(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, bus: redis.Server
) -> Iterator[tuple[server.Server, server.Server]]:
    """Started once for all tests of this module, which tell their people apart by name."""
    folder = tmp_path_factory.mktemp("two")
    if request.param == "sqlite":
        with server.two_running(folder, redis=bus.url) as sites:
            yield sites
        return
    database: mariadb.Server = request.getfixturevalue("mariadb")
    with database.fresh_database() as url, server.two_running(folder, redis=bus.url, database=url) as sites:
        yield sites


@pytest.fixture
async def opened() -> AsyncIterator[Callable[..., Any]]:
    pages: list[OpenPage] = []
    async with httpx.AsyncClient(trust_env=False) as http:

        async def open_page(member: Member, path: str) -> Screen:
            screen = Screen()
            page = OpenPage(member.site, path, member.cookies, lambda _, text: screen.messages.append(text))
            await page.open(http)
            pages.append(page)
            return screen

        yield open_page
        for page in pages:
            assert page.error is None
            await page.close()


async def test_a_change_through_one_process_is_on_the_open_page_of_the_other(
    two: tuple[server.Server, server.Server], bus: redis.Server, opened: Callable[..., Any]
) -> None:
    anna, ben = Member(two[0].url, "anna"), Member(two[1].url, "ben")
    need = _publish(anna, "the first words")
    screen = await opened(ben, f"/needs/{need}")
    for words in ("second words", "third words", "fourth words"):
        await asyncio.to_thread(_edit, anna, need, words)
        await screen.shows(words)
    (channel,) = bus.channels()
    for message in ("<script>", "[1]", '{"from": "x", "event": "NeedEdited", "ids": {"need_id": [1]}}'):
        bus.publish(channel, message)
    await asyncio.to_thread(_edit, anna, need, "after the nonsense")
    await screen.shows("after the nonsense")
    assert "ERROR" not in two[0].log() + two[1].log()


async def test_while_redis_is_away_all_works_and_afterwards_pages_catch_up(
    two: tuple[server.Server, server.Server], bus: redis.Server, opened: Callable[..., Any]
) -> None:
    anna, ben = Member(two[0].url, "anna_away"), Member(two[1].url, "ben_away")
    need = _publish(anna, "the first words")
    screen = await opened(ben, f"/needs/{need}")
    assert _ready(two[1]) == {"status": "ready", "redis": "up"}
    bus.stop()
    start = monotonic()
    _edit(anna, need, "said meanwhile")
    assert monotonic() - start < 1
    await _until(lambda: _ready(two[1]) == {"status": "ready", "redis": "down"})
    await asyncio.sleep(0.2)  # longer than a page waits for more changes
    assert not any("said meanwhile" in message for message in screen.messages)
    bus.start()
    await screen.shows("said meanwhile", seconds=8)
    await _until(lambda: _ready(two[1]) == {"status": "ready", "redis": "up"})
    for site in two:
        assert site.log().count("Redis unavailable") == 1
        assert "ERROR" not in site.log()


async def test_a_sign_out_through_one_process_ends_the_pages_of_the_other(
    two: tuple[server.Server, server.Server],
) -> None:
    anna, ben = Member(two[0].url, "anna_out"), Member(two[1].url, "ben_out")
    need = _publish(anna, "the first words")
    messages: list[str] = []
    leaving = {"Origin": two[0].url, "Cookie": "; ".join(map("=".join, ben.cookies.items()))}
    page = OpenPage(ben.site, f"/needs/{need}", ben.cookies, lambda _, text: messages.append(text))
    async with httpx.AsyncClient(trust_env=False) as http:
        await page.open(http)
        answer = await http.post(f"{two[0].url}/auth/logout", headers=leaving)
    assert answer.status_code == 303
    await _until(lambda: any("gs.navigation.replace" in message for message in messages))
    await asyncio.to_thread(_edit, anna, need, "after the sign-out")
    await _until(lambda: page.error is not None)  # the socket is closed, too
    assert not any("after the sign-out" in message for message in messages)
    await page.close()


async def test_the_command_line_is_heard(two: tuple[server.Server, server.Server], bus: redis.Server) -> None:
    Member(two[0].url, "anna_line")
    (channel,) = bus.channels()
    heard: list[bytes] = []
    with listening(bus, channel, heard):
        await asyncio.to_thread(two[0].promote, "anna_line")
        await _until(lambda: any(b"RoleChanged" in message for message in heard))


def _publish(member: Member, description: str) -> int:
    body = {"ps_title": "a lamp", "ps_desc": description, "stype_id": 1, "cityID": 1, **CLOCK}
    number: int = member.call("POST", "/service-requests", body)["id"]
    return number


def _edit(member: Member, need: int, description: str) -> None:
    member.call("PUT", f"/service-requests/{need}", {"ps_desc": description})


def _ready(site: server.Server) -> dict[str, str]:
    answer: dict[str, str] = httpx.get(f"{site.url}/ready", trust_env=False).json()
    return {name: answer[name] for name in ("status", "redis")}


async def _until(happened: Callable[[], bool], *, seconds: float = 8) -> None:
    deadline = monotonic() + seconds
    while not await asyncio.to_thread(happened):
        assert monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.05)
