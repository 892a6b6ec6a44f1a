"""Skeletons while a page loads."""

from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.support.browser.people import ready, register, somebody

# No answer comes until `held` is released: what the page wants to tell the site is kept here.
HOLD = """() => {
    const emit = window.emitEvent;
    window.held = [];
    window.emitEvent = (...event) => window.held.push(event);
    window.release = () => { window.emitEvent = emit; window.held.forEach((event) => emit(...event)); };
}"""


def test_the_outline_of_a_page_stands_in_until_its_answer_comes(visitor: Visitor) -> None:
    page = visitor(language="en")
    register(page, somebody("waiting_one"))
    page.goto("/board")
    ready(page)
    page.evaluate(HOLD)
    page.get_by_role("link", name="My needs").first.click()
    expect(page.locator("#gs-main")).to_have_attribute("aria-busy", "true")
    expect(page.locator(".gs-outline")).to_be_visible()
    expect(page.locator("#gs-h1")).to_be_hidden()
    page.evaluate("release()")
    expect(page.get_by_role("heading", level=1, name="My needs")).to_be_visible()
    expect(page.locator(".gs-outline")).to_have_count(0)
    expect(page.locator("#gs-main")).not_to_have_attribute("aria-busy", "true")


def test_another_part_of_a_list_leaves_the_list_in_sight(visitor: Visitor) -> None:
    page = visitor(language="en")
    register(page, somebody("waiting_two"))
    page.goto("/board")
    ready(page)
    page.evaluate(HOLD)
    page.get_by_role("button", name="Cleaning").click()
    expect(page.locator("#gs-main")).to_have_attribute("aria-busy", "true")
    expect(page.locator("#gs-h1")).to_be_visible()
    expect(page.locator(".gs-outline")).to_have_count(0)
