"""What deserves a look besides the plain pages: forms with errors, open questions, menus, empty lists, errors."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.support.browser.acts import Wish, fill_need
from tests.support.browser.people import words
from tests.support.browser.screen_places import COORDINATOR, MEMBER, STRANGER, WALL, Places

EVERY = (360, 768, 1440)
ELDER = "li_guilan"
ASKING = "wu_meizhen"  # somebody offers to help her
NEWCOMER = "pan_jie"


@dataclass(frozen=True)
class Screen:
    """One thing to look at: an address, who looks, and what they do there first."""

    name: str
    path: str
    who: str
    act: Callable[[Page], None] | None = None
    widths: tuple[int, ...] = EVERY
    whole: bool = True  # the page to its end, not only what the window shows
    size: tuple[int, int] | None = None  # of a screen that is made for one size only, and dark


def all_screens(places: Places) -> list[Screen]:
    """Every page of the site map, then the states."""
    plain = [Screen(name_of(pattern), path, who) for pattern, (path, who) in places.items() if pattern != WALL]
    return [*plain, *_states(places)]


def name_of(pattern: str) -> str:
    return re.sub(r"[^a-z]+", "-", pattern.replace("_id", "")).strip("-") or "home"


def _states(places: Places) -> list[Screen]:
    return [
        Screen("wall", places.get(WALL, ("", ""))[0], STRANGER, widths=(), size=(1920, 1080)),
        Screen("home-member", "/", MEMBER),
        Screen("home-coordinator", "/", COORDINATOR),
        Screen("home-newcomer", "/", NEWCOMER),
        Screen("home-large", "/", STRANGER, _large, widths=(360, 1440)),
        Screen("login-error", "/login", STRANGER, _wrong_password),
        Screen("register-error", "/register", STRANGER, _press("Make my account")),
        Screen("register-large", "/register", STRANGER, _large, widths=(360,)),
        Screen("needs-new-error", "/needs/new", MEMBER, _press("Publish")),
        Screen("needs-new-question", "/needs/new", MEMBER, _ask, whole=False),
        Screen("needs-new-cities", "/needs/new", MEMBER, _open_cities, whole=False),
        Screen("needs-new-large", "/needs/new", MEMBER, _large, widths=(360, 1440)),
        Screen("needs-offers", "/my/needs?status=open", ASKING, _first_need),
        Screen("needs-offers-question", "/my/needs?status=open", ASKING, _choose, whole=False),
        Screen("needs-matched", "/my/needs?status=matched", ELDER, _first_need),
        Screen("needs-done", "/my/needs?status=done", ELDER, _first_need),
        Screen("needs-expired", "/board?status=expired", MEMBER, _first_need),
        Screen("needs-cancelled", "/board?status=cancelled", MEMBER, _first_need),
        Screen("needs-of-others", "/board", ELDER, _first_need),
        Screen("needs-coordinator", "/board", COORDINATOR, _first_need),
        Screen("board-empty", "/board?q=zzzz", MEMBER),
        Screen("board-filtered", "/board?status=done&sort=oldest", MEMBER),
        Screen("board-large", "/board", MEMBER, _large, widths=(360, 1440)),
        Screen("my-needs-empty", "/my/needs", NEWCOMER),
        Screen("my-offers-empty", "/my/offers", NEWCOMER),
        Screen("inbox-empty", "/inbox", NEWCOMER),
        Screen("inbox-coordinator", "/inbox", COORDINATOR),
        Screen("stats-types", "/stats?view=types", MEMBER),
        Screen("stats-empty", "/stats?start_month=2019-01&end_month=2019-02", MEMBER),
        Screen("menu", "/board", COORDINATOR, _menu, widths=(768, 1440), whole=False),
        Screen("leave-question", "/needs/new", MEMBER, _leave, whole=False),
        Screen("not-found", "/no/such/page", STRANGER),
        Screen("not-found-member", "/needs/999999", MEMBER),
        Screen("not-allowed", "/admin", MEMBER),
        Screen("connection-lost", "/board", MEMBER, _cut, whole=False),
    ]


def _press(button: str) -> Callable[[Page], None]:
    def press(page: Page) -> None:
        page.get_by_role("button", name=words(page)(button), exact=True).click()
        page.locator(".gs-summary .gs-note").wait_for()

    return press


def _wrong_password(page: Page) -> None:
    t = words(page)
    page.get_by_label(t("Username"), exact=True).fill("nobody_here")
    page.get_by_label(t("Password"), exact=True).fill("Wrong2026pass")
    page.get_by_label(t("Password"), exact=True).press("Enter")
    page.locator(".gs-note--bad").wait_for()


def _ask(page: Page) -> None:
    fill_need(page, Wish("厨房水管漏水，地上一直有水", "武汉", description="洗碗池下面的管子接头在滴水。"))
    page.get_by_role("button", name=words(page)("Publish"), exact=True).click()
    page.locator("[data-yes]").wait_for()


def _open_cities(page: Page) -> None:
    page.get_by_label(words(page)("3. City")).fill("州")
    page.get_by_role("option").first.wait_for()


def _first_need(page: Page) -> None:
    page.locator(".gs-needs .gs-need-title").first.click()
    page.locator(".gs-detail").wait_for()


def _choose(page: Page) -> None:
    """The question before somebody is chosen."""
    _first_need(page)
    page.locator(".gs-offer .gs-btn--ask").first.click()
    page.locator("[data-yes]").wait_for()


def _menu(page: Page) -> None:
    page.locator(".gs-me").click()
    page.locator(".gs-menu").wait_for()


def _leave(page: Page) -> None:
    page.get_by_label(words(page)("2. One sentence")).fill("厨房水管漏水")
    page.locator(".gs-brand").click()
    page.locator("#gs-leave").wait_for()


def _large(page: Page) -> None:
    page.evaluate("document.documentElement.classList.add('gs-large')")


def _cut(page: Page) -> None:
    page.evaluate("socket.disconnect()")
    page.locator("#gs-lost").filter(has_text=re.compile(".")).wait_for()
