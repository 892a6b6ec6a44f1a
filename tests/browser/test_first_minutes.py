"""Start page for visitors, onboarding of members, help, and the search shortcut."""

import re

import pytest
from playwright.sync_api import Page, expect

from pages.account.registration import WELCOME
from tests.browser.conftest import PHONE, Visitor
from tests.support.browser.acts import Wish, offer, press, publish
from tests.support.browser.looks import axe, sideways
from tests.support.browser.people import ready, register, somebody
from tests.support.server import Server

pytestmark = pytest.mark.browser


def steps(page: Page, state: str) -> list[str]:
    return page.locator(f".gs-first-steps-list li.gs-is-{state} a").all_inner_texts()


def test_the_first_steps_follow_what_is_done_and_go_when_they_are_told_to(visitor: Visitor) -> None:
    page = visitor(language="en", size=PHONE)
    register(page, somebody("first_anna"), then=WELCOME)
    assert steps(page, "current") == ["Say what you need", "Say what you can do"]
    assert axe(page) == []
    assert sideways(page) == []
    publish(page, Wish("A hook for my coat", "海口"))
    page.goto("/")
    ready(page)
    assert (steps(page, "done"), steps(page, "current")) == (["Say what you need"], ["Choose a neighbour"])
    page.get_by_role("button", name="I know my way").click()
    expect(page.locator(".gs-first-steps")).to_be_hidden()
    expect(page.locator("#gs-h1")).to_be_focused()
    for address in ("/", "/board"):
        page.goto(address)
        expect(page.locator("#gs-h1")).to_be_visible()
        expect(page.locator(".gs-first-steps")).to_have_count(0)
    page.goto("/help")
    ready(page)
    page.get_by_role("button", name="Show me the first steps again").click()
    expect(page.locator(".gs-first-steps")).to_be_visible()


def test_above_the_board_the_first_steps_take_one_line_until_they_are_opened(visitor: Visitor) -> None:
    page = visitor(language="en", size=PHONE)
    register(page, somebody("first_fold"))
    page.goto("/board")
    ready(page)
    expect(page.locator(".gs-first-steps")).to_be_hidden()
    page.locator("summary").filter(has_text="First steps").click()
    expect(page.get_by_role("link", name="Say what you need")).to_be_visible()
    assert axe(page) == []
    assert sideways(page) == []


def test_what_a_coordinator_has_looked_at_is_ticked_off(visitor: Visitor, site: Server) -> None:
    page = visitor(language="en")
    site.promote(register(page, somebody("first_clara")).username)
    page.goto("/")
    assert (steps(page, "done"), steps(page, "current")) == ([], ["Dashboard"])
    page.locator(".gs-first-steps").get_by_role("link", name="Reports").click()
    expect(page.get_by_role("heading", level=1, name="Reports")).to_be_visible()
    page.goto("/")
    assert (steps(page, "done"), steps(page, "current")) == (["Reports"], ["Dashboard"])
    page.goto("/dashboard")
    expect(page.get_by_role("link", name="Call-back list")).to_be_hidden()
    page.locator("summary").filter(has_text="First steps").click()
    assert (steps(page, "done"), steps(page, "current")) == (["Dashboard", "Reports"], ["Call-back list"])


def test_the_start_page_of_a_member_begins_with_what_waits_for_them(visitor: Visitor) -> None:
    author, helper = visitor(language="en"), visitor(language="en")
    register(author, somebody("first_dora"))
    register(helper, somebody("first_emil"))
    need = publish(author, Wish("My door creaks", "海口"))
    expect(author.get_by_text("You need not wait on this page")).to_be_visible()
    offer(helper, need, "With oil")
    expect(helper.locator(".gs-hint-next")).to_contain_text("first_dora decides")
    author.goto("/")
    author.get_by_role("link", name="Choose: My door creaks").click()
    author.wait_for_url(f"**{need}")
    ready(author)
    press(author, "Choose first_emil")
    expect(author.locator(".gs-hint-next")).to_contain_text("ring first_emil")
    for page, said in ((author, "first_emil helps you"), (helper, "You help first_dora")):
        page.goto("/")
        expect(page.locator(".gs-home-today")).to_contain_text(f"{said}: “My door creaks”")


def test_a_stranger_finds_an_answer(visitor: Visitor) -> None:
    page = visitor(language="en", size=PHONE)
    page.goto("/")
    ready(page)
    page.locator(".gs-foot").get_by_role("link", name="Help and answers").click()
    expect(page.get_by_role("heading", level=1, name="Help and answers")).to_be_visible()
    expect(page.get_by_text("For coordinators")).to_be_hidden()
    page.get_by_text("What happens to my phone number?").click()
    expect(page.get_by_text("No neighbour sees it before you have chosen each other")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("searchbox", name="Search").fill("forgot password")
    page.get_by_role("searchbox", name="Search").press("Enter")
    page.wait_for_url("**/help?q=forgot+password")
    expect(page.locator(".gs-help-q[open] summary")).to_have_text(["I forgot my password"])
    page.goto("/help?about=cost")
    expect(page.locator(".gs-help-q[open] summary")).to_have_text(["What does it cost?"])


def test_the_key_leads_to_the_search_and_escape_back(visitor: Visitor) -> None:
    page = visitor(language="en")
    register(page, somebody("first_fritz"), then=WELCOME)
    search = page.get_by_role("searchbox", name="Search")
    page.keyboard.press("/")
    page.wait_for_url("**/board")
    expect(search).to_be_focused()
    page.keyboard.type("a/b")
    expect(search).to_have_value("a/b")
    page.keyboard.press("Escape")
    expect(search).to_have_value("")
    page.keyboard.press("Escape")
    page.wait_for_url(re.compile(r"welcome=1$"))
    page.goto("/board")
    ready(page)
    page.locator("#gs-h1").focus()
    page.keyboard.press("/")
    expect(search).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#gs-h1")).to_be_focused()
    page.evaluate("""() => {
        for (const more of [{isComposing: true}, {ctrlKey: true}])
            document.body.dispatchEvent(new KeyboardEvent("keydown", {key: "/", bubbles: true, ...more}));
    }""")
    expect(page.locator("#gs-h1")).to_be_focused()
    page.evaluate(
        "document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: '/', shiftKey: true, bubbles: true}))"
    )
    expect(search).to_be_focused()  # where / stands above the 7


def test_the_key_does_not_throw_away_what_was_typed(visitor: Visitor) -> None:
    page = visitor(language="en")
    register(page, somebody("first_gerd"))
    page.goto("/needs/new")
    ready(page)
    page.get_by_label("2. One sentence").fill("A lamp")
    page.locator("#gs-h1").focus()
    page.keyboard.press("/")
    page.get_by_role("button", name="Stay here").click()
    expect(page.get_by_label("2. One sentence")).to_have_value("A lamp")


def test_the_key_can_be_switched_off(visitor: Visitor) -> None:
    page = visitor(language="en")
    page.goto("/help?about=keyboard")
    ready(page)
    page.get_by_role("button", name="Do not use the key / for the search").click()
    expect(page.get_by_role("button", name="Use the key / for the search", exact=True)).to_be_visible()
    ready(page)
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search")).not_to_be_focused()
    expect(page.locator("kbd")).to_have_count(0)
