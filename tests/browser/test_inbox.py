"""The notification badge updates live, and the inbox links to what each notification is about."""

import re

from playwright.sync_api import Page, expect

from gsapp.i18n import translator
from tests.browser.conftest import PHONE, Visitor
from tests.support import server
from tests.support.browser.acts import Wish, offer, press, publish
from tests.support.browser.email_links import paths_in_emails
from tests.support.browser.people import ready, register, somebody

t = translator("en")
SOON = 1500.0  # milliseconds


def bell(page: Page, words: str, *, within: float = SOON) -> None:
    expect(page.locator(".gs-bell")).to_have_attribute("aria-label", words, timeout=within)


def test_news_rings_in_every_tab_leads_to_the_need_and_is_read_by_looking(visitor: Visitor) -> None:
    granny, plumber = visitor(language="en", size=PHONE), visitor(language="en")
    resident, volunteer = register(granny, somebody("inbox_granny")), register(plumber, somebody("inbox_plumber"))
    title = "The tap drips all night"
    need = publish(granny, Wish(title, "兰州"))
    granny.goto("/inbox")
    ready(granny)
    expect(granny.get_by_text(t("No news yet"))).to_be_visible()
    other_tab = granny.context.new_page()
    other_tab.goto("/board")
    ready(other_tab)
    bell(other_tab, t("News: all read"))

    offer(plumber, need, "I can come at six")
    bell(other_tab, t("News: {n} unread", n=1))
    expect(other_tab.locator(".gs-bottom .gs-badge")).to_have_text("1")
    expect(other_tab.locator("#gs-said")).to_have_text(t("News: {n} unread", n=1))
    told = t("{name} offers to help with “{title}”.", name=volunteer.username, title=title)
    row = granny.get_by_role("listitem").filter(has_text=told)
    expect(row).to_have_class("gs-unread")
    expect(granny.get_by_role("link", name=f"{t('Choose')}: {title}")).to_be_visible()

    row.get_by_role("link").click()
    granny.wait_for_url(re.compile(f"{need}$"))
    bell(granny, t("News: all read"))
    bell(other_tab, t("News: all read"))
    press(granny, t("Choose {name}", name=volunteer.username))
    bell(plumber, t("News: all read"))  # the plumber sees it on the open page of the need
    history = plumber.locator(".gs-history")
    expect(history).to_contain_text(t("{name} chose {helper}.", name=resident.username, helper=t("you")))
    other_tab.goto(f"{need}")
    expect(other_tab.locator(".gs-history li")).to_have_count(3)


def test_all_is_marked_read_and_a_kind_of_news_can_be_turned_off(visitor: Visitor) -> None:
    granny, plumber = visitor(language="en"), visitor(language="en")
    register(granny, somebody("quiet_granny"))
    register(plumber, somebody("quiet_plumber"))
    needs = [publish(granny, Wish(f"Carry water {number}", "兰州")) for number in (1, 2)]
    granny.goto("/inbox")
    ready(granny)
    offer(plumber, needs[0], "Gladly")
    bell(granny, t("News: {n} unread", n=1))
    granny.get_by_role("button", name=t("Mark all read")).click()
    bell(granny, t("News: all read"))
    expect(granny.locator(".gs-news li")).to_have_class([""])

    granny.get_by_role("link", name=t("What I want to hear")).click()
    choice = granny.get_by_role("button", name=f"{t('Offers for my needs')}: {t('Tell me')}")
    expect(choice).to_have_attribute("aria-pressed", "true")
    choice.click()
    expect(choice).to_have_attribute("aria-pressed", "false")
    offer(plumber, needs[1], "Gladly")
    granny.goto("/inbox")
    expect(granny.locator(".gs-decide")).to_have_count(2)
    expect(granny.locator(".gs-news li")).to_have_count(1)
    bell(granny, t("News: all read"))


def test_links_in_letters_confirm_an_address_and_end_letters_without_signing_in(
    visitor: Visitor, site: server.Server
) -> None:
    granny, stranger = visitor(language="en"), visitor(language="en", size=PHONE)
    name = register(granny, somebody("letters_granny")).username
    paths = paths_in_emails(site.data_dir, name)
    stranger.goto(paths["/email/{token}"])
    ready(stranger)
    stranger.get_by_role("button", name=t("Yes, send it here")).click()
    expect(stranger.get_by_text(t("The address is confirmed. News comes here from now on."))).to_be_visible()
    ended = paths_in_emails(site.data_dir, name)["/unsubscribe/{token}"]
    stranger.goto(ended)
    ready(stranger)
    stranger.get_by_role("button", name=t("No more letters about: {topics}", topics=t("Thanks"))).click()
    expect(stranger.get_by_text(t("No letters of this kind come to this address."))).to_be_visible()
