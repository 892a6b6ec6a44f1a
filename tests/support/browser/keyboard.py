"""Keyboard checks of a page: focus order and visible focus."""

import re
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from tests.support.browser.people import ready

MAX_PRESSES = 400
# Everything that can be operated and is to be seen, in the order of the document; of radio buttons one a group.
PREPARE = """() => {
    const can = 'a[href], button, input, select, textarea, summary, [tabindex], video[controls], audio[controls]';
    const seen = element => element.checkVisibility({visibilityProperty: true}) && element.getClientRects().length > 0;
    const chosen = radio => {
        const group = [...document.querySelectorAll(`input[type=radio][name="${CSS.escape(radio.name)}"]`)];
        return radio === (group.find(one => one.checked) ?? group[0]);
    };
    const look = element => {
        const around = [element, element.closest('.q-field__control'), element.closest('label'), element.closest('li')];
        return around.filter(Boolean).flatMap(one => ['', '::before', '::after'].map(part => {
            const style = getComputedStyle(one, part || null);
            return [style.outlineStyle, style.outlineWidth, style.boxShadow, style.borderTopColor, style.borderTopWidth,
                    style.content].join(' ');
        })).join('|');
    };
    // To the top: without this, Tab would go on from where the focus was last.
    const top = document.createElement('span');
    top.tabIndex = -1;
    document.body.prepend(top);
    top.focus();
    top.remove();
    window.gsKeys = {
        look,
        wanted: [...document.querySelectorAll(can)].filter(one =>
            one.tabIndex >= 0 && !one.disabled && !one.closest('[inert]') && seen(one)
            && (one.type !== 'radio' || chosen(one))),
        got: [],
        name: one => one.outerHTML.replace(/\\s+/g, ' ').slice(0, 140),
        hidden: element => {
            // A line of text that is broken has a box a line; it is enough to see one of them.
            return ![...element.getClientRects()].some(box => {
                const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, innerHeight / 3)];
                const top = document.elementFromPoint(x, y);
                return top && (element.contains(top) || top.contains(element) || top.closest('label')?.contains(element)
                               || element.labels && [...element.labels].some(label => label.contains(top)));
            });
        },
    };
    gsKeys.plain = new Map(gsKeys.wanted.map(one => [one, look(one)]));
    return gsKeys.wanted.length;
}"""
# Where the focus is after a press: true when it has left the page or begun anew.
STEP = """() => {
    const now = document.activeElement;
    if (now === document.body || now === gsKeys.got[0]?.element && gsKeys.got.length > 1) return true;
    if (now === gsKeys.got.at(-1)?.element) return false;  // the parts of a date are one field
    gsKeys.got.push({element: now, marked: gsKeys.look(now) !== gsKeys.plain.get(now), hidden: gsKeys.hidden(now)});
    return false;
}"""
JUDGE = """() => {
    const {wanted, got, name} = gsKeys, order = got.map(one => one.element);
    if (wanted.some(one => !one.isConnected)) return null;  // the page was shown anew meanwhile
    if (wanted.length && !got.length) return null;  // ... or the very first press went to the body
    const first = order.findIndex((one, at) => one !== wanted[at]);
    return [
        ...wanted.filter(one => !order.includes(one)).map(one => `never reached: ${name(one)}`),
        ...order.filter(one => !wanted.includes(one)).map(one => `reached, but not to be seen: ${name(one)}`),
        ...order.filter((one, at) => order.indexOf(one) < at).map(one => `reached twice: ${name(one)}`),
        ...(first >= 0 && order.length === wanted.length ? [`out of order: ${name(order[first])}`] : []),
        ...got.filter(one => wanted.includes(one.element)).flatMap(one => [
            ...(one.marked ? [] : [`no mark of the focus: ${name(one.element)}`]),
            ...(one.hidden ? [`the focus is covered: ${name(one.element)}`] : []),
        ]),
    ];
}"""
# The same without pressing keys, element by element.
EACH = """() => {
    const wrong = [];
    for (const element of gsKeys.wanted) {
        if (!element.isConnected) return null;
        element.focus();
        const marked = gsKeys.look(element) !== gsKeys.plain.get(element);
        if (!marked) wrong.push(`no mark of the focus: ${gsKeys.name(element)}`);
        if (gsKeys.hidden(element)) wrong.push(`the focus is covered: ${gsKeys.name(element)}`);
    }
    return wrong;
}"""


def tab_through(page: Page) -> list[str]:
    """What is wrong when the page is walked through by the Tab key, from the top to its end; empty is right."""
    for _ in range(3):
        page.evaluate(PREPARE)
        for _ in range(MAX_PRESSES):
            page.keyboard.press("Tab")
            if page.evaluate(STEP):
                break
        else:
            return ["the focus never leaves the page"]
        found: list[str] | None = page.evaluate(JUDGE)
        if found is not None:
            return found
    raise AssertionError("nothing can be reached, or the page is shown anew again and again")


def focus_each(page: Page) -> list[str]:
    """Whether the focus is marked and not covered, on each element by itself: quicker, and no matter of the order."""
    for _ in range(3):
        page.keyboard.press("Tab")  # from here on, browsers show where the focus is
        page.evaluate(PREPARE)
        found: list[str] | None = page.evaluate(EACH)
        if found is not None:
            return found
    raise AssertionError("the page is shown anew again and again")


class Hands:
    """Somebody who never touches the mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, wanted: Locator) -> None:
        """Press Tab until the focus is there."""
        wanted.wait_for()
        for _ in range(MAX_PRESSES):
            if wanted.evaluate("one => one === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {wanted}")

    def press(self, button: str, *, role: Literal["button", "link"] = "button", key: str = "Enter") -> None:
        self.reach(self.page.get_by_role(role, name=button, exact=True).locator("visible=true").first)
        self.page.keyboard.press(key)

    def agree(self) -> None:
        """Say yes to the open question."""
        self.reach(self.page.locator(".gs-sheet [data-yes]"))
        self.page.keyboard.press("Enter")

    def type(self, label: str, words: str) -> None:
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.type(words)

    def arrive(self, address: str) -> None:
        """Wait for an address, a regular expression, and for the page to listen."""
        expect(self.page).to_have_url(re.compile(address))
        ready(self.page)
