"""Chromium, the site it looks at, and the visitors who use it."""

import os
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Literal, Protocol

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.support import server
from tests.support.browser.chromium import Watch, keep_screenshots, launch
from tests.support.browser.sights import Sights
from tests.support.browser.sights import make as make_sights

SCREENSHOTS = Path(__file__).parents[1] / "screenshots"
PHONE = (360, 740)
DESKTOP = (1440, 900)
MILLISECONDS = 10_000.0  # how long an action or an expectation waits; the machine may be busy
Language = Literal["zh-CN", "en"]
Colours = Literal["light", "dark"]
Size = tuple[int, int]


class Visitor(Protocol):
    """Opens a browser of its own (cookies, language, colours): one call, one person.

    Only with `installed` the site's service worker may run, which keeps a page for want of a connection.
    """

    def __call__(
        self,
        *,
        language: Language = ...,
        colours: Colours = ...,
        size: Size = ...,
        at: server.Server | None = ...,
        installed: bool = ...,
    ) -> Page: ...


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """One site for all browser tests, on SQLite: tests tell their people and needs apart by name.

    Without throttling, as everybody comes from one address.
    """
    with server.running(tmp_path_factory.mktemp("site"), program=server.QUICK, THROTTLE="off") as running:
        yield running


@pytest.fixture(scope="session")
def town_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data directory of the sample town, to be copied; made once for all processes that test."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample-town"
    server.make_town(folder)
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=MILLISECONDS)
        chromium = launch(playwright.chromium)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def sights(browser: Browser, site: server.Server) -> Iterator[Sights]:
    """Something to see at every address; made once for all tests that look at every page."""
    contexts: list[BrowserContext] = []

    def person() -> Page:
        contexts.append(_new_context(browser, site, "en", "light", DESKTOP))
        return contexts[-1].new_page()

    yield make_sights(site, person)
    for context in contexts:
        context.close()


@pytest.fixture
def watch(site: server.Server) -> Watch:
    """Fails the test for a request that left the host, an error in the console, or one in the site's log.

    A test that means to cause one says so: `watch.allow("status of 404")`.
    """
    return Watch(site.log)


@pytest.fixture
def visitor(browser: Browser, site: server.Server, watch: Watch) -> Iterator[Visitor]:
    """Give the test as many people as it needs: `anna = visitor(language="en"); anna.goto("/board")`."""
    contexts = []

    def open_browser(
        *,
        language: Language = "zh-CN",
        colours: Colours = "light",
        size: Size = DESKTOP,
        at: server.Server | None = None,
        installed: bool = False,
    ) -> Page:
        context = _new_context(browser, at or site, language, colours, size, installed=installed)
        contexts.append(context)
        watch.over(context)
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()


def _new_context(
    browser: Browser,
    site: server.Server,
    language: Language,
    colours: Colours,
    size: Size,
    *,
    installed: bool = False,
) -> BrowserContext:
    context = browser.new_context(
        base_url=site.url,
        locale=language,
        color_scheme=colours,
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        timezone_id=server.ZONE,
        service_workers="allow" if installed else "block",
    )
    context.set_default_timeout(MILLISECONDS)
    return context


@pytest.fixture
def page(visitor: Visitor) -> Page:
    """One person: a Chinese reader at a desk."""
    return visitor()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    result = yield
    watch = pyfuncitem.funcargs.get("watch")
    if isinstance(watch, Watch) and (offences := watch.offences()):
        pytest.fail("\n".join(offences), pytrace=False)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what the browser and the site showed when a test failed."""
    report = yield
    watch = getattr(item, "funcargs", {}).get("watch")
    if report.when == "call" and report.failed and isinstance(watch, Watch):
        taken = keep_screenshots(watch.pages, SCREENSHOTS, item.name)
        report.sections.append(("screenshots", "\n".join(map(str, taken))))
        report.sections.append(("the site wrote", watch.server_log()[-5000:]))
    return report
