"""What stays when the server replaces the content of a region."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import Visitor
from tests.support.browser.people import ready

Patch = Callable[[str], object]


@pytest.fixture
def page(visitor: Visitor) -> Page:
    page = visitor(language="en")
    page.goto("/login")
    ready(page)
    page.evaluate(
        "() => document.getElementById('gs-main').insertAdjacentHTML('beforeend', '<div data-live=x id=region></div>')"
    )
    return page


@pytest.fixture
def patch(page: Page) -> Patch:
    return lambda html: page.evaluate("html => gs.live.patch('x', html)", html)


def rows(*names: str) -> str:
    items = (f'<li id="row-{name}"><a href="/{name}">{name}</a></li>' for name in names)
    return f"<ul>{''.join(items)}</ul>"


@pytest.mark.parametrize(
    ("before", "after"),
    [("abc", "nab"), ("abc", "cab"), ("abc", "bca"), ("abcd", "dcba"), ("abc", "b"), ("bcd", "ab")],
)
def test_the_focus_stays_with_its_row(page: Page, patch: Patch, before: str, after: str) -> None:
    patch(rows(*before))
    page.evaluate("window.row = document.getElementById('row-b')")
    page.locator("#row-b a").focus()
    patch(rows(*after))
    assert page.evaluate("document.getElementById('region').innerHTML") == rows(*after)
    assert page.evaluate("document.activeElement.getAttribute('href')") == "/b"
    assert page.evaluate("window.row === document.getElementById('row-b')")


def test_rows_that_stay_are_not_touched(page: Page, patch: Patch) -> None:
    patch(rows("a", "b", "c"))
    changed = page.evaluate(
        """html => {
            const observer = new MutationObserver(() => {});
            const all = {subtree: true, childList: true, attributes: true, characterData: true};
            observer.observe(document.getElementById('region'), all);
            gs.live.patch('x', html);
            return observer.takeRecords().map(one => [one.type, one.addedNodes.length, one.removedNodes.length]);
        }""",
        rows("n", "a", "b"),
    )
    assert sorted(changed) == [["childList", 0, 1], ["childList", 1, 0]]


def test_what_the_reader_opened_typed_and_selected_stays(page: Page, patch: Patch) -> None:
    patch('<p>one</p><details><summary>s</summary><b>x</b></details><input value="v"><input type="checkbox">')
    page.evaluate("""() => {
        const [text, details, field, box] = document.getElementById('region').children;
        details.open = true;
        field.value = 'typed';
        box.checked = true;
        getSelection().selectAllChildren(text);
    }""")
    patch('<p>one</p><details><summary>s</summary><b>y</b></details><input value="v" title="t"><input type="checkbox">')
    kept = page.evaluate("""() => {
        const [, details, field, box] = document.getElementById('region').children;
        return [details.open, details.textContent, field.value, field.title, box.checked, getSelection().toString()];
    }""")
    assert kept == [True, "sy", "typed", "t", True, "one"]
