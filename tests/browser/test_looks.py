"""Every page of the site map in all eight looks, and in the narrowest window: axe-core finds nothing, all fits."""

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import DESKTOP, PHONE, Colours, Language, Size, Visitor
from tests.browser.looks import COLOUR_RULES, axe, sideways
from tests.browser.people import words
from tests.browser.sights import Sights

# The width at which WCAG 2.2 (1.4.10) asks that nothing scrolls sideways.
NARROWEST = (320, 640)
SIZES: tuple[Size, ...] = (DESKTOP, PHONE)
COLOURS: tuple[Colours, ...] = ("light", "dark")


@pytest.mark.parametrize("language", ["zh-CN", "en"])
def test_every_page_is_accessible_and_fits(sights: Sights, visitor: Visitor, language: Language) -> None:
    member, stranger = visitor(language=language), visitor(language=language)
    found = []
    for page, path in sights.walk(member, stranger):
        assert words(page).language == language
        found += [f"{path}: {problem}" for problem in problems(page)]
    assert not found, "\n".join(found)


def test_error_pages_are_accessible(sights: Sights, visitor: Visitor, watch: object) -> None:
    page = visitor(size=PHONE)
    watch.allow("status of 404")  # type: ignore[attr-defined]
    page.goto("/no/such/page")
    assert problems(page) == []


def problems(page: Page) -> list[str]:
    """What is wrong with the page in any size or colours; its language is the reader's."""
    found = []
    for size in SIZES:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        for colours in COLOURS:
            page.emulate_media(color_scheme=colours)
            page.wait_for_function("dark => document.body.matches('.body--dark') === dark", arg=colours == "dark")
            # All rules once a size; what is no matter of colours is the same in the dark.
            wrong = axe(page, only=() if colours == COLOURS[0] else COLOUR_RULES) + sideways(page)
            found += [f"[{size[0]} px, {colours}] {problem}" for problem in wrong]
    page.set_viewport_size({"width": NARROWEST[0], "height": NARROWEST[1]})
    return found + sideways(page)
