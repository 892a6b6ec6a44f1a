"""Checks of every browser test: no requests to other hosts, no errors."""

import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, BrowserType, ConsoleMessage, Error, Page, Request, WebError

HERE = {"127.0.0.1", "localhost", "::1"}
# A line of the site's log at level ERROR, with the trace below it; or a trace from before there was a log.
SERVER_ERROR = re.compile(r"^(?:\S+ (?:ERROR|CRITICAL)\b|Traceback ).*(?:\n(?!\d{4}-).*)*", re.MULTILINE)
NOWHERE = "127.0.0.1:9"  # the discard port: nothing listens there


class NoBrowserProgram(Exception):
    """Chromium is not installed."""


def launch(chromium: BrowserType, *options: str) -> Browser:
    """Debian's Chromium. What is not on this machine goes through a proxy that does not exist.

    Without a window where that is installed: it needs two thirds of the processor time.
    """
    known = ("chromium-headless-shell", "chromium", "chromium-browser")
    program = next(filter(None, map(shutil.which, known)), None)
    if not program:
        raise NoBrowserProgram("Chromium is missing: install Debian's package chromium-headless-shell.")
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return chromium.launch(executable_path=program, args=[*root, f"--proxy-server=http://{NOWHERE}", *options])


class Watch:
    """Collects what must not happen in any test. `allow(pattern)` lets a test expect some of it."""

    def __init__(self, server_log: Callable[[], str]) -> None:
        self.pages: list[Page] = []
        self._server_log = server_log
        self._log_start = len(server_log())
        self._seen: list[str] = []
        self._allowed: list[str] = []

    def allow(self, pattern: str) -> None:
        """Expect offences in which this regular expression is found, such as `status of 404` after a wrong address."""
        self._allowed.append(pattern)

    def over(self, context: BrowserContext) -> None:
        """See everything that the pages of this browser do from now on."""
        context.on("page", self._page)
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def offences(self) -> list[str]:
        """What happened so far and was not allowed."""
        for page in self.pages:
            # A round trip: events that are still on their way arrive before its answer.
            with suppress(Error):
                page.evaluate("0")
        errors = SERVER_ERROR.findall(self.server_log())
        seen = [*self._seen, *(f"the site: {text}" for text in errors)]
        return [text for text in seen if not any(re.search(pattern, text) for pattern in self._allowed)]

    def server_log(self) -> str:
        """What the site wrote since the test began."""
        return self._server_log()[self._log_start :]

    def _page(self, page: Page) -> None:
        self.pages.append(page)
        page.on("websocket", lambda socket: self._host(socket.url))

    def _request(self, request: Request) -> None:
        self._host(request.url)

    def _host(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("data", "blob", "about") and parts.hostname not in HERE:
            self._seen.append(f"left the host: {url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            place = message.location
            self._seen.append(f"console: {message.text} ({place.get('url')}:{place.get('lineNumber')})")

    def _error(self, error: WebError) -> None:
        self._seen.append(f"page error: {error.error}")


def keep_screenshots(pages: list[Page], folder: Path, name: str) -> list[Path]:
    """A picture of every page that is still open."""
    folder.mkdir(parents=True, exist_ok=True)
    plain = re.sub(r"[^\w.-]+", "-", name).strip("-")
    taken = []
    for number, page in enumerate((page for page in pages if not page.is_closed()), start=1):
        target = folder / f"{plain}-{number}.png"
        with suppress(Error):  # a page that crashed has no picture, and the test failed already
            page.screenshot(path=target, full_page=True, timeout=5_000)
            taken.append(target)
    return taken
