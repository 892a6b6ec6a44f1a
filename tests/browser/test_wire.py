"""How many bytes go over the wire, as Chromium counts them: compressed, with headers, pictures, fonts, the socket."""

import shutil
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

from gsapp.demo.content_people import PASSWORD as DEMO_PASSWORD
from tests.browser.conftest import PHONE, Language, Visitor
from tests.support import server

pytestmark = pytest.mark.slow
Event = dict[str, Any]
BOARD = 650_000
STATISTICS = 1_900_000
LATER = 20_000
FRAME = 14  # bytes of header that a websocket message has at most
WINDOW = 12  # of the compression that the socket agrees on


class Meter:
    """Counts what a tab sends for and is sent by its socket, from the moment it is made."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.parts: dict[str, int] = {}
        self._addresses: dict[str, str] = {}
        self._deflate = zlib.compressobj(wbits=-WINDOW)
        network = page.context.new_cdp_session(page)
        network.on("Network.requestWillBeSent", self._asked)
        network.on("Network.loadingFinished", self._came)
        network.on("Network.webSocketHandshakeResponseReceived", self._agreed)
        network.on("Network.webSocketFrameReceived", self._message)
        network.on("Network.webSocketFrameSent", self._message)
        network.send("Network.enable")

    def visit(self, path: str) -> int:
        """Load a page as if its address was typed; the bytes until nothing more comes."""
        self.parts.clear()
        self.page.goto(path)
        return self._wait()

    def follow(self, path: str) -> int:
        """The same by a link on the page."""
        self.parts.clear()
        self.page.locator(f"a[href='{path}']:visible").first.click()
        self.page.wait_for_url(f"**{path}")
        return self._wait()

    def heavy(self) -> list[tuple[str, int]]:
        """What the last visit was made of."""
        return sorted(((part, size) for part, size in self.parts.items() if size), key=lambda pair: -pair[1])

    def size(self, path: str) -> int:
        """What an answer has, compressed; its headers are small."""
        return int(self.page.request.get(path).headers["content-length"]) + 1000

    def _wait(self) -> int:
        self.page.wait_for_function("window.did_handshake === true")
        self.page.wait_for_load_state("networkidle")
        self.page.evaluate("scrollTo(0, document.body.scrollHeight)")  # pictures come when they come into sight
        self.page.wait_for_timeout(700)
        self.page.wait_for_load_state("networkidle")
        return sum(self.parts.values())

    def _asked(self, event: Event) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"]

    def _came(self, event: Event) -> None:
        address = self._addresses.get(str(event["requestId"]), "?")
        self.parts[address] = self.parts.get(address, 0) + int(event["encodedDataLength"])

    def _agreed(self, event: Event) -> None:
        headers = {name.lower(): value for name, value in event["response"]["headers"].items()}
        assert "permessage-deflate" in headers["sec-websocket-extensions"]
        self._deflate = zlib.compressobj(wbits=-WINDOW)

    def _message(self, event: Event) -> None:
        # Chromium tells what was said; on the wire it is compressed, with what was said before as its dictionary.
        said = event["response"]["payloadData"].encode()
        size = len(self._deflate.compress(said) + self._deflate.flush(zlib.Z_SYNC_FLUSH)) + FRAME
        self.parts["socket"] = self.parts.get("socket", 0) + size


@pytest.fixture(scope="module")
def town(town_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """The sample town, with pictures on its board."""
    folder = shutil.copytree(town_files, tmp_path_factory.mktemp("town") / "data")
    with server.sample_town(folder) as running:
        yield running


@pytest.mark.parametrize("language", ["zh-CN", pytest.param("en", marks=pytest.mark.exhaustive)])
def test_pages_stay_within_their_budget(town: server.Server, visitor: Visitor, language: Language) -> None:
    def fresh() -> Meter:
        page = visitor(language=language, size=PHONE, at=town)
        form: dict[str, str | float | bool] = {"username": "maria_lopes", "password": DEMO_PASSWORD, "next": "/board"}
        page.request.post("/auth/login", form=form, headers={"Origin": town.url}, max_redirects=0)
        return Meter(page)

    board = fresh()
    first = board.visit("/board") + sum(map(board.size, ("/sw.js", "/offline")))  # asked for by the worker itself
    assert first <= BOARD, board.heavy()
    later = [board.visit("/board"), board.visit("/my/needs"), board.follow("/board")]
    assert max(later) <= LATER, board.heavy()
    statistics = fresh()
    figures = statistics.visit("/stats")
    assert figures <= STATISTICS, statistics.heavy()
    later.append(statistics.visit("/stats"))
    assert max(later) <= LATER, statistics.heavy()
    print(f"{language}: board {first:,}, statistics {figures:,}, later visits {later}")  # noqa: T201 - see docs/performance.md
