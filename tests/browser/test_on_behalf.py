"""Residents without internet: a coordinator registers them, publishes for them, calls them and decides for them."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.support import server
from tests.support.browser.acts import Wish, fill_need, offer, press, record_resident, say_yes
from tests.support.browser.chromium import Watch
from tests.support.browser.people import ready, register, somebody


def test_a_coordinator_speaks_for_a_resident_from_the_first_call_to_the_chosen_neighbour(
    site: server.Server, visitor: Visitor, watch: Watch
) -> None:
    watch.allow("status of 403")
    chief, helper = visitor(language="en"), visitor(language="en")
    site.promote(register(chief, somebody("behalf_chief")).username)
    person = register(helper, somebody("behalf_helper"))
    resident = record_resident(chief, "Granny Li", "13955501234")
    fill_need(chief, Wish("Carry the rice upstairs", "大庆"))
    press(chief, "Publish")
    chief.wait_for_url(re.compile(r"/needs/\d+$"))
    need: str = chief.evaluate("location.pathname")
    expect(chief.get_by_text("Granny Li has no internet. You act for them.")).to_be_visible()
    chief.goto("/admin/calls")
    ready(chief)
    expect(chief.get_by_text("Nobody is waiting for a call")).to_be_visible()
    helper.goto(resident)
    expect(helper.get_by_role("heading", level=1)).to_have_text("Not yours")
    offer(helper, need, "I am strong.")
    # By itself, while the list is open.
    card = chief.get_by_role("article").filter(has_text="Granny Li")
    expect(card.get_by_text("1 offer to decide on")).to_be_visible()
    _see_the_number(chief)
    chief.get_by_role("button", name="Reached: Granny Li", exact=True).click()
    chief.get_by_label("A note for the other coordinators (if you like)").fill("She likes him.")
    say_yes(chief)
    expect(card.get_by_text("She likes him.")).to_be_visible()
    card.get_by_role("link", name="Carry the rice upstairs").click()
    press(chief, f"Choose {person.username}")
    expect(chief.get_by_text(person.phone)).to_be_visible()
    expect(helper.get_by_text("13955501234")).to_be_visible()
    expect(helper.get_by_text("Granny Li")).to_be_visible()
    expect(chief.get_by_text(re.compile("^You for 邻居-.* chose behalf_helper"))).to_be_visible()
    expect(helper.get_by_text(re.compile("^behalf_chief for 邻居-.* chose you"))).to_be_visible()
    chief.goto("/admin/calls")
    expect(chief.get_by_text("Nobody is waiting for a call")).to_be_visible()


def test_a_number_that_has_an_account_already_leads_there(site: server.Server, visitor: Visitor) -> None:
    chief, member = visitor(language="en"), visitor(language="en")
    site.promote(register(chief, somebody("behalf_chief_2")).username)
    person = register(member, somebody("behalf_member"))
    record_resident(chief, "Granny Li", person.phone, known=True)
    expect(chief.locator(".gs-desk-nav [aria-current]")).to_have_text("Call-back list")
    chief.get_by_role("link", name="Open the account with this number").click()
    chief.get_by_role("button", name="Leave and throw it away").click()
    expect(chief.get_by_role("heading", level=1, name=person.username)).to_be_visible()


def _see_the_number(chief: Page) -> None:
    chief.get_by_role("button", name="Show the phone number: Granny Li").click()
    expect(chief.get_by_role("link", name="13955501234")).to_be_visible()
    chief.get_by_role("button", name="Close", exact=True).last.click()
