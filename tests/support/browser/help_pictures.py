"""The pictures of `/help`, taken from the sample town in both languages: `make pictures`.

Each shows one thing, as wide as a phone. They are part of the program: look at them before they are committed.
"""

# ruff: noqa: T201 - a program for the command line

import os
import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, Page, sync_playwright

from gsapp.i18n import LANGUAGES
from pages.core import theme
from pages.help.answers import PICTURES, SHARP
from tests.support import server
from tests.support.browser import screens
from tests.support.browser.acts import Wish, record_resident, type_need
from tests.support.browser.chromium import launch
from tests.support.browser.people import ready, words
from tests.support.browser.screen_places import COORDINATOR, MEMBER, STRANGER, enter
from tests.support.browser.screen_states import ASKING, ELDER

FOLDER = theme.ASSETS / PICTURES
WIDE, EDGE = 420, 8
BOX = (
    "e => { const b = e.getBoundingClientRect(); return {x: b.x, y: b.y + scrollY, width: b.width, height: b.height} }"
)


@dataclass(frozen=True)
class Picture:
    """`shows` are the elements to be seen, or titles of cards, from the first to the last; `most` pixels high."""

    name: str
    who: str
    path: str
    shows: tuple[str, ...]
    act: Callable[[Page], None] | None = None
    most: int = 420
    wide: int = WIDE


def _first_need(page: Page) -> None:
    page.locator(".gs-needs .gs-need-title").first.click()
    page.locator(".gs-detail").wait_for()


def _need_to_help_with(page: Page) -> None:
    page.locator(".gs-needs .gs-btn--help").first.click()
    page.locator(".gs-detail-form").wait_for()


def _first_decision(page: Page) -> None:
    page.locator(".gs-decide a").first.click()
    page.locator(".gs-detail").wait_for()


def _own_need(page: Page) -> None:
    type_need(page, Wish("厨房水管漏水，地上一直有水", "武汉"))


def _resident(page: Page) -> None:
    if not page.locator(".gs-offer").count():  # the other language has found her already
        record_resident(page, "黄奶奶", "13955509876")
        page.goto("/admin/calls?which=all")


SHOWN = (
    Picture("ask", MEMBER, "/needs/new", (".gs-kinds", ".gs-form > .gs-field >> nth=1"), most=520),
    Picture("offer", ELDER, "/board", (".gs-detail-form",), _need_to_help_with, most=580),
    Picture("choose", ASKING, "/my/needs?status=open", (".gs-offer:has(.gs-btn--ask)",), _first_need, most=500),
    Picture(
        "done", MEMBER, "/inbox", (".gs-offer-contact", ".gs-offer-actions .gs-btn--ask"), _first_decision, most=640
    ),
    Picture("nobody", ELDER, "/my/needs?status=matched", (".gs-offer-contact", ".gs-offer-actions"), _first_need),
    Picture("cancel", MEMBER, "/board", (".gs-detail-need .gs-top", ".gs-owner-actions"), _own_need, most=640),
    Picture("phone", MEMBER, "/profile", (".gs-known > div >> nth=1", ".gs-known > div >> nth=3")),
    Picture("id", STRANGER, "/register", (".gs-h3 >> nth=2", ".gs-form > .gs-field >> nth=5")),
    Picture("leave", MEMBER, "/profile", ("What we keep about you", "Leave GoodServices"), most=480),
    Picture("password", STRANGER, "/login", (".gs-form", ".gs-sign-form .gs-tel"), most=580),
    Picture("letters", MEMBER, "/board", (".q-header",), most=90),
    Picture("keyboard", MEMBER, "/board", (".gs-find",), wide=1200),
    Picture("photos", MEMBER, "/needs/new", ("fieldset.gs-field:not(.gs-kinds)",)),
    Picture("calendar", MEMBER, "/profile", ("Your help in your calendar",)),
    Picture("figures", MEMBER, "/stats", (".gs-tiles",)),
    Picture("desk", COORDINATOR, "/dashboard", (".gs-dashboard-tile >> nth=0", ".gs-dashboard-tile >> nth=3")),
    Picture("calls", COORDINATOR, "/admin/calls?which=all", (".gs-offer >> nth=0",), _resident),
    Picture("behalf", COORDINATOR, "/admin/residents/new", (".gs-form",)),
    Picture("wall", COORDINATOR, "/dashboard/links", (".gs-desk-form",)),
)


def main(only: str = "") -> int:
    """Take the pictures whose name has `only` in it; without it, all of them anew."""
    wanted = [picture for picture in SHOWN if only in picture.name]
    if not only:
        shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(exist_ok=True)
    with screens._town() as site, sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        for language in LANGUAGES:
            for who in sorted({picture.who for picture in wanted}):
                _take_all(browser, site, language, [picture for picture in wanted if picture.who == who])
        browser.close()
    size = sum(file.stat().st_size for file in FOLDER.iterdir())
    print(f"{len(wanted)} pictures in {len(LANGUAGES)} languages, {size // 1024} KiB in all: {FOLDER}")
    return 0


def _take_all(browser: Browser, site: server.Server, language: str, pictures: list[Picture]) -> None:
    """What one person sees, in one language."""
    context = browser.new_context(
        base_url=site.url,
        locale=language,
        color_scheme="light",
        reduced_motion="reduce",
        timezone_id=server.ZONE,
        device_scale_factor=SHARP,
    )
    context.add_cookies([{"name": "gs_lang", "value": language, "url": site.url}])
    context.set_default_timeout(screens.PATIENCE)
    enter(context, pictures[0].who)
    page = context.new_page()
    for picture in pictures:
        _take(page, picture, language)
    context.close()


def _take(page: Page, picture: Picture, language: str) -> None:
    page.set_viewport_size({"width": picture.wide, "height": 900})
    page.goto(picture.path)
    ready(page)
    if picture.act:
        picture.act(page)
    page.evaluate(screens.TO_ITS_END)
    screens._settle(page)
    shot = page.screenshot(full_page=True, clip=_around(page, picture), caret="hide", animations="disabled")
    file = FOLDER / f"{picture.name}-{language}.webp"
    Image.open(BytesIO(shot)).convert("RGB").save(file, "WEBP", quality=60, method=6)
    print(f"{file.name}: {file.stat().st_size // 1024} KiB")


def _card(page: Page, title: str) -> Locator:
    return page.locator(".gs-card").filter(has=page.get_by_role("heading", name=words(page)(title), exact=True))


def _around(page: Page, picture: Picture) -> FloatRect:
    """The part of the whole page in which these elements stand."""
    boxes = []
    for selector in picture.shows:
        element = _card(page, selector) if selector[0].isupper() else page.locator(selector).first
        element.wait_for()
        box = element.evaluate(BOX)
        boxes.append(box)
    left, top = min(box["x"] for box in boxes), min(box["y"] for box in boxes)
    right = max(box["x"] + box["width"] for box in boxes)
    bottom = max(box["y"] + box["height"] for box in boxes)
    left, top, right = max(0, left - EDGE), max(0, top - EDGE), min(picture.wide, right + EDGE)
    return {"x": left, "y": top, "width": right - left, "height": min(bottom + EDGE - top, picture.most)}


if __name__ == "__main__":
    os.chdir(server.ROOT)
    sys.exit(main(*sys.argv[1:2]))
