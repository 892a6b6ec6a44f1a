"""Administration: what coordinators do reaches the members it concerns."""

import re
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.support import server
from tests.support.browser.acts import Wish, password_link, press, publish, report, say_yes
from tests.support.browser.chromium import Watch
from tests.support.browser.people import ready, register, sign_in, somebody, type_sign_in

NEW = "Brandnew2026"


@pytest.fixture
def chief(site: server.Server, visitor: Visitor) -> Page:
    """A coordinator at work."""
    page = visitor(language="en")
    person = register(page, somebody(f"chief{id(page) % 100_000}"))
    site.promote(person.username)
    return page


def account(chief: Page, username: str) -> str:
    """The page of somebody's account, found as a coordinator finds it; its path."""
    chief.goto(f"/admin/users?q={username}")
    chief.get_by_role("link", name=username, exact=True).click()
    expect(chief.get_by_role("heading", level=1, name=username)).to_be_visible()
    path: str = chief.evaluate("location.pathname")
    return path


def test_a_member_who_is_suspended_is_sent_to_sign_in_and_stays_out(chief: Page, visitor: Visitor) -> None:
    member = visitor(language="en")
    person = register(member, somebody("desk_rude"))
    member.goto("/board")
    ready(member)
    account(chief, person.username)
    ready(chief)
    chief.get_by_role("button", name="Suspend the account").click()
    say_yes(chief)
    expect(chief.get_by_text("Please fill this in.")).to_be_visible()
    chief.locator(".gs-sheet input").fill("spam")
    say_yes(chief)
    expect(chief.get_by_text("Reason: spam")).to_be_visible()
    expect(member).to_have_url(re.compile("/login"))
    type_sign_in(member, person.username, person.password)
    expect(member.get_by_text("This account is suspended.")).to_be_visible()
    chief.get_by_role("button", name="Restore the account").click()
    chief.locator(".gs-sheet input").fill("sorry")
    say_yes(chief)
    expect(chief.get_by_role("button", name="Suspend the account")).to_be_visible()
    sign_in(member, person.username, person.password)


def test_a_browser_left_alone_asks_for_the_password_before_it_makes_a_coordinator(
    site: server.Server, chief: Page, visitor: Visitor
) -> None:
    member = register(visitor(language="en"), somebody("desk_friend"))
    path = account(chief, member.username)
    with closing(sqlite3.connect(site.data_dir / "goodservices.db")) as stored, stored:
        stored.execute("UPDATE sessions SET authenticated_at = '2026-01-01 00:00:00'")
    ready(chief)
    chief.get_by_role("button", name="Make a coordinator").click()
    expect(chief.get_by_role("heading", name="Is it really you?")).to_be_visible()
    chief.get_by_label("Your password").fill("Wrong12345")
    say_yes(chief)
    expect(chief.get_by_text("This is not your current password.")).to_be_visible()
    chief.get_by_label("Your password").fill(member.password)
    say_yes(chief)
    expect(chief.get_by_role("heading", name=f"Make {member.username} a coordinator?")).to_be_visible()
    say_yes(chief)
    expect(chief.get_by_role("button", name="Take the coordinator's role away")).to_be_visible()
    assert path == chief.evaluate("location.pathname")
    chief.goto("/admin/users")
    ready(chief)
    with chief.expect_download() as file:
        chief.get_by_role("link", name="CSV").click()
    assert file.value.suggested_filename.startswith("people-")


def test_a_link_for_a_coordinator_needs_the_consent_of_another(
    site: server.Server, chief: Page, visitor: Visitor
) -> None:
    owner, second = visitor(language="en"), visitor(language="en")
    known = register(owner, somebody("desk_owner"))
    site.promote(known.username)
    site.promote(register(second, somebody("desk_witness")).username)
    path = account(chief, known.username)
    ready(chief)
    chief.get_by_role("button", name="Ask for consent").click()
    expect(chief.get_by_text("You have asked.")).to_be_visible()
    second.goto(path)
    ready(second)
    second.get_by_role("button", name="Agree to a link").click()
    say_yes(second)
    expect(second.get_by_text("You have agreed.")).to_be_visible()
    assert "/password/" in password_link(chief, path)


def test_a_link_for_a_new_password_works_once(chief: Page, visitor: Visitor, watch: Watch) -> None:
    watch.allow("status of 410")
    member, other_tab = visitor(language="en"), visitor(language="en")
    person = register(member, somebody("desk_forgot"))
    link = password_link(chief, account(chief, person.username))
    for tab in (other_tab, member):
        tab.goto(link)
        ready(tab)
        tab.get_by_label("New password", exact=True).fill(NEW)
        tab.get_by_label("The new password again").fill(NEW)
    other_tab.get_by_role("button", name="Set the new password").click()
    expect(other_tab).to_have_url(re.compile("/login"))
    # The member sat at an open page: signed out, wherever that was.
    expect(member).to_have_url(re.compile("/login"))
    type_sign_in(other_tab, person.username, NEW)
    expect(other_tab).to_have_url(re.compile("/board"))
    stranger = visitor(language="en")
    stranger.goto(link)
    expect(stranger.get_by_text("This link has been used or is too old.")).to_be_visible()


def test_a_report_reaches_the_desk_while_it_is_open_and_the_need_goes(chief: Page, visitor: Visitor) -> None:
    author, reader = visitor(language="en"), visitor(language="en")
    register(author, somebody("desk_reported"))
    register(reader, somebody("desk_reader"))
    need = publish(author, Wish("Buy my miracle pills", "西宁"))
    chief.goto("/admin/reports")
    ready(chief)
    report(reader, need, "An advertisement")
    card = chief.get_by_role("article").filter(has_text="An advertisement")
    expect(card).to_be_visible()
    card.get_by_role("link", name="Buy my miracle pills").click()
    chief.get_by_role("button", name="Take this need down").click()
    chief.locator(".gs-sheet input").fill("No advertisements")
    say_yes(chief)
    expect(chief.get_by_text("The need has been taken down.")).to_be_visible()
    expect(chief.get_by_text("Buy my miracle pills").filter(visible=True).first).to_be_visible()
    expect(author.get_by_role("heading", level=1)).to_contain_text("Taken down")
    expect(reader.get_by_text("Buy my miracle pills")).to_have_count(0)
    chief.goto("/admin/reports")
    ready(chief)
    card.get_by_role("button", name="It has been handled").click()
    chief.locator(".gs-sheet textarea").fill("We have taken it down.")
    say_yes(chief)
    expect(card).to_have_count(0)


def test_kinds_of_help_are_kept_and_two_coordinators_do_not_overwrite_each_other(
    site: server.Server, chief: Page, visitor: Visitor
) -> None:
    second = visitor(language="en")
    site.promote(register(second, somebody("desk_second")).username)
    for page in (chief, second):
        page.goto("/admin/types")
        ready(page)
    chief.get_by_label("Name", exact=True).fill("Gardens")
    press(chief, "Add it")
    row = second.get_by_role("row").filter(has_text="Gardens")
    expect(row).to_be_visible()
    for page in (chief, second):
        page.get_by_role("button", name="Change: Gardens").click()
    chief.locator(".gs-sheet input").first.fill("Balconies")
    say_yes(chief)
    expect(second.get_by_role("button", name="Change: Balconies")).to_be_attached()
    second.locator(".gs-sheet input").first.fill("Flowers")
    say_yes(second)
    expect(second.get_by_text("Another coordinator has just changed this.")).to_be_visible()
    press(second, "Switch off: Balconies")
    expect(chief.get_by_role("row").filter(has_text="Balconies")).to_contain_text("Switched off")
