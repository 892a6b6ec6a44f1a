"""Checks that every page must pass in every look: accessibility, no scrolling sideways, nothing too small to touch."""

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

# WCAG 2.2 (2.5.8) asks for 24 px, this house for 44; a link within a sentence may be as high as its line.
FINGER = 44
SMALL = """(finger) => {
    const target = 'a[href], button, select, textarea, summary, input:not([type=hidden]), [role=button], [role=option]';
    const seen = (each) => each.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});
    const within = (each) => getComputedStyle(each).display === 'inline'
        && [...each.parentElement.childNodes].some(one => one !== each && one.textContent.trim());
    const found = [];
    for (const each of document.querySelectorAll(target)) {
        // Out of the keyboard's way is what can be reached in another way, too.
        if (!seen(each) || each.disabled || each.tabIndex < 0 || within(each)) continue;
        // What belongs to a field may be pressed like the field itself; a link may be laid over its whole row.
        const over = getComputedStyle(each, '::after');
        const laid = over.content !== 'none' && over.position === 'absolute';
        const area = each.closest('label, .q-field__control') ?? (laid ? each.offsetParent : each);
        const {width, height, bottom} = area.getBoundingClientRect();
        if (bottom <= 0 || width < 2 || height < 2) continue;  // beyond the edge until the keyboard reaches it
        const size = `${Math.round(width)} x ${Math.round(height)}`;
        if (Math.min(width, height) < finger - .5) found.push(`${size}: ${each.outerHTML.slice(0, 160)}`);
    }
    return found;
}"""

# A phone shows the keyboard that fits the field, and on its big key what comes next.
KEYBOARD = """() => [...document.querySelectorAll('input')]
    .filter(each => ['text', 'search', 'tel', 'email', 'password', 'number'].includes(each.type) && !each.readOnly)
    .filter(each => each.role !== 'combobox' && each.checkVisibility())
    .filter(each => !each.enterKeyHint || (each.type === 'text' && /Mobile|手机/.test(each.labels[0]?.textContent)))
    .map(each => `no fitting keyboard: ${each.outerHTML.slice(0, 200)}`)"""

# Text that its own box cuts off. What is meant to be shortened says so by an ellipsis, and what is for ears only is
# a point; fields scroll by themselves.
CUT_OFF = """() => {
    const wrong = [];
    for (const element of document.querySelectorAll('body *')) {
        const own = [...element.childNodes].some(node => node.nodeType === 3 && node.nodeValue.trim());
        const left_out = element.closest('svg, select, option, [aria-hidden=true], .gs-chart');
        if (!own || left_out || !element.checkVisibility()) continue;
        const range = document.createRange();
        range.selectNodeContents(element);
        const text = range.getBoundingClientRect();
        if (text.width < 2 || text.height < 2) continue;
        const air = .3 * parseFloat(getComputedStyle(element).fontSize);  // above and below the letters themselves
        for (let box = element; box && box !== document.body; box = box.parentElement) {
            const style = getComputedStyle(box), edge = box.getBoundingClientRect();
            if (style.position === 'fixed' || style.clipPath !== 'none') break;
            if (style.textOverflow === 'ellipsis' || style.webkitLineClamp !== 'none') break;
            const cut = [style.overflowX, style.overflowY].map(how => how === 'hidden' || how === 'clip');
            if (cut[0] && (text.left < edge.left - 2 || text.right > edge.right + 2)
                || cut[1] && (text.top < edge.top - air || text.bottom > edge.bottom + air)) {
                wrong.push(`cut off: "${element.textContent.trim().slice(0, 60)}" by ${box.className || box.tagName}`);
                break;
            }
            if (/auto|scroll/.test(style.overflowX + style.overflowY)) break;
        }
    }
    return [...new Set(wrong)];
}"""
LISTENING = 300.0  # milliseconds; `announcements.js` looks through the page after 200
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
    // WCAG 2.2 (3.2.6): help is at the same place of every page.
    const foot = [...document.querySelectorAll('.gs-foot a')].filter(one => one.checkVisibility());
    const help = foot.map(one => one.getAttribute('href')).filter(to => ['/', '/board', '/help'].includes(to));
    if (!document.querySelector('.gs-wall') && help.join() !== '/,/board,/help') {
        wrong.push(`help is not where it is on other pages: ${help}`);
    }
    return wrong;
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


def small(page: Page) -> list[str]:
    """What is too small for a finger; empty is right: `assert small(page) == []`."""
    found: list[str] = page.evaluate(SMALL, FINGER)
    return found


def keyboards(page: Page) -> list[str]:
    """The fields without a keyboard of their own; empty is right: `assert keyboards(page) == []`."""
    found: list[str] = page.evaluate(KEYBOARD)
    return found


def cut_off(page: Page) -> list[str]:
    """The text that its own box cuts off; empty is right: `assert cut_off(page) == []`."""
    found: list[str] = page.evaluate(CUT_OFF)
    return found


def silly(page: Page) -> list[str]:
    """What makes no sense to somebody who hears the page; empty is right: `assert silly(page) == []`."""
    found: list[str] = page.evaluate(SILLY)
    if found:  # what is in the other language is marked a moment after it has come
        page.wait_for_timeout(LISTENING)
        found = page.evaluate(SILLY)
    return found


@cache
def _axe_source() -> str:
    if not AXE.exists():
        raise FileNotFoundError(f"{AXE} is missing: make test fetches it, or .ci/axe-core {AXE.parent}")
    return AXE.read_text()
