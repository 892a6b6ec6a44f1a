"""Live region: changes are announced politely, in one place, and not too often."""

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.support.browser.acts import Wish, offer, publish
from tests.support.browser.people import ready, register, somebody

CITY = "西宁"
# Every sentence, with the time at which it was said.
LISTEN = """() => {
    window.heard = [];
    const place = document.getElementById('gs-said');
    new MutationObserver(() => heard.push([performance.now(), place.textContent]))
        .observe(place, {childList: true, characterData: true, subtree: true});
}"""


@pytest.fixture
def two(visitor: Visitor) -> tuple[Page, Page]:
    """Somebody who listens, and somebody who does things."""
    listener, other = visitor(language="en"), visitor(language="en")
    register(listener, somebody(f"listens_{id(listener) % 10**7}"))
    register(other, somebody(f"acts_{id(other) % 10**7}"))
    return listener, other


def test_new_needs_on_the_board_are_said_seldom_enough(two: tuple[Page, Page]) -> None:
    listener, other = two
    publish(other, Wish("Here before", CITY))
    listener.goto("/board")
    ready(listener)
    said = listener.get_by_role("status").and_(listener.locator("#gs-said"))
    expect(said).to_be_attached()
    listener.evaluate(LISTEN)
    for number in range(3):
        publish(other, Wish(f"Read me letter {number}", CITY))
    expect(said).to_have_text("3 new, show them")
    times = [time for time, _ in listener.evaluate("heard")]
    assert all(later - before > 4500 for before, later in pairwise(times))


def test_how_many_were_found_is_said_after_a_filter(two: tuple[Page, Page]) -> None:
    listener, other = two
    publish(other, Wish("One to find", CITY))
    listener.goto("/board?q=nobodywrotethat")
    ready(listener)
    listener.get_by_label("Search").fill("One to find")
    listener.get_by_label("Search").press("Enter")
    expect(listener.locator("#gs-said")).to_have_text("1 need found")


def test_an_answer_is_said_to_the_one_who_asked(two: tuple[Page, Page]) -> None:
    listener, other = two
    need = publish(listener, Wish("Read me the newspaper", CITY))
    listener.goto(need)
    ready(listener)
    offer(other, need, "I come at three")
    expect(listener.locator("#gs-said")).to_contain_text("Waiting for help, 1 offer")


def test_a_new_page_is_told_by_its_title_and_its_heading(two: tuple[Page, Page]) -> None:
    listener, _ = two
    listener.goto("/board")
    ready(listener)
    listener.get_by_role("navigation").get_by_role("link", name="My needs", exact=True).first.press("Enter")
    expect(listener).to_have_title("My needs · 好服务 GoodServices")
    expect(listener.get_by_role("heading", level=1)).to_be_focused()
