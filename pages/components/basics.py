"""Text, links, icons, buttons, cards."""

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
    """An element of any tag. `props` become attributes; an underscore in a name stands for a hyphen."""
    element = ui.element(tag).classes(classes)
    _attributes(element, props)
    return element


def text(words: str, classes: str = "", *, tag: str = "p", **props: str) -> TextElement:
    """Words in an element of their own, always as the text that they are."""
    element = TextElement(tag=tag, text=words)
    element.classes(classes)
    _attributes(element, props)
    return element


def heading(words: str, classes: str = "") -> TextElement:
    """The one heading of a view; it takes the focus after a move, so that screen readers say where we are."""
    return text(words, classes, tag="h1", id="gs-h1", tabindex="-1")


def link(words: str, to: str, classes: str = "", **props: str) -> TextElement:
    """A link within the site; the caller makes the address of numbers and literals only."""
    return text(words, classes, tag="a", href=to, **props)


def icon(name: str) -> Element:
    """A Material Symbol of `icons.svg`, hidden from screen readers: a word always stands beside it."""
    element = ui.icon(theme.icon(name))
    element.props["aria-hidden"] = "true"
    return element


def symbol(name: str) -> Element:
    """One of our own drawings, such as `type-care` or `state-open`."""
    return put(markup.symbol(name), tag="span")


def illustration(name: str, classes: str = "") -> Element:
    """A drawing set into the page, so that it takes the theme's colours."""
    with box(classes, aria_hidden="true") as frame:
        put(theme.drawing(name))
    return frame


def button(words: str, on_click: Handler | None = None, *, kind: str = "", symbol: str = "", **props: str) -> ui.button:
    """A button whose words name the act. `kind`: ask, help, bad, text, lg, block, sm; several by spaces.

    A second click while the first is being handled does nothing.
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
    """A link that looks like a button: it leads somewhere and changes nothing."""
    with box(f"q-btn {_kinds(kind)} gs-linkbtn", tag="a", href=to, **props) as element:
        if symbol:
            icon(symbol)
        text(words, tag="span")
    return element


def card(classes: str = "") -> Element:
    return box(f"q-card gs-card {classes}")


def once(handler: Handler) -> Handler:
    """Ignore further calls while one is being handled: a double click is one click."""
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
    # Set one by one, never parsed: a quotation mark in a value must not become another attribute.
    for name, value in props.items():
        element.props[name.rstrip("_").replace("_", "-")] = value
