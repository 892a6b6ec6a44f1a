"""Every page of the site map in all eight looks, and in the narrowest window: axe-core finds nothing, all fits, and
nothing makes no sense when it is read aloud."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Colours, Language, Size, Visitor
from tests.support.browser.looks import COLOUR_RULES, axe, cut_off, keyboards, sideways, silly, small
from tests.support.browser.people import words
from tests.support.browser.sights import Sights

# The width at which WCAG 2.2 (1.4.10) asks that nothing scrolls sideways.
NARROWEST = (320, 640)
COLOURS: tuple[Colours, ...] = ("light", "dark")
# Both colours are tried in each. The first two have every language and every size once.
LOOKS = [
    ("zh-CN", PHONE),
    ("en", DESKTOP),
    pytest.param("zh-CN", DESKTOP, marks=pytest.mark.exhaustive),
    pytest.param("en", PHONE, marks=pytest.mark.exhaustive),
]


@pytest.mark.parametrize(("language", "size"), LOOKS, ids=lambda part: part if isinstance(part, str) else str(part[0]))
def test_every_page_is_accessible_and_fits(sights: Sights, visitor: Visitor, language: Language, size: Size) -> None:
    member, stranger = (visitor(language=language, size=size) for _ in range(2))
    found = []
    for page, path in sights.walk(member, stranger):
        assert words(page).language == language
        found += [f"{path}: {problem}" for problem in problems(page) + silly(page)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("language", [pytest.param("zh-CN", marks=pytest.mark.exhaustive), "en"])
def test_every_page_fits_the_narrowest_window_and_a_finger(
    sights: Sights, visitor: Visitor, language: Language
) -> None:
    member, stranger = (visitor(language=language, size=NARROWEST) for _ in range(2))
    found = []
    for page, path in sights.walk(member, stranger):
        found += [f"{path}: {problem}" for problem in keyboards(page)]
        for large in (False, True):
            page.evaluate("large => document.documentElement.classList.toggle('gs-large', large)", large)
            letters = "larger letters" if large else "usual letters"
            found += [f"{path}, {letters}: {problem}" for problem in sideways(page) + small(page) + cut_off(page)]
    assert not found, "\n".join(found)


def test_error_pages_are_accessible(sights: Sights, visitor: Visitor, watch: object) -> None:
    page = visitor(size=PHONE)
    watch.allow("status of 404")  # type: ignore[attr-defined]
    page.goto("/no/such/page")
    assert problems(page) == []


# The wall is always dark.
DRESSED = "dark => document.querySelector('.gs-wall') || document.body.matches('.body--dark') === dark"


def problems(page: Page) -> list[str]:
    """What is wrong with the page in either theme; all rules once, in the dark those about colours."""
    found = sideways(page)
    for colours in COLOURS:
        page.emulate_media(color_scheme=colours)
        page.wait_for_function(DRESSED, arg=colours == "dark")
        found += [f"[{colours}] {each}" for each in axe(page, only=() if colours == COLOURS[0] else COLOUR_RULES)]
    return found
