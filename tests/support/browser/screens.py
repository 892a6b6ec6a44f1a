"""Pictures of every page in every look, to be seen by a person before a change to pages is called done: `make screens`.

Every page of the site map is there by itself; what else deserves a look stands in `screen_states.py`.
"""

# ruff: noqa: T201 - a program for the command line

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, Error, Page, sync_playwright

from pages import site_map
from tests.support import server
from tests.support.browser import contact_sheets, looks
from tests.support.browser.chromium import launch
from tests.support.browser.people import ready
from tests.support.browser.screen_places import HELPLINE, Finder, enter
from tests.support.browser.screen_states import Screen, all_screens, name_of

FOLDER = server.ROOT / "tests" / "screenshots" / "pages"
WIDTHS = {360: 740, 768: 1024, 1440: 900}
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LANGUAGES = ("zh-CN", "en")
PATIENCE = 15_000.0  # milliseconds
# What has been asked for is there: fonts, the chart where there is one, and the end of what fades in.
SETTLED = """() => document.fonts.status === 'loaded'
    && [...document.querySelectorAll('.gs-plot')].every(plot => plot.querySelector('.main-svg'))
    && !document.querySelector('[aria-busy=true]')"""
# What stands at the bottom of the window would cut a picture of the whole page in two.
TO_ITS_END = "document.querySelector('.gs-bottom')?.style.setProperty('position', 'static', 'important')"


@dataclass(frozen=True)
class Shot:
    """One picture: which screen, in which look, and what was wrong with it."""

    screen: str
    language: str
    theme: str
    width: int
    file: Path
    problems: tuple[str, ...] = ()


def main(only: str = "") -> int:
    """Make the pictures whose screen has `only` in its name, the sheets, and the page that shows them."""
    began = monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with _town() as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        with _context(browser, site, "en") as context:
            routes = [route for route in site_map() if only in name_of(route.pattern)]
            places = Finder(context, routes, data_dir=site.data_dir).places()
        browser.close()
        screens = [screen for screen in all_screens(places) if only in screen.name]
        with ThreadPoolExecutor(len(LANGUAGES)) as pool:
            rounds = [pool.submit(_take_all, site, screens, language) for language in LANGUAGES]
            shots = [shot for each in rounds for shot in each.result()]
    contact_sheets.make(FOLDER, shots)
    problems = [f"{shot.file.name}: {problem}" for shot in shots for problem in shot.problems]
    print("\n".join(problems), file=sys.stderr)
    print(f"{len(shots)} pictures of {len(screens)} screens in {monotonic() - began:.0f} s: {FOLDER}/index.html")
    return 1 if problems or not shots else 0


@contextmanager
def _town() -> Iterator[server.Server]:
    """The sample town on a port of its own; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="goodservices-screens-") as folder:
        town = Path(folder) / "town"
        server.make_town(town)
        with server.sample_town(town, HELPLINE=HELPLINE) as site:
            yield site


@contextmanager
def _context(browser: Browser, site: server.Server, language: str) -> Iterator[BrowserContext]:
    context = browser.new_context(base_url=site.url, locale=language, reduced_motion="reduce", timezone_id=server.ZONE)
    context.add_cookies([{"name": "gs_lang", "value": language, "url": site.url}])
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def _take_all(site: server.Server, screens: list[Screen], language: str) -> list[Shot]:
    """All screens in one language: one browser, one context a person, each page loaded once."""
    shots: list[Shot] = []
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        for who in sorted({screen.who for screen in screens}):
            with _context(browser, site, language) as context:
                enter(context, who)
                page = context.new_page()
                for screen in screens:
                    if screen.who == who:
                        shots += _take(page, screen, language)
                        if screen.act:  # what it opened or wrote must not reach the next one
                            page.close()
                            page = context.new_page()
        browser.close()
    return shots


def _take(page: Page, screen: Screen, language: str) -> list[Shot]:
    shots = []
    problem: tuple[str, ...] = ()
    widths = {width: height for width, height in WIDTHS.items() if width in screen.widths}
    page.set_viewport_size({"width": max(widths or {1440: 0}), "height": 900})
    try:
        page.goto(screen.path)
        page.locator("#gs-h1").wait_for()
        if screen.act:
            ready(page)
            screen.act(page)
        if screen.whole:
            page.evaluate(TO_ITS_END)
    except Error as error:
        problem = (f"{screen.path}: {error.message.splitlines()[0]}",)
    for width, height in (widths or dict([screen.size or (1440, 900)])).items():
        page.set_viewport_size({"width": width, "height": height})
        for theme in THEMES if widths else ("dark",):
            page.emulate_media(color_scheme=theme)
            problem += _settle(page)
            problem += tuple(looks.sideways(page)) if theme == "light" else ()
            file = FOLDER / f"{screen.name}-{language[:2]}-{theme}-{width}.png"
            page.screenshot(path=file, full_page=screen.whole, caret="hide")
            shots.append(Shot(screen.name, language, theme, width, file, problem))
            problem = ()
    return shots


def _settle(page: Page) -> tuple[str, ...]:
    try:
        page.wait_for_function(SETTLED, timeout=PATIENCE)
    except Error:
        return ("something is still loading",)
    page.wait_for_timeout(80)  # what appears may still be fading in
    return ()


if __name__ == "__main__":
    os.chdir(server.ROOT)
    sys.exit(main(*sys.argv[1:2]))
