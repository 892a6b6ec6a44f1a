"""Client-side navigation: no full page load, and everything that normal links do."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor
from tests.support.browser.chromium import Watch
from tests.support.server import Server

STILL_HERE = "window.stillHere === true"
SOCKET = "() => window.socket?.connected && window.did_handshake"


@pytest.fixture
def reader(visitor: Visitor) -> Page:
    return visitor(language="en")


def arrive(page: Page, address: str) -> None:
    """Load an address and mark the document, so that a full load afterwards can be told from a move."""
    page.goto(address)
    page.wait_for_function(SOCKET)
    page.evaluate("window.stillHere = true")


def follow(page: Page, address: str) -> None:
    page.evaluate(
        """address => {
            const link = Object.assign(document.createElement('a'), {href: address, textContent: 'There'});
            document.querySelector('.gs-main').append(link);
            link.click();
        }""",
        address,
    )


def heading(page: Page) -> str:
    return page.locator("#gs-h1").inner_text()


def test_a_click_moves_without_loading_and_says_where_we_are(reader: Page) -> None:
    arrive(reader, "/login")
    before, title = heading(reader), reader.title()
    reader.locator(".gs-sign-form a[href*='/register']").click()
    expect(reader).to_have_url(re.compile("/register$"))
    expect(reader.locator("#gs-h1")).not_to_have_text(before)
    expect(reader.locator("#gs-h1")).to_be_focused()
    assert reader.title() != title
    assert reader.evaluate(STILL_HERE)


def test_back_and_forward_show_what_they_showed(reader: Page) -> None:
    arrive(reader, "/login")
    here = heading(reader)
    follow(reader, "/register")
    expect(reader.locator("#gs-h1")).not_to_have_text(here)
    there = heading(reader)
    reader.go_back()
    expect(reader.locator("#gs-h1")).to_have_text(here)
    reader.go_forward()
    expect(reader.locator("#gs-h1")).to_have_text(there)
    assert reader.evaluate(STILL_HERE)


def test_back_returns_to_where_the_reader_had_scrolled(visitor: Visitor) -> None:
    page = visitor(language="en", size=PHONE)
    arrive(page, "/register")
    here = heading(page)
    page.evaluate("scrollTo(0, 300)")
    follow(page, "/login")
    expect(page.locator("#gs-h1")).not_to_have_text(here)
    page.wait_for_function("scrollY < 100")
    page.go_back()
    expect(page.locator("#gs-h1")).to_have_text(here)
    page.wait_for_function("scrollY > 200")


def test_a_link_to_a_place_on_another_page_arrives_there(visitor: Visitor) -> None:
    page = visitor(language="en", size=PHONE)
    arrive(page, "/login")
    follow(page, "/help#gs-answer-password")
    expect(page).to_have_url(re.compile("/help#gs-answer-password$"))
    answer = page.locator("#gs-answer-password")
    expect(answer).to_be_focused()
    expect(answer).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0
    page.go_back()
    expect(page).to_have_url(re.compile("/login$"))
    page.wait_for_function("scrollY === 0")
    page.go_forward()
    expect(answer).to_be_focused()
    assert page.evaluate(STILL_HERE)


def test_a_place_that_does_not_exist_shows_the_page_from_its_top(reader: Page) -> None:
    arrive(reader, "/login")
    follow(reader, "/help#%E0%A4%A")
    expect(reader.locator("#gs-h1")).to_have_text("Help and answers")
    expect(reader.locator("#gs-h1")).to_be_focused()


def test_a_link_to_a_place_works_without_the_socket(reader: Page) -> None:
    arrive(reader, "/login")
    reader.evaluate("window.socket.disconnect()")
    follow(reader, "/help#gs-answer-password")
    expect(reader).to_have_url(re.compile("/help#gs-answer-password$"))
    reader.wait_for_function(SOCKET)
    assert not reader.evaluate(STILL_HERE)


@pytest.mark.parametrize("address", ["/offline", "/sw.js"])
def test_what_is_no_page_is_loaded_by_the_browser(reader: Page, address: str) -> None:
    arrive(reader, "/login")
    follow(reader, address)
    reader.wait_for_function("window.stillHere === undefined")
    expect(reader).to_have_url(re.compile(f"{re.escape(address)}$"))
    expect(reader.locator("#gs-h1")).to_have_count(0)


def test_of_several_quick_clicks_the_last_wins(reader: Page) -> None:
    arrive(reader, "/login")
    for address in ("/register", "/", "/register", "/", "/login", "/register"):
        follow(reader, address)
    expect(reader).to_have_url(re.compile("/register$"))
    expect(reader.locator("#gs-h1")).to_have_count(1)
    expect(reader.get_by_role("textbox", name="Your name")).to_be_visible()


def test_an_address_that_does_not_exist_says_so_after_a_click_too(reader: Page) -> None:
    arrive(reader, "/login")
    follow(reader, "/nowhere")
    expect(reader.locator("#gs-h1")).to_have_text("Nothing here")
    assert reader.evaluate(STILL_HERE)


def test_a_page_for_members_leads_to_the_sign_in_form_and_keeps_the_address(reader: Page) -> None:
    arrive(reader, "/login")
    follow(reader, "/needs/7?x=1")
    expect(reader).to_have_url(re.compile(r"/login\?next=%2Fneeds%2F7%3Fx%3D1$"))
    expect(reader.locator(".gs-sign-form input[name=next]")).to_have_value("/needs/7?x=1")


def test_a_link_works_without_the_socket(reader: Page) -> None:
    arrive(reader, "/login")
    reader.evaluate("window.socket.disconnect()")
    follow(reader, "/register")
    expect(reader).to_have_url(re.compile("/register$"))
    reader.wait_for_function(SOCKET)
    assert not reader.evaluate(STILL_HERE)


@pytest.mark.parametrize("way", ["a link", "a link without the socket", "back", "a sign-in"])
def test_an_address_with_two_slashes_stays_on_the_site(reader: Page, watch: Watch, way: str) -> None:
    watch.allow("status of 404")
    reader.route("http://evil.example/**", lambda route: route.fulfill(body="left", content_type="text/html"))
    if way == "a sign-in":
        arrive(reader, "/login?next=/.//evil.example/x")
        expect(reader.locator(".gs-sign-form input[name=next]")).to_have_value("")
        return
    arrive(reader, "/login")
    if way != "a link":
        reader.evaluate("window.socket.disconnect()")
    if way == "back":
        reader.evaluate("history.pushState({at: 1}, '', location.origin + '//evil.example/x')")
        reader.evaluate("history.pushState({at: 2}, '', '/login')")
        reader.go_back()
    else:
        follow(reader, f"{reader.evaluate('location.origin')}//evil.example/x")
    expect(reader.get_by_role("heading", level=1, name="Nothing here")).to_be_visible()
    expect(reader).to_have_url(re.compile(r"^http://127\.0\.0\.1:\d+//evil\.example/x$"))


def test_a_jump_within_the_page_loses_nothing(reader: Page) -> None:
    arrive(reader, "/register")
    reader.get_by_role("textbox", name="Username").fill("anna")
    reader.locator(".gs-skip").focus()
    reader.keyboard.press("Enter")
    expect(reader.locator("#gs-main")).to_be_focused()
    reader.wait_for_timeout(300)  # long enough for a wrong move to happen
    expect(reader.get_by_role("textbox", name="Username")).to_have_value("anna")


@pytest.mark.parametrize("way", ["link", "back"])
def test_leaving_an_unsent_form_asks_first(reader: Page, way: str) -> None:
    arrive(reader, "/login")
    follow(reader, "/register")
    expect(reader.get_by_role("textbox", name="Your name")).to_be_visible()
    reader.get_by_role("textbox", name="Username").fill("anna")

    def leave() -> None:
        if way == "back":
            reader.evaluate("history.back()")
        else:
            follow(reader, "/login")

    leave()
    reader.get_by_role("button", name="Stay here").click()
    expect(reader).to_have_url(re.compile("/register$"))
    expect(reader.get_by_role("textbox", name="Username")).to_have_value("anna")
    leave()
    reader.get_by_role("button", name="Leave and throw it away").click()
    expect(reader).to_have_url(re.compile("/login$"))
    expect(reader.get_by_role("textbox", name="Your name")).to_have_count(0)
    assert reader.evaluate(STILL_HERE)


def test_closing_the_window_asks_only_where_something_would_be_lost(reader: Page) -> None:
    asks = "!dispatchEvent(new Event('beforeunload', {cancelable: true}))"
    arrive(reader, "/register")
    reader.get_by_role("textbox", name="Username").fill("anna")
    assert not reader.evaluate(asks)  # it is kept on this device
    reader.evaluate("document.querySelector('[data-keep]').removeAttribute('data-keep')")
    reader.get_by_role("textbox", name="Username").fill("bert")
    assert reader.evaluate(asks)


def test_a_search_form_becomes_an_address_when_a_choice_changes(reader: Page) -> None:
    arrive(reader, "/login")
    reader.evaluate("""() => {
        document.querySelector('.gs-main').insertAdjacentHTML('beforeend', `<form method="get" action="/register">
            <input name="word" value="a&b"><input name="empty" value="">
            <select name="kind" data-autosubmit><option value="">All</option><option value="2">Two</option></select>
        </form>`);
    }""")
    reader.locator("select[name=kind]").select_option("2")
    expect(reader).to_have_url(re.compile(r"/register\?word=a%26b&kind=2$"))
    assert reader.evaluate(STILL_HERE)


def test_a_preference_comes_back_to_the_same_address(reader: Page) -> None:
    arrive(reader, "/login?next=%2Fstats")
    reader.get_by_role("button", name="中文").click()
    expect(reader.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(reader).to_have_url(re.compile(r"/login\?next=%2Fstats$"))


@pytest.mark.parametrize("event", ["null", "7", '{"url": "//x", "n": "1"}', '{"url": ["/"], "n": 1}', '{"n": {}}'])
def test_what_no_page_of_ours_sends_over_the_socket_moves_nothing(
    reader: Page, watch: Watch, site: Server, event: str
) -> None:
    arrive(reader, "/login")
    here = heading(reader)
    reader.evaluate(f"emitEvent('gs_nav', {event})")
    follow(reader, "/register")
    expect(reader.locator("#gs-h1")).not_to_have_text(here)
    assert watch.offences() == []
