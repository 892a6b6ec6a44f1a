"""The whole life of a need, by two users in two browsers that update live."""

import re

import pytest
from playwright.sync_api import Page, expect

from gsapp.i18n import translator
from tests.browser.conftest import PHONE, Language, Visitor
from tests.support.browser.acts import Wish, press, say_yes, type_need, type_offer
from tests.support.browser.people import Person, fill_registration, send_registration, somebody

CITIES: dict[Language, str] = {"zh-CN": "昆明", "en": "拉萨"}  # one each, so that the figures are this test's own


@pytest.mark.parametrize("language", ["zh-CN", pytest.param("en", marks=pytest.mark.exhaustive)])
def test_two_people_help_each_other_from_registration_to_the_figures(visitor: Visitor, language: Language) -> None:
    t = translator(language)
    granny, plumber = visitor(language=language, size=PHONE), visitor(language=language, colours="dark")
    resident = newcomer(granny, somebody(f"granny_{language}"))
    volunteer = newcomer(plumber, somebody(f"plumber_{language}", bio="水电工，工具齐"))
    wish = Wish(f"厨房水管漏水 {language}", CITIES[language], description="地上一直有水")

    need = type_need(granny, wish)
    expect(granny.get_by_text(t("No neighbour has answered yet"))).to_be_visible()

    find_on_the_board(plumber, wish, t("Board"))
    type_offer(plumber, need, "今天下午三点能到")
    expect(plumber.get_by_text(resident.phone)).to_have_count(0)

    # The offer appears on the open page of the one who asked, with the neighbour's introduction.
    expect(granny.get_by_text("今天下午三点能到")).to_be_visible(timeout=2000)
    expect(granny.get_by_text("水电工，工具齐")).to_be_visible()
    expect(granny.get_by_text(volunteer.phone)).to_have_count(0)
    granny.get_by_role("link", name=t.n("{n} neighbour would come", "{n} neighbours would come", 1)).click()
    expect(granny.get_by_text("今天下午三点能到")).to_be_in_viewport()
    press(granny, t("Choose {name}", name=volunteer.username))

    # Now, and only now, each sees the other's name and number.
    granny.get_by_role("link", name=t("To the phone number")).click()
    expect(granny.get_by_role("link", name=volunteer.phone)).to_be_in_viewport()
    expect(plumber.get_by_role("link", name=resident.phone)).to_be_visible(timeout=2000)
    expect(plumber.get_by_text(resident.name)).to_be_visible()

    press(plumber, t("It is done"))
    press(granny, t("Confirm: it is done"))
    thank(granny, t("A sentence"), "谢谢你，小周")
    expect(plumber.get_by_text("谢谢你，小周")).to_be_visible()
    plumber.get_by_role("button", name=t("Say thank you"), exact=True).click()
    thank(plumber, t("A sentence"), "不用谢")
    expect(granny.get_by_text("不用谢")).to_be_visible()
    expect(granny.get_by_text(volunteer.phone)).to_have_count(0)

    granny.get_by_role("link", name=volunteer.username).first.click()
    expect(granny.get_by_text("谢谢你，小周")).to_be_visible()

    figures(plumber, wish.city)


def newcomer(page: Page, person: Person) -> Person:
    page.goto("/register")
    fill_registration(page, person)
    send_registration(page)
    page.wait_for_url("**/?welcome=1")
    return person


def find_on_the_board(page: Page, wish: Wish, board: str) -> None:
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name=board, exact=True).first.click()
    page.wait_for_url("**/board")
    page.locator("input[name=q]").fill(wish.title)
    page.locator("input[name=q]").press("Enter")
    page.wait_for_url(re.compile(r"/board\?q="))
    expect(page.locator("tr.gs-need")).to_have_count(1)
    page.get_by_role("link", name=wish.title, exact=True).click()
    page.wait_for_url(re.compile(r"/needs/\d+$"))


def thank(page: Page, field: str, sentence: str) -> None:
    page.get_by_label(field).fill(sentence)
    say_yes(page)


def figures(page: Page, city: str) -> None:
    """The statistics of this city show one need published and one completed."""
    page.goto("/stats")
    page.locator("select[name=place]").select_option(label=city)
    page.wait_for_url(re.compile(r"place="))
    row = page.locator("tbody tr").first
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(row).to_contain_text(city)
    expect(row.locator(".gs-month-published")).to_have_text("1")
    expect(row.locator(".gs-month-completed")).to_have_text("1")
