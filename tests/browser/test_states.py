"""axe-core finds no violation in page states: errors, dialogs, menus, empty lists, error pages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Colours, Visitor
from tests.support.browser.acts import Wish, fill_need
from tests.support.browser.looks import COLOUR_RULES, axe, sideways
from tests.support.browser.people import PASSWORD, ready, sign_in, words
from tests.support.browser.sights import Sights, visit

LOOKS = [("zh-CN", PHONE), pytest.param(("en", DESKTOP), marks=pytest.mark.exhaustive)]
COLOURS: tuple[Colours, ...] = ("light", "dark")
# The list of a field stands at the end of the document, outside main; the field says that it is its own.
OUTSIDE = "region "
State = tuple[str, str, Callable[[Page], None]]


@pytest.fixture(params=LOOKS, ids=["zh-CN-360", "en-1440"])
def page(request: pytest.FixtureRequest, visitor: Visitor) -> Page:
    """Somebody in one of two looks; both colours are tried in each."""
    language, size = request.param
    return visitor(language=language, size=size)


def test_what_strangers_run_into_is_accessible(page: Page) -> None:
    page.goto("/")
    ready(page)
    states: list[State] = [
        ("errors", "/register", _send("Make my account")),
        ("no such page", "/no/such/page", _nothing),
        ("no such link", "/password/wrong", _nothing),
        ("nothing found", "/help?q=zzzz", _nothing),
        ("wrong password", "/login", _wrong_password),
    ]
    _look(page, states)


def test_what_members_run_into_is_accessible(sights: Sights, page: Page) -> None:
    sign_in(page, sights.helper, PASSWORD)
    states: list[State] = [
        ("not allowed", "/admin", _nothing),
        ("no such need", "/needs/999999", _nothing),
        ("nothing found", "/board?q=zzzz", _nothing),
        ("nothing counted", "/stats?start_month=2019-01&end_month=2019-02", _nothing),
        ("months that make no sense", "/stats?start_month=2026-05&end_month=2026-02", _nothing),
        ("errors", "/needs/new", _send("Publish")),
        ("a menu of cities", "/needs/new", _cities),
        ("a question", "/needs/new", _question),
        ("larger letters in a question", "/needs/new", _large_question),
        ("before leaving", "/needs/new", _leaving),
    ]
    _look(page, states)


def _look(page: Page, states: list[State]) -> None:
    found = []
    for name, path, act in states:
        page.evaluate("gs.unsaved.clear(); gs.drafts.discardAll()")  # every form begins empty
        visit(page, path)
        act(page)
        page.wait_for_timeout(300)  # what appears may still be on its way
        for colours in COLOURS:
            page.emulate_media(color_scheme=colours)
            rules = () if colours == COLOURS[0] else COLOUR_RULES
            wrong = [each for each in axe(page, only=rules) if not (act is _cities and each.startswith(OUTSIDE))]
            found += [f"{path}, {name}, {colours}: {each}" for each in wrong]
        found += [f"{path}, {name}: {wide}" for wide in sideways(page)]
        page.keyboard.press("Escape")
        page.evaluate("document.documentElement.classList.remove('gs-large')")
    assert not found, "\n".join(found)


def _nothing(page: Page) -> None:
    """The address alone leads there."""


def _send(button: str) -> Callable[[Page], None]:
    def send(page: Page) -> None:
        page.get_by_role("button", name=words(page)(button), exact=True).click()
        page.locator(".gs-summary li").first.wait_for()

    return send


def _wrong_password(page: Page) -> None:
    t = words(page)
    page.get_by_label(t("Username"), exact=True).fill("nobody_here")
    page.get_by_label(t("Password"), exact=True).fill("Wrong2026pass")
    page.get_by_label(t("Password"), exact=True).press("Enter")
    page.locator(".gs-note--bad").wait_for()
    ready(page)


def _cities(page: Page) -> None:
    page.get_by_label(words(page)("3. City")).fill("州")
    page.get_by_role("option").first.wait_for()


def _question(page: Page) -> None:
    fill_need(page, Wish("Carry a box", "西宁"))
    page.get_by_role("button", name=words(page)("Publish"), exact=True).click()
    page.locator(".gs-sheet [data-yes]").wait_for()


def _large_question(page: Page) -> None:
    page.evaluate("document.documentElement.classList.add('gs-large')")
    _question(page)


def _leaving(page: Page) -> None:
    page.get_by_label(words(page)("2. One sentence")).fill("Carry a box")
    page.locator(".gs-brand").click()
    page.locator("#gs-leave").wait_for()
