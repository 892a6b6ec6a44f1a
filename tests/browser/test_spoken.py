"""What a page is to somebody who hears it: names, tables, charts, fields, and who can be asked, on every page."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import Wish, publish
from tests.browser.conftest import Language, Visitor
from tests.browser.people import PASSWORD, ready, sign_in
from tests.browser.sights import Sights, visit

# What axe-core does not mind, and a listener does.
SILLY = """() => {
    const wrong = [], name = one => one.outerHTML.replace(/\\s+/g, ' ').slice(0, 120);
    const seen = [...document.querySelectorAll('body *')].filter(one => one.checkVisibility());
    const english = document.documentElement.lang.startsWith('en');
    for (const one of seen) {
        const own = one.childNodes.length === 1 && one.firstChild.nodeType === 3 ? one.textContent.trim() : '';
        if (one.matches('table') && !one.ariaLabel && !one.caption) wrong.push(`a table without a name: ${name(one)}`);
        if (one.matches('thead th:not([scope], [role=columnheader])')) wrong.push(`head of no column: ${name(one)}`);
        if (one.matches('nav:not([aria-label])')) wrong.push(`a navigation without a name: ${name(one)}`);
        if (one.matches('svg') && !one.closest('[aria-hidden=true], [role=img], #js-plotly-tester')) {
            wrong.push(`a drawing that is read aloud: ${name(one)}`);
        }
        const place = / · \\p{Script=Han}+$/u.test(own) || !/\\p{Script=Latin}{2}/u.test(own);
        if (own && english && /\\p{Script=Han}/u.test(own) && place
            && !one.closest('[lang^=zh], select, svg, [aria-hidden=true]')) {
            wrong.push(`Chinese that does not say so: ${name(one)}`);
        }
        if (/^[a-z]+(_[a-z0-9]+)+$/.test(own) && one.matches('i, .q-icon')) wrong.push(`the name of an icon: ${own}`);
    }
    if (document.querySelectorAll('h1').length !== 1) wrong.push('not one heading of the page');
    return wrong;
}"""
FOOT = """[...document.querySelectorAll('.gs-foot a')].filter(one => one.checkVisibility())
    .map(one => one.getAttribute('href')).filter(to => ['/', '/board', '/help'].includes(to))"""


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_no_page_says_what_makes_no_sense(sights: Sights, visitor: Visitor, language: Language) -> None:
    found = []
    for page, path in sights.walk(visitor(language=language), visitor(language=language)):
        page.wait_for_timeout(250)  # `access.js` marks what is in the other language
        found += [f"{path}: {silly}" for silly in page.evaluate(SILLY)]
        if "/dashboard/wall" not in path:
            assert page.evaluate(FOOT) == ["/", "/board", "/help"], f"{path}: help is not where it is on other pages"
    assert not found, "\n".join(found)


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
    expect(author.get_by_text(re.compile(r"^In the last 30 days \d+ needs? began"))).to_be_attached()
    expect(author.locator(".dk-chart")).to_have_attribute("aria-hidden", "true")
    author.get_by_text("The same as a table").press("Enter")
    expect(author.get_by_role("table", name="The last 30 days")).to_be_visible()


def test_browsers_know_what_each_field_of_a_person_is_for(page: Page) -> None:
    page.goto("/register")
    ready(page)
    tokens = page.locator(".gs-form input").evaluate_all("all => all.map(one => one.autocomplete).filter(Boolean)")
    assert tokens == ["username", "name", "tel-national", "off", "new-password", "new-password"]
