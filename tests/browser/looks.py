"""Checks that every page must pass in every look: accessibility, and no scrolling sideways."""

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from playwright.sync_api import Page

AXE = Path(sys.prefix) / "share" / "axe-core" / "axe.min.js"
# The rules of WCAG 2.2 at level AA and axe-core's good practice.
RUN_AXE = """async (only) => {
    const rules = only.length ? {runOnly: only} : {};
    const found = await axe.run(document, {resultTypes: ['violations'], ...rules});
    return found.violations.flatMap(each => each.nodes.map(node =>
        `${each.id} (${each.impact}): ${each.help}\\n    ${node.target.join(' ')}\\n    ${node.html.slice(0, 200)}`));
}"""
# The rules that depend on the theme.
COLOUR_RULES = ("color-contrast", "link-in-text-block")
SIDEWAYS = """() => {
    const root = document.scrollingElement, width = root.clientWidth;
    if (root.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll('*')]
        .filter(each => each.getBoundingClientRect().right > width + 1);
    return [`the page is ${root.scrollWidth} px wide in a window of ${width}`,
            ...wide.slice(0, 10).map(each => each.outerHTML.slice(0, 160))];
}"""


def axe(page: Page, *, only: Sequence[str] = ()) -> list[str]:
    """What axe-core finds wrong with the page as it stands; empty is right: `assert axe(page) == []`."""
    if not page.evaluate("'axe' in window"):
        # Evaluated by the debugger, so that the page's own Content-Security-Policy stays in force.
        page.evaluate(_axe_source())
    found: list[str] = page.evaluate(RUN_AXE, list(only))
    return found


def sideways(page: Page) -> list[str]:
    """What makes the page wider than its window; empty is right: `assert sideways(page) == []`."""
    found: list[str] = page.evaluate(SIDEWAYS)
    return found


@cache
def _axe_source() -> str:
    if not AXE.exists():
        raise FileNotFoundError(f"{AXE} is missing: make test fetches it, or .ci/axe-core {AXE.parent}")
    return AXE.read_text()
