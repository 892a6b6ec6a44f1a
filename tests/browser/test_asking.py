"""Asking a neighbour by name, and finding a need that fits."""

import re

from playwright.sync_api import expect

from gsapp.i18n import translator
from tests.browser.conftest import PHONE, Visitor
from tests.support.browser.acts import Wish, offer, press, publish
from tests.support.browser.people import ready, register, somebody

t = translator("en")
# Of what fits, what has waited longest comes first: no other test asks for this, or asks here.
HERE, KIND = "银川", "就诊服务"


def test_who_fits_is_asked_hears_it_and_comes(visitor: Visitor) -> None:
    granny, neighbour = visitor(language="en", size=PHONE), visitor(language="en")
    register(granny, somebody("asking_granny"))
    volunteer = register(neighbour, somebody("asked_neighbour"))
    offer(neighbour, publish(granny, Wish("The first visit", HERE, KIND)), "I can come")
    title = "The second visit"
    need = publish(granny, Wish(title, HERE, KIND))
    row = granny.locator(".gs-could-list li").filter(has_text=volunteer.username)
    expect(row).to_contain_text(t("Has offered to help in this city before: {name}.", name=HERE))
    expect(row).to_contain_text(t("Has never been asked or chosen so far."))
    press(granny, t("Ask {name}", name=volunteer.username))
    expect(row.locator(".gs-could-asked")).to_be_visible()
    expect(row.get_by_role("button")).to_have_count(0)
    expect(neighbour.locator(".gs-bell")).to_have_attribute("aria-label", t("News: {n} unread", n=1))

    neighbour.goto("/")
    ready(neighbour)
    fitting = neighbour.get_by_role("list", name=t("Needs that fit you"))
    expect(fitting).to_contain_text(t("You have offered to help in this city before: {name}.", name=HERE))
    fitting.get_by_role("link", name=title).click()
    neighbour.wait_for_url(re.compile(f"{need}$"))
    expect(neighbour.locator(".gs-could")).to_have_count(0)
    offer(neighbour, need, "Gladly")
    expect(row).to_have_count(0)
