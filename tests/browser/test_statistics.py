"""The monthly statistics over the sample town: tiles, chart, grid and totals say what was counted."""

import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Page, expect

from gsapp.demo.content_people import PASSWORD
from gsapp.schemas.statistics import months_from, this_month
from tests.browser.conftest import PHONE, Visitor
from tests.support import server
from tests.support.browser.acts import Wish, publish
from tests.support.browser.looks import axe, sideways
from tests.support.browser.people import ready, sign_in

LAST_SIX = months_from(this_month(), -6)
SENTENCE_AT_MONTH = "First month: The first month lies after the last one."
LEFT_OUT = "A part of this address makes no sense, so we left it out."
NUMBERS = """() => [...document.querySelectorAll('.gs-monthly tbody tr')].map(row =>
    ['.gs-month-published', '.gs-month-completed'].map(cell =>
        Number(row.querySelector(cell).textContent.replace(/\\D/g, ''))))"""


@pytest.fixture(scope="module")
def site(town_files: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """A site of this module's own, over the sample town."""
    folder = shutil.copytree(town_files, tmp_path_factory.mktemp("town") / "data")
    with server.sample_town(folder) as running:
        yield running


@pytest.fixture(scope="module")
def cookie(site: server.Server) -> str:
    """What a sign-in gives: all tests of this module read as the same member."""
    form = {"username": "lin_zhihui", "password": PASSWORD, "next": "/stats"}
    answer = httpx.post(f"{site.url}/auth/login", data=form, headers={"Origin": site.url}, trust_env=False)
    return answer.cookies["gs_session"]


@pytest.fixture
def reader(visitor: Visitor, site: server.Server, cookie: str) -> Page:
    """Somebody who reads English, on the statistics."""
    return _opened(visitor(language="en"), site, cookie)


@pytest.fixture
def phone(visitor: Visitor, site: server.Server, cookie: str) -> Page:
    """The same in Chinese, on a phone in the dark."""
    return _opened(visitor(language="zh-CN", colours="dark", size=PHONE), site, cookie)


def _opened(page: Page, site: server.Server, cookie: str) -> Page:
    page.context.add_cookies([{"name": "gs_session", "value": cookie, "url": site.url}])
    go(page, {})
    return page


def counted(site: server.Server, months: list[str], where: str = "1 = 1") -> tuple[int, int]:
    """Published and completed, straight from the table of totals."""
    first, last = months[0].replace("-", ""), months[-1].replace("-", "")
    with closing(sqlite3.connect(site.data_dir / "goodservices.db")) as database:
        found = database.execute(
            "SELECT COALESCE(SUM(ps_num), 0), COALESCE(SUM(rs_num), 0) FROM report JOIN city_info"
            f" ON city_info.id = report.cityID WHERE monthID BETWEEN ? AND ? AND {where}",
            (first, last),
        ).fetchone()
    return found[0], found[1]


def go(page: Page, query: dict[str, str]) -> None:
    page.goto(f"/stats?{urlencode(query)}")
    ready(page)


@contextmanager
def next_view(page: Page) -> Iterator[None]:
    """Wait until what is done in the block has led to a new view."""
    heading = page.locator("#gs-h1").element_handle()
    yield
    page.wait_for_function("old => !old.isConnected && document.getElementById('gs-h1')", arg=heading)


def tiles(page: Page) -> tuple[int, int]:
    numbers = page.locator(".gs-stats dd.gs-number > span").all_inner_texts()
    return int(numbers[0].replace(",", "")), int(numbers[1].replace(",", ""))


def totals(page: Page) -> tuple[int, int]:
    cells = page.locator(".gs-monthly tfoot td").all_inner_texts()
    return int(cells[0].replace(",", "")), int(cells[1].replace(",", ""))


def summed(pairs: list[list[int]]) -> tuple[int, int]:
    return sum(pair[0] for pair in pairs), sum(pair[1] for pair in pairs)


def test_tiles_chart_grid_and_totals_agree_with_what_was_counted(site: server.Server, reader: Page) -> None:
    go(reader, {"size": "100"})
    expected = counted(site, LAST_SIX)
    assert tiles(reader) == totals(reader) == summed(reader.evaluate(NUMBERS)) == expected
    summary = reader.locator(".gs-chart").get_attribute("aria-label") or ""
    assert f"{expected[0]} needs were published and {expected[1]} completed" in summary
    reader.wait_for_selector(".gs-chart .main-svg")
    drawn = reader.evaluate("document.querySelector('.js-plotly-plot').data.map(line => [line.name, line.y])")
    assert {name: sum(counts) for name, counts in drawn} == {"Published": expected[0], "Completed": expected[1]}


def test_the_totals_are_those_of_all_pages(site: server.Server, reader: Page) -> None:
    pages = []
    while True:
        assert totals(reader) == counted(site, LAST_SIX)
        pages.append(reader.evaluate(NUMBERS))
        if not reader.get_by_role("link", name="Next").count():
            break
        with next_view(reader):
            reader.get_by_role("link", name="Next").click()
    assert len(pages) > 1
    assert summed([pair for page in pages for pair in page]) == counted(site, LAST_SIX)


def test_the_heads_of_the_columns_sort_by_click_and_by_keyboard(reader: Page) -> None:
    head = reader.get_by_role("columnheader", name="Published")
    with next_view(reader):
        head.get_by_role("link").click()
    expect(head).to_have_attribute("aria-sort", "descending")
    expect(reader).to_have_url(re.compile("sort=published"))
    falling = [pair[0] for pair in reader.evaluate(NUMBERS)]
    assert falling == sorted(falling, reverse=True)
    with next_view(reader):
        head.get_by_role("link").press("Enter")
    expect(head).to_have_attribute("aria-sort", "ascending")
    rising = [pair[0] for pair in reader.evaluate(NUMBERS)]
    assert rising == sorted(rising) != falling


def test_the_form_asks_for_a_whole_province_or_a_city_and_a_kind_of_help(site: server.Server, reader: Page) -> None:
    where, kind = reader.get_by_label("Where"), reader.get_by_label("Kind of help", exact=True)
    with next_view(reader):
        where.select_option(label="All of 湖北")
    assert tiles(reader) == totals(reader) == counted(site, LAST_SIX, "provinceName = '湖北'")
    with next_view(reader):
        where.select_option(label="武汉")
    with next_view(reader):
        kind.select_option(label="Cleaning")
    assert tiles(reader) == counted(site, LAST_SIX, "cityName = '武汉' AND stype_id = 3")
    expect(where.locator("option:checked")).to_have_text("武汉")


def test_months_are_chosen_one_by_one_or_by_a_quick_link_and_the_address_shows_the_same_again(
    site: server.Server, reader: Page
) -> None:
    with next_view(reader):
        reader.get_by_role("link", name="Last 12 months").click()
    expect(reader.get_by_role("link", name="Last 12 months")).to_have_attribute("aria-current", "true")
    assert tiles(reader) == counted(site, months_from(this_month(), -12))
    for label, month in (("First month", LAST_SIX[1]), ("Last month", LAST_SIX[2])):
        with next_view(reader):
            reader.get_by_label(label, exact=True).select_option(month)
    expect(reader).to_have_url(re.compile(f"start_month={LAST_SIX[1]}"))
    clicked = reader.locator(".gs-monthly").inner_text()
    assert tiles(reader) == counted(site, LAST_SIX[1:3])
    reader.reload()
    ready(reader)
    assert tiles(reader) == counted(site, LAST_SIX[1:3])
    assert reader.locator(".gs-monthly").inner_text() == clicked


def test_the_chart_by_kind_of_help_adds_up_to_the_same(site: server.Server, reader: Page) -> None:
    reader.get_by_role("link", name="By kind of help").click()
    reader.wait_for_selector(".gs-chart .barlayer path")
    drawn = reader.evaluate("document.querySelector('.js-plotly-plot').data.map(bar => [bar.offsetgroup, bar.y])")
    stacks = tuple(sum(sum(counts) for group, counts in drawn if group == which) for which in "01")
    assert stacks == counted(site, LAST_SIX)
    expect(reader.locator(".gs-legend")).to_contain_text("Plumbing")


def test_a_first_month_after_the_last_is_a_sentence_and_stays_in_the_form(reader: Page) -> None:
    go(reader, {"start_month": "2026-05", "end_month": "2026-02"})
    expect(reader.get_by_role("alert")).to_contain_text(SENTENCE_AT_MONTH)
    expect(reader.get_by_label("First month")).to_have_value("2026-05")
    expect(reader.get_by_label("Last month", exact=True)).to_have_value("2026-02")
    assert axe(reader) == []


def test_months_that_make_no_sense_are_told(reader: Page) -> None:
    for query in (
        {"start_month": "2026-13"},
        {"end_month": "<script>alert(1)</script>"},
        {"start_month": "1900-01", "end_month": "2199-12"},
        {"start_month": "' OR 1=1 --"},
    ):
        assert reader.request.get("/stats", params=dict(query)).status == 200
    expect(reader.get_by_role("alert")).to_have_count(0)
    go(reader, {"start_month": "' OR 1=1 --", "end_month": "2026-13"})
    months = ("First month: Please give a month", "Last month: Please give a month")
    expect(reader.get_by_role("alert")).to_contain_text(months)


def test_other_nonsense_is_left_out_with_a_sentence(site: server.Server, reader: Page) -> None:
    for query in (
        {"size": "100000"},
        {"page": "0"},
        {"sort": "id); DROP TABLE report"},
        {"place": "Atlantis"},
        {"place": "9" * 30},
        {"place": "\x00"},
        {"type": "-1"},
    ):
        answer = reader.request.get("/stats", params=dict(query), headers={"Accept-Language": "en"})
        assert (answer.status, LEFT_OUT in answer.text()) == (200, True), query
    go(reader, {"type": "99", "descending": "perhaps", "place": "Atlantis", "size": "100000"})
    expect(reader.get_by_text(LEFT_OUT)).to_be_visible()
    assert totals(reader) == counted(site, LAST_SIX)


def test_beyond_the_last_page_stands_the_last_page(reader: Page) -> None:
    go(reader, {"page": "999"})
    found = reader.get_by_text(re.compile(r"Page (\d+) of \1$"))
    expect(found).to_be_visible()
    expect(reader.locator(".gs-monthly tbody tr").first).to_be_visible()


def test_where_nothing_was_counted_the_page_says_what_to_do_next(reader: Page) -> None:
    go(reader, {"start_month": "2001-01", "end_month": "2001-02"})
    assert tiles(reader) == (0, 0)
    reader.get_by_role("link", name="Show the last 12 months everywhere").click()
    expect(reader.locator(".gs-monthly tbody tr").first).to_be_visible()


def test_months_stand_as_the_readers_language_writes_them(reader: Page, phone: Page) -> None:
    for page, pattern in ((reader, r"[A-Z][a-z]{2} \d{4}"), (phone, r"\d{4}年\d{1,2}月")):
        months = page.locator(".gs-monthly tbody .gs-month-month").all_inner_texts()
        assert months
        assert all(re.fullmatch(pattern, month) for month in months)


def test_each_number_is_explained_on_the_page(reader: Page) -> None:
    explained = reader.locator(".gs-definitions")
    expect(explained).to_contain_text("Needs whose begin lies in the month, or on the day, cancelled ones included.")
    expect(explained).to_contain_text("Offers accepted in the month whose neighbour did not drop out.")


def test_an_open_page_follows_what_is_published_elsewhere(reader: Page, visitor: Visitor) -> None:
    published, completed = tiles(reader)
    neighbour = visitor()
    sign_in(neighbour, "li_guilan", PASSWORD)
    publish(neighbour, Wish("厨房水管漏水", "武汉"))
    expect(reader.locator(".gs-stats dd.gs-number > span").first).to_have_text(str(published + 1))
    assert tiles(reader) == totals(reader) == (published + 1, completed)


def test_both_charts_are_accessible_and_fit_on_a_phone(phone: Page) -> None:
    for view, drawn in (("types", ".barlayer"), ("", ".js-line")):
        go(phone, {"view": view})
        phone.wait_for_selector(f".gs-chart {drawn}")
        assert (axe(phone), sideways(phone)) == ([], [])


def test_the_chart_takes_the_colours_of_the_theme(reader: Page) -> None:
    reader.wait_for_selector(".gs-chart .js-line")
    look = "stroke => getComputedStyle(document.querySelector('.gs-chart .js-line')).stroke === stroke"
    reader.wait_for_function(look, arg="rgb(200, 74, 18)")
    reader.emulate_media(color_scheme="dark")
    reader.wait_for_function(look, arg="rgb(249, 138, 75)")
