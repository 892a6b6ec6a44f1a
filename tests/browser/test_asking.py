"""Asking a neighbour by name, and finding a need that fits."""

import re

from playwright.sync_api import expect

from gsapp.i18n import translator
from tests.browser.acts import Wish, offer, press, publish
from tests.browser.conftest import PHONE, Visitor
from tests.browser.people import ready, register, somebody

t = translator("en")
HERE = "三亚"  # where no other test has volunteers


def test_who_fits_is_asked_hears_it_and_comes(visitor: Visitor) -> None:
    granny, plumber = visitor(language="en", size=PHONE), visitor(language="en")
    register(granny, somebody("asking_granny"))
    volunteer = register(plumber, somebody("asked_plumber"))
    offer(plumber, publish(granny, Wish("The first pipe", HERE)), "I can come")
    title = "The second pipe"
    need = publish(granny, Wish(title, HERE))
    row = granny.locator(".gs-could-list li").filter(has_text=volunteer.username)
    expect(row).to_contain_text(t("Has offered to help in this city before: {name}.", name=HERE))
    expect(row).to_contain_text(t("Has never been asked or chosen so far."))
    press(granny, t("Ask {name}", name=volunteer.username))
    expect(row.locator(".gs-could-asked")).to_be_visible()
    expect(row.get_by_role("button")).to_have_count(0)
    expect(plumber.locator(".gs-bell")).to_have_attribute("aria-label", t("News: {n} unread", n=1))

    plumber.goto("/")
    ready(plumber)
    fitting = plumber.get_by_role("list", name=t("Needs that fit you"))
    expect(fitting).to_contain_text(t("You have offered to help in this city before: {name}.", name=HERE))
    fitting.get_by_role("link", name=title).click()
    plumber.wait_for_url(re.compile(f"{need}$"))
    expect(plumber.locator(".gs-could")).to_have_count(0)
    offer(plumber, need, "Gladly")
    expect(row).to_have_count(0)
