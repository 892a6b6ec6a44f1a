"""Everything by keyboard alone, on every page of the site map."""

from tests.browser.conftest import PHONE, Visitor
from tests.browser.keyboard import focus_each, tab_through
from tests.browser.sights import Sights


def test_tab_reaches_everything_once_in_order_and_shows_where_it_is(sights: Sights, visitor: Visitor) -> None:
    found = []
    for page, path in sights.walk(visitor(language="en"), visitor(language="en")):
        found += [f"{path}: {problem}" for problem in tab_through(page)]
    assert not found, "\n".join(found)


def test_on_a_phone_the_focus_is_never_under_the_bars(sights: Sights, visitor: Visitor) -> None:
    found = []
    for page, path in sights.walk(visitor(size=PHONE), visitor(size=PHONE)):
        found += [f"{path}: {problem}" for problem in focus_each(page)]
    assert not found, "\n".join(found)
