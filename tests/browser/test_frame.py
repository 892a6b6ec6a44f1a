"""The frame around every page: where we are, the member's menu, light and dark."""

import re
from itertools import count

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Colours, Visitor
from tests.support.browser.looks import axe
from tests.support.browser.people import ready, register, somebody
from tests.support.server import Server

NUMBERS = count(1)
# Every background that the page is painted with, from the first frame on.
WATCH_BACKGROUND = """
    window.backgrounds = [];
    (function look() {
        const now = document.body && getComputedStyle(document.body).backgroundColor;
        if (now && !window.backgrounds.includes(now)) window.backgrounds.push(now);
        requestAnimationFrame(look);
    })();
"""
WALL = {"light": "rgb(236, 237, 231)", "dark": "rgb(13, 18, 30)"}


@pytest.fixture
def member(visitor: Visitor) -> Page:
    page = visitor(language="en")
    register(page, somebody(f"frame_{next(NUMBERS)}"))
    return page


def test_the_place_we_are_at_is_marked_after_a_load_and_after_a_click(member: Page) -> None:
    here = member.locator(".gs-nav a[aria-current=page]")
    member.goto("/my/needs")
    expect(here).to_have_text("My needs")
    member.locator(".gs-nav").get_by_role("link", name="Board").click()
    expect(here).to_have_text("Board")
    member.go_back()
    expect(here).to_have_text("My needs")


def test_the_member_s_menu_opens_below_its_button_and_closes_when_it_is_used(member: Page) -> None:
    member.goto("/board")
    ready(member)
    button, menu = member.locator(".gs-me"), member.locator(".gs-menu")
    button.click()
    expect(menu).to_be_visible()
    under, over = button.bounding_box(), menu.bounding_box()
    assert under
    assert over
    assert over["y"] >= under["y"] + under["height"]
    assert abs(over["x"] + over["width"] - under["x"] - under["width"]) < 2
    assert axe(member) == []
    menu.get_by_role("link", name="My profile").click()
    expect(member).to_have_url(re.compile("/profile$"))
    expect(menu).to_be_hidden()


@pytest.mark.parametrize(
    ("chosen", "device", "shown"),
    [(None, "dark", "dark"), (None, "light", "light"), ("dark", "light", "dark"), ("light", "dark", "light")],
)
def test_a_page_never_flashes_in_the_other_colours(
    visitor: Visitor, site: Server, chosen: Colours | None, device: Colours, shown: Colours
) -> None:
    page = visitor(colours=device)
    if chosen:
        page.context.add_cookies([{"name": "gs_theme", "value": chosen, "url": site.url}])
    page.add_init_script(WATCH_BACKGROUND)
    page.goto("/")
    ready(page)
    # Transparent is what a page is before its styles are there; browsers show the page before it then.
    assert [colour for colour in page.evaluate("backgrounds") if "0, 0, 0, 0" not in colour] == [WALL[shown]]
