"""Parts of a page as prebuilt, escaped markup: one NiceGUI element instead of hundreds for a list with many rows.

`Markup.format` escapes every value that is not markup itself, so text of users stays text. Write attributes in double
quotes. Only `put` adds markup to a page.
"""

from collections.abc import Iterable

from markupsafe import Markup
from nicegui import ui
from nicegui.element import Element

from pages.core import theme

SYMBOL = Markup('<svg class="gs-ico" aria-hidden="true"><use href="{icons}#{name}"></use></svg>')
ICON = Markup('<span class="q-icon" aria-hidden="true"><svg viewBox="0 0 24 24"><use href="{to}"></use></svg></span>')


def put(markup: Markup, *, tag: str = "div") -> Element:
    """Add markup to the page. The element around it takes no part in the layout."""
    return ui.html(markup, sanitize=False, tag=tag).classes("gs-put")


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def symbol(name: str) -> Markup:
    """A drawing of `icons.svg` (`type-...`, `state-...`); empty if there is none of that name."""
    return SYMBOL.format(icons=theme.asset(theme.ICONS), name=name) if name in theme.symbols() else Markup("")


def icon(name: str) -> Markup:
    """A Material Symbol of `icons.svg`, hidden from screen readers: there must be text beside it."""
    return ICON.format(to=theme.icon_address(name))
