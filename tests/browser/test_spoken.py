"""Pages with a screen reader: languages, charts and fields; test_looks checks what every page must have."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visitor
from tests.support.browser.acts import Wish, publish
from tests.support.browser.people import PASSWORD, ready, sign_in
from tests.support.browser.sights import Sights, visit


@pytest.fixture
def author(sights: Sights, visitor: Visitor) -> Page:
    page = visitor(language="en")
    sign_in(page, sights.author, PASSWORD)
    return page


def test_what_neighbours_wrote_in_the_other_language_is_read_by_its_voice(visitor: Visitor, author: Page) -> None:
    need = publish(author, Wish("厨房水管漏水", "西宁", description="Please bring your own tools"))
    author.goto(need)
    expect(author.get_by_role("heading", level=1)).to_have_attribute("lang", "zh-CN")
    visit(author, "/board?q=厨房水管漏水")
    expect(author.get_by_role("link", name="厨房水管漏水", exact=True)).to_have_attribute("lang", "zh-CN")
    expect(author.get_by_role("heading", level=1)).not_to_have_attribute("lang", "zh-CN")


def test_charts_say_their_sum_in_a_sentence_and_stand_beside_a_table(author: Page) -> None:
    visit(author, "/stats")
    expect(author.get_by_role("img", name="needs were published and")).to_have_count(1)
    expect(author.get_by_role("table", name="Figures by month, kind of help and city")).to_be_visible()
    visit(author, "/dashboard")
    expect(author.get_by_role("img", name=re.compile(r"^In the last 30 days \d+ needs? began"))).to_have_count(1)
    author.get_by_text("The same as a table").press("Enter")
    expect(author.get_by_role("table", name="The last 30 days")).to_be_visible()


def test_browsers_know_what_each_field_of_a_person_is_for(page: Page) -> None:
    page.goto("/register")
    ready(page)
    tokens = page.locator(".gs-form input").evaluate_all("all => all.map(one => one.autocomplete).filter(Boolean)")
    assert tokens == ["username", "name", "tel-national", "off", "new-password", "new-password"]
