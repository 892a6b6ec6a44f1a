"""Drafts: form input survives a reload, a lost connection and a restart, and other users do not see it."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Visitor
from tests.support import server
from tests.support.browser.acts import Wish, fill_need, publish, say_yes
from tests.support.browser.people import fill_registration, ready, register, sign_in, sign_out, somebody
from tests.support.browser.pictures import photo

pytestmark = pytest.mark.slow
FORGOTTEN = "!Object.keys(localStorage).some(key => key.startsWith('gsDraft'))"
STORED = "() => [localStorage, sessionStorage].flatMap(store => Object.entries(store).flat()).join(' ')"


def _title(page: Page) -> str:
    return page.get_by_label("2. One sentence").input_value()


def _kept(page: Page) -> None:
    expect(page.get_by_text("We kept what you had typed")).to_be_visible()


def _stored(page: Page) -> str:
    found: str = page.evaluate(STORED)
    return found


def test_what_is_typed_survives_a_restart_of_the_site(tmp_path: Path, visitor: Visitor, watch: object) -> None:
    watch.allow("ERR_CONNECTION_REFUSED|WebSocket connection|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET|status of 400")  # type: ignore[attr-defined]
    with server.running(tmp_path, THROTTLE="off") as site:
        page = visitor(language="en", size=PHONE, at=site)
        register(page, somebody("drafts_restart"))
        page.goto("/needs/new")
        fill_need(page, Wish("Carry the rice", "西宁", kind="保洁服务"))
        site.stop()
        page.get_by_label("2. One sentence").fill("Carry the rice upstairs")
        page.get_by_label("Add a photo or video").set_input_files([photo("rice.jpg")])
        expect(page.locator(".gs-sent--failed")).to_contain_text("We try again as soon as it is back.")
        site.start()
        _kept(page)  # the page came again by itself, and asked nothing
        assert _title(page) == "Carry the rice upstairs"
        expect(page.get_by_label("3. City")).to_have_value(re.compile("^西宁 ·"))
        expect(page.get_by_label("Cleaning")).to_be_checked()
        expect(page.locator(".gs-sent--sent")).to_have_count(1)
        page.get_by_role("button", name="Publish").click()
        say_yes(page)
        expect(page.get_by_role("heading", level=1, name="Carry the rice upstairs")).to_be_visible()
        expect(page.locator("[data-pic]")).to_have_count(1)
        page.goto("/needs/new")
        ready(page)
        assert _title(page) == ""
        assert "gsDraft" not in _stored(page)


def test_the_reader_may_start_afresh(visitor: Visitor) -> None:
    page = visitor(language="en")
    register(page, somebody("drafts_afresh"))
    page.goto("/needs/new")
    fill_need(page, Wish("Never mind", "西宁"))
    page.reload()
    _kept(page)
    page.get_by_role("button", name="Start afresh").click()
    expect(page.get_by_label("2. One sentence")).to_have_value("")
    expect(page.get_by_label("3. City")).to_have_value("")
    assert page.locator(".gs-choice :checked").count() == 0
    page.wait_for_timeout(300)  # longer than drafts.js waits for what is chosen
    page.wait_for_function(FORGOTTEN)
    page.get_by_role("button", name="Publish").click()
    expect(page.locator(".gs-summary")).to_contain_text("Kind of help")  # the server has forgotten it, too


def test_nobody_else_on_this_computer_sees_it(visitor: Visitor) -> None:
    page, other = visitor(language="en"), visitor(language="en")
    register(other, somebody("drafts_other"))
    register(page, somebody("drafts_first"))
    page.goto("/needs/new")
    fill_need(page, Wish("Only mine", "西宁"))
    page.context.clear_cookies(name="gs_session")  # the session ended; nobody signed out
    page.goto("/needs/new")
    assert "Only mine" in _stored(page)
    sign_in(page, "drafts_first", then="/needs/new")
    _kept(page)
    page.context.clear_cookies(name="gs_session")
    sign_in(page, "drafts_other", then="/needs/new")
    page.wait_for_timeout(300)  # it has looked for what was kept
    assert _title(page) == ""
    assert "Only mine" not in _stored(page)


def test_signing_out_leaves_nothing(visitor: Visitor) -> None:
    page = visitor(language="en")
    register(page, somebody("drafts_leaving"))
    page.goto("/needs/new")
    fill_need(page, Wish("For later", "西宁"))
    page.get_by_role("link", name="Board", exact=True).first.click()
    page.get_by_role("button", name="Leave, and keep it for later").click()
    expect(page).to_have_url(re.compile("/board$"))
    assert "For later" in _stored(page)
    sign_out(page)
    assert "gsDraft" not in _stored(page)


def test_what_was_changed_on_another_device_is_said(visitor: Visitor) -> None:
    phone, computer = visitor(language="en", size=PHONE), visitor(language="en")
    person = register(phone, somebody("drafts_two"))
    need = publish(phone, Wish("First words", "西宁"))
    phone.goto(f"{need}/edit")
    ready(phone)
    phone.get_by_label("2. One sentence").fill("Words on the phone")
    sign_in(computer, person.username, then=f"{need}/edit")
    computer.get_by_label("2. One sentence").fill("Words on the computer")
    computer.get_by_role("button", name="Save the change").click()
    say_yes(computer)
    expect(computer.get_by_role("heading", level=1, name="Words on the computer")).to_be_visible()
    phone.reload()
    expect(phone.get_by_text("Meanwhile this was changed elsewhere")).to_be_visible()
    assert _title(phone) == "Words on the phone"
    phone.get_by_role("button", name="Take what stands there now").click()
    expect(phone.get_by_label("2. One sentence")).to_have_value("Words on the computer")


def test_passwords_and_id_numbers_are_never_kept(visitor: Visitor) -> None:
    page = visitor(language="en")
    page.goto("/register")
    person = somebody("drafts_secret", bio="I like plants")
    fill_registration(page, person)
    assert person.bio in _stored(page)
    for secret in (person.password, person.id_number):
        assert secret not in _stored(page)
    page.reload()
    expect(page.get_by_text("neither passwords nor ID numbers")).to_be_visible()
    expect(page.get_by_label("About you (if you like)")).to_have_value(person.bio)
    expect(page.get_by_label("Its number")).to_have_value("")


def test_in_two_windows_what_was_typed_last_is_kept_whole(visitor: Visitor) -> None:
    one = visitor(language="en")
    register(one, somebody("drafts_windows"))
    two = one.context.new_page()
    for page in (one, two):
        page.goto("/needs/new")
        ready(page)
        page.wait_for_timeout(300)  # it has looked for what was kept
    one.get_by_label("2. One sentence").fill("From the first window")
    one.get_by_label("More about it (if you like)").fill("More from the first window")
    two.get_by_label("2. One sentence").fill("From the second window")
    two.reload()
    _kept(two)
    assert _title(two) == "From the second window"
    expect(two.get_by_label("More about it (if you like)")).to_have_value("")


def test_where_nothing_can_be_kept_the_form_works_as_ever(visitor: Visitor) -> None:
    page = visitor(language="en")
    register(page, somebody("drafts_full"))
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); };")
    page.goto("/needs/new")
    fill_need(page, Wish("Not kept", "西宁"))
    assert page.evaluate("!dispatchEvent(new Event('beforeunload', {cancelable: true}))")
    page.get_by_role("button", name="Publish").click()
    say_yes(page)
    expect(page.get_by_role("heading", level=1, name="Not kept")).to_be_visible()
