"""Changes by one user appear on the open pages of others, without moving what they are reading."""

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor
from tests.support import server
from tests.support.browser.acts import Wish, offer, publish
from tests.support.browser.chromium import Watch
from tests.support.browser.people import ready, register, somebody

CITY = "西宁"
SECOND = 1000.0


def board_of(page: Page, words: str) -> None:
    """The board with the needs of one test only."""
    page.goto(f"/board?q={words}")
    ready(page)


def test_new_needs_wait_above_the_list_and_rows_change_where_they_stand(visitor: Visitor) -> None:
    asker, reader = visitor(language="en"), visitor(language="en", size=PHONE)
    register(asker, somebody("live_asker"))
    register(reader, somebody("live_reader"))
    first = publish(asker, Wish("olive lamp one", CITY))
    board_of(reader, "olive")
    row = reader.get_by_role("row").filter(has_text="olive lamp one")
    row.get_by_role("link", name="olive lamp one", exact=True).focus()
    reader.evaluate("scrollTo(0, 300)")
    before = row.bounding_box()

    publish(asker, Wish("olive lamp two", CITY))
    publish(asker, Wish("olive lamp three", CITY))
    news = reader.get_by_role("link", name="2 new, show them")
    expect(news).to_be_visible(timeout=SECOND)
    expect(reader.locator("tr.gs-need")).to_have_count(1)
    asker.goto("/board")

    helper = visitor(language="en")
    register(helper, somebody("live_helper"))
    offer(helper, first, "I bring a new one")
    expect(row).to_contain_text("1 offer", timeout=SECOND)
    expect(row.get_by_role("link", name="olive lamp one", exact=True)).to_be_focused()
    assert row.bounding_box() == before

    reader.evaluate("() => { window.moved = []; addEventListener('scroll', () => moved.push(scrollY)); }")
    news.click()
    expect(reader.locator("tr.gs-need")).to_have_count(3)
    expect(reader.locator("tr.gs-need").first).to_contain_text("olive lamp three")
    expect(news).to_have_count(0)
    expect(reader.locator("tr.gs-need .gs-need-title").first).to_be_focused()  # the last thing that happens
    assert reader.evaluate("[moved, scrollY]") == [[], 300]


def test_the_first_need_of_an_empty_list_shows_by_itself(visitor: Visitor) -> None:
    asker, reader = visitor(language="en"), visitor(language="en")
    register(asker, somebody("first_asker"))
    register(reader, somebody("first_reader"))
    board_of(reader, "velvet")
    expect(reader.get_by_role("heading", name="Nothing fits this choice")).to_be_visible()
    publish(asker, Wish("velvet curtain", CITY))
    expect(reader.locator("tr.gs-need")).to_have_count(1, timeout=SECOND)


def test_what_is_being_typed_survives_a_refresh(visitor: Visitor) -> None:
    asker, reader = visitor(language="en"), visitor(language="en")
    register(asker, somebody("typed_asker"))
    register(reader, somebody("typed_reader"))
    reader.goto("/board?q=marble")
    ready(reader)
    search = reader.get_by_label("Search", exact=True)
    search.fill("marble st")
    publish(asker, Wish("marble stair to sweep", CITY))
    expect(reader.locator("tr.gs-need")).to_have_count(1, timeout=SECOND)
    expect(search).to_have_value("marble st")
    expect(search).to_be_focused()
    search.press_sequentially("air")
    expect(search).to_have_value("marble stair")


def test_a_hidden_tab_waits_until_somebody_looks(visitor: Visitor) -> None:
    asker, reader, other = (visitor(language="en") for _ in range(3))
    register(asker, somebody("hidden_asker"))
    register(reader, somebody("hidden_reader"))
    register(other, somebody("hidden_other"))
    for page in (reader, other):
        board_of(page, "amber")
    hide = "hidden => { Object.defineProperty(document, 'hidden', {value: hidden, configurable: true}); "
    hide += "document.dispatchEvent(new Event('visibilitychange')); }"
    reader.evaluate(hide, True)
    reader.wait_for_timeout(200)  # the site knows that it is hidden
    publish(asker, Wish("amber bead", CITY))
    expect(other.locator("tr.gs-need")).to_have_count(1)
    reader.evaluate("0")  # what came before has been shown by now
    assert reader.locator("tr.gs-need").count() == 0
    reader.evaluate(hide, False)
    expect(reader.locator("tr.gs-need")).to_have_count(1, timeout=SECOND)


def test_a_lost_connection_is_told_and_what_was_missed_comes_by_itself(visitor: Visitor, watch: Watch) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")
    asker, reader = visitor(language="en"), visitor(language="en", size=PHONE)
    register(asker, somebody("lost_asker"))
    register(reader, somebody("lost_reader"))
    board_of(reader, "copper")
    reader.context.set_offline(True)
    reader.evaluate("socket.io.engine.close()")
    bar = reader.locator("#gs-lost")
    expect(bar).to_contain_text("No connection. You see how things were at")
    expect(reader.locator("#popup")).to_be_hidden()
    publish(asker, Wish("copper kettle", CITY))
    reader.context.set_offline(False)
    expect(bar).to_contain_text("Connected again")
    expect(reader.locator("tr.gs-need")).to_have_count(1)
    expect(bar).to_be_empty()


def test_a_page_whose_server_was_restarted_loads_itself_anew_and_brings_back_what_was_typed(
    visitor: Visitor, watch: Watch, tmp_path: Path
) -> None:
    watch.allow("ERR_CONNECTION_REFUSED")
    watch.allow("Failed to load resource")
    with server.running(tmp_path, THROTTLE="off") as restarted:
        reader, writer = visitor(language="en"), visitor(language="en")
        reader.goto(f"{restarted.url}/login")
        writer.goto(f"{restarted.url}/register")
        ready(reader)
        ready(writer)
        for page in (reader, writer):
            page.evaluate("window.before = true")
        writer.get_by_label("Your name", exact=True).fill("Anna Wang")
        restarted.stop()
        expect(reader.locator("#gs-lost")).to_contain_text("No connection")
        restarted.start()
        for page in (reader, writer):
            page.wait_for_function("!window.before && window.did_handshake")
        expect(reader.locator("#gs-lost")).to_be_empty()
        expect(writer.get_by_text("We kept what you had typed")).to_be_visible()
        expect(writer.get_by_label("Your name", exact=True)).to_have_value("Anna Wang")
