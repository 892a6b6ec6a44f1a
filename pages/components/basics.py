"""Basic elements: boxes, text, links, icons, buttons, cards."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from pages.components import markup
from pages.components.markup import put
from pages.core import theme

Handler = Callable[[], Awaitable[Any] | Any]


def box(classes: str = "", *, tag: str = "div", **props: str) -> Element:
    """An element of any tag. `props` become attributes; an underscore in a name becomes a hyphen."""
    element = ui.element(tag).classes(classes)
    _attributes(element, props)
    return element


def text(words: str, classes: str = "", *, tag: str = "p", **props: str) -> TextElement:
    """An element with text, which is never interpreted as markup."""
    element = TextElement(tag=tag, text=words)
    element.classes(classes)
    _attributes(element, props)
    return element


def heading(words: str, classes: str = "") -> TextElement:
    """The only h1 of a view. It gets the focus after navigation, so that screen readers announce the new page."""
    return text(words, classes, tag="h1", id="gs-h1", tabindex="-1")


def link(words: str, to: str, classes: str = "", **props: str) -> TextElement:
    """A link within the site. The caller builds the address from numbers and literals only."""
    return text(words, classes, tag="a", href=to, **props)


def icon(name: str) -> Element:
    """A Material Symbol of `icons.svg`, hidden from screen readers: there must be text beside it."""
    element = ui.icon(theme.icon(name))
    element.props["aria-hidden"] = "true"
    return element


def symbol(name: str) -> Element:
    """A drawing of `icons.svg` for a kind of help or a state, such as `type-care` or `state-open`."""
    return put(markup.symbol(name), tag="span")


def illustration(name: str, classes: str = "") -> Element:
    """A drawing, inlined so that it takes the theme's colours."""
    with box(classes, aria_hidden="true") as frame:
        put(theme.drawing(name))
    return frame


def button(words: str, on_click: Handler | None = None, *, kind: str = "", symbol: str = "", **props: str) -> ui.button:
    """A button. `kind` is any of ask, help, bad, text, lg, block and sm, separated by spaces.

    Clicks are ignored while an earlier one is being handled.
    """
    element = ui.button(words, icon=theme.icon(symbol) if symbol else None, color=None).props(
        "unelevated no-caps :ripple=false"
    )
    element.classes(_kinds(kind))
    _attributes(element, props)
    if on_click is not None:
        element.on_click(once(on_click))
    return element


def link_button(words: str, to: str, *, kind: str = "", symbol: str = "", **props: str) -> Element:
    """A link that looks like a button: it opens a page and changes nothing."""
    with box(f"q-btn {_kinds(kind)} gs-linkbtn", tag="a", href=to, **props) as element:
        if symbol:
            icon(symbol)
        text(words, tag="span")
    return element


def card(classes: str = "") -> Element:
    return box(f"q-card gs-card {classes}")


def once(handler: Handler) -> Handler:
    """Wrap a handler so that calls are ignored while an earlier one is running: a double click counts once."""
    busy = False

    async def guarded() -> None:
        nonlocal busy
        if busy:
            return
        busy = True
        try:
            result = handler()
            if isinstance(result, Awaitable):
                await result
        finally:
            busy = False

    return guarded


def _kinds(kind: str) -> str:
    names = {"block": "gs-block", "sm": "gs-sm"}
    return " ".join(["gs-btn", *(names.get(one, f"gs-btn--{one}") for one in kind.split())])


def _attributes(element: Element, props: dict[str, str]) -> None:
    # Set one by one, not parsed by props(): a quotation mark in a value must not start another attribute.
    for name, value in props.items():
        element.props[name.rstrip("_").replace("_", "-")] = value
