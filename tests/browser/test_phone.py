"""The phone layout: collapsible filters, bottom navigation."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import DESKTOP, PHONE, Size, Visitor
from tests.support import server
from tests.support.browser.acts import Wish, publish
from tests.support.browser.people import ready, register, somebody

pytestmark = pytest.mark.slow


def _board(visitor: Visitor, size: Size) -> Page:
    page = visitor(language="en", size=size)
    register(page, somebody(f"phone_{size[0]}"))
    publish(page, Wish(f"Read the letter to me {size[0]}", "西宁"))
    page.goto("/board")
    ready(page)
    return page


def test_filters_make_room_until_somebody_asks_for_them(visitor: Visitor) -> None:
    page = _board(visitor, PHONE)
    where = page.get_by_label("Where", exact=True)
    expect(where).to_be_hidden()
    search, first = (
        place.bounding_box() for place in (page.get_by_label("Search", exact=True), page.locator("tr.gs-need").first)
    )
    assert search
    assert first
    assert first["y"] - search["y"] < PHONE[1] / 4
    page.get_by_text("Choose more").click()
    where.select_option("西宁")
    page.wait_for_url("**/board?place=*")
    expect(page.get_by_text("Choose more: 1 in use")).to_be_visible()
    expect(where).to_be_visible()  # whoever has opened them may want another one
    page.reload()
    expect(page.get_by_text("Choose more: 1 in use")).to_be_visible()
    expect(where).to_be_hidden()


def test_the_lists_of_the_desk_make_room_too(site: server.Server, visitor: Visitor) -> None:
    page = visitor(language="en", size=PHONE)
    person = register(page, somebody("phone_chief"))
    site.promote(person.username)
    for path in ("users", "needs", "offers", "history", "reports"):
        page.goto(f"/admin/{path}")
        ready(page)
        order = page.get_by_label("Order", exact=True)
        expect(order).to_be_hidden()
        page.get_by_text("Choose more").click()
        expect(order).to_be_visible()
        # At its widest a date needs more room than half a line.
        for field in page.locator("[type=date]").all():
            assert field.bounding_box()["width"] > PHONE[0] / 2  # type: ignore[index]


def test_at_a_desk_all_filters_are_in_sight(visitor: Visitor) -> None:
    page = _board(visitor, DESKTOP)
    expect(page.get_by_label("Where", exact=True)).to_be_visible()
    expect(page.get_by_text("Choose more")).to_be_hidden()
