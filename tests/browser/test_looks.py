"""Every page of the site map, in every look: axe-core finds nothing, and nothing is wider than the window."""

import pytest
from playwright.sync_api import Page, expect

from pages import site_map
from tests import server
from tests.browser import looks
from tests.browser.acts import Wish, offer, password_link, publish, record_resident, report, wall_link
from tests.browser.conftest import DESKTOP, PHONE, Colours, Language, Size, Visitor
from tests.browser.people import PASSWORD, register, sign_in, somebody

# The width at which WCAG 2.2 (1.4.10) asks that nothing scrolls sideways.
NARROWEST = (320, 640)
LONG = "一句很长很长的话" * 12 + " averyveryverylongwordwithoutanyblank" * 2
LOOKS: list[tuple[Language, Colours, Size]] = [
    ("zh-CN", "light", PHONE),
    ("zh-CN", "dark", DESKTOP),
    ("en", "light", DESKTOP),
    ("en", "dark", PHONE),
    ("en", "light", NARROWEST),
]


@pytest.fixture(scope="module")
def places() -> dict[str, str]:
    """Filled by the first test: the numbers that stand for {need_id} and so on, and who sees all of them."""
    return {}


def _make_something_to_see(site: server.Server, visitor: Visitor, places: dict[str, str]) -> None:
    """A need with an offer, one without, and two people; the author looks at every page, also as a coordinator."""
    author, helper = visitor(language="en"), visitor(language="en")
    places["author"] = register(author, somebody("looks_author", bio=LONG)).username
    site.promote(places["author"])
    register(helper, somebody("looks_helper", bio=LONG))
    answered = publish(author, Wish(LONG[:250], "西宁", description=LONG))
    offer(helper, answered, LONG)
    editable = publish(author, Wish("Windows too high for me", "西宁", kind="保洁服务", helpers=3))
    author.goto(answered)
    helper.goto("/my/offers")
    offer_path = helper.locator("a[href^='/offers/']").first.get_attribute("href") or ""
    user_path = author.locator("a[href^='/users/']").first.get_attribute("href") or ""
    places["/needs/{need_id}"] = answered
    places["/needs/{need_id}/edit"] = f"{editable}/edit"
    places["/offers/{offer_id}"] = offer_path
    places["/users/{user_id}"] = user_path
    places["/admin/users/{user_id}"] = f"/admin{user_path}"
    places["/password/{token}"] = password_link(author, f"/admin{user_path}")
    places["/dashboard/rows"] = "/dashboard/rows?metric=open"
    places["/dashboard/wall"] = wall_link(author, LONG[:100])
    report(helper, answered, LONG)
    resident = record_resident(author, LONG[:50], "13955509876")
    places["/admin/residents/{user_id}"] = resident
    places["/admin/residents/{user_id}/needs/new"] = f"{resident}/needs/new"


@pytest.mark.parametrize("look", LOOKS, ids=lambda look: f"{look[0]}-{look[1]}-{look[2][0]}")
def test_every_page_is_accessible_and_fits(
    site: server.Server, visitor: Visitor, places: dict[str, str], look: tuple[Language, Colours, Size]
) -> None:
    if not places:
        _make_something_to_see(site, visitor, places)
    language, colours, size = look
    stranger, member = (visitor(language=language, colours=colours, size=size) for _ in range(2))
    sign_in(member, places["author"], PASSWORD)
    found = []
    for route in site_map():
        page = member if route.members_only or route.pattern == "/" else stranger
        path = places.get(route.pattern, route.pattern)
        assert "{" not in path, f"{route.pattern} is new: say in _make_something_to_see which record to look at"
        page.goto(path)
        found += [f"{path}: {problem}" for problem in _problems(page)]
    assert not found, "\n".join(found)


def test_the_error_page_is_accessible(visitor: Visitor, watch: object) -> None:
    page = visitor(size=PHONE)
    watch.allow("status of 404")  # type: ignore[attr-defined]
    page.goto("/no/such/page")
    assert _problems(page) == []


def _problems(page: Page) -> list[str]:
    expect(page.locator("#gs-h1")).to_be_visible()
    page.wait_for_timeout(150)  # what appears may still be fading in
    return looks.axe(page) + looks.sideways(page)
