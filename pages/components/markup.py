"""Pieces of a page as ready markup: one element instead of hundreds, where a list has many rows.

`Markup.format` escapes every value that is not markup itself, so what people typed stays the text that it is. Write
attributes in double quotes. Only `put` hands markup to the page.
"""

from collections.abc import Iterable

from markupsafe import Markup
from nicegui import ui
from nicegui.element import Element

from pages.core import theme

SYMBOL = Markup('<svg class="gs-ico" aria-hidden="true"><use href="{icons}#{name}"></use></svg>')
ICON = Markup('<span class="q-icon" aria-hidden="true"><svg viewBox="0 0 24 24"><use href="{to}"></use></svg></span>')


def put(markup: Markup, *, tag: str = "div") -> Element:
    """Set markup into the page. Its wrapper takes no part in the layout."""
    return ui.html(markup, sanitize=False, tag=tag).classes("gs-put")


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def symbol(name: str) -> Markup:
    """One of our own drawings (`type-...`, `state-...`); nothing for a name that has none."""
    return SYMBOL.format(icons=theme.asset(theme.ICONS), name=name) if name in theme.symbols() else Markup("")


def icon(name: str) -> Markup:
    """A Material Symbol of `icons.svg`, hidden from screen readers: a word always stands beside it."""
    return ICON.format(to=theme.icon_address(name))
