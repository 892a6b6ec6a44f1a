"""A change made in one browser is in all the others within a second, whichever process serves them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.support import redis, server
from tests.support.browser.acts import Wish, offer, press, publish
from tests.support.browser.people import ready, register, somebody

SECOND = 1000.0


@pytest.fixture
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[server.Server, server.Server]]:
    """Two processes over one database; what follows within one stands in test_live, test_inbox and test_dashboard."""
    folder = tmp_path_factory.mktemp("two")
    with redis.Server(tmp_path_factory.mktemp("r")) as bus, server.two_running(folder, redis=bus.url) as both:
        yield both


def opened(page: Page, path: str) -> Page:
    page.goto(path)
    ready(page)
    return page


def test_board_need_bell_and_dashboard_move_together(
    visitor: Visitor, sites: tuple[server.Server, server.Server]
) -> None:
    here, there = sites
    anna, ben = visitor(language="en", at=here), visitor(language="en", at=there)
    desk, reader = visitor(language="en", at=there), visitor(language="en", at=there)
    register(anna, somebody("together_anna"))
    register(ben, somebody("together_ben"))
    register(reader, somebody("together_reader"))
    register(desk, somebody("together_desk"))
    there.promote("together_desk")
    opened(desk, "/dashboard")
    opened(reader, "/board?q=harmonica")
    feed = desk.locator("[data-live$=-feed]")

    need = publish(anna, Wish("harmonica to mend", "西宁"))
    expect(feed).to_contain_text("harmonica to mend", timeout=SECOND)
    expect(reader.locator("tr.gs-need")).to_have_count(1, timeout=SECOND)

    opened(anna, "/my/needs")  # whoever looks at the need itself has read what is new about it
    offer(ben, need, "I have a spare reed")
    expect(anna.locator(".gs-bell .gs-badge")).to_have_text("1", timeout=SECOND)
    expect(reader.locator("tr.gs-need")).to_contain_text("1 offer", timeout=SECOND)
    expect(feed.get_by_text("together_ben").first).to_be_visible(timeout=SECOND)

    opened(anna, need)
    press(anna, "Choose together_ben")
    expect(ben.get_by_role("button", name="It is done")).to_be_visible(timeout=SECOND)
    expect(reader.locator("tr.gs-need")).not_to_contain_text("Waiting for help", timeout=SECOND)
