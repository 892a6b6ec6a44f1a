"""Pieces of a page as ready markup: one element instead of hundreds, where a list has many rows.

`Markup.format` escapes every value that is not markup itself, so what people typed stays the text that it is. Write
attributes in double quotes. Only `put` hands markup to the page.
"""

from collections.abc import Iterable

from markupsafe import Markup
from nicegui import ui
from nicegui.element import Element

from pages import theme

SYMBOL = Markup('<svg class="gs-ico" aria-hidden="true"><use href="{icons}#{name}"></use></svg>')
ICON = Markup('<i class="q-icon notranslate material-symbols-rounded" aria-hidden="true">{name}</i>')
SYMBOLS = frozenset(
    [
        *(f"type-{kind}" for kind in ("plumbing", "care", "cleaning", "doctor", "meals", "transport")),
        *(f"state-{state}" for state in ("open", "matched", "done", "expired", "cancelled")),
        *(f"state-{state}" for state in ("pending", "accepted", "rejected", "withdrawn")),
    ]
)


def put(markup: Markup, *, tag: str = "div") -> Element:
    """Set markup into the page. Its wrapper takes no part in the layout."""
    return ui.html(markup, sanitize=False, tag=tag).classes("gs-put")


def joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def symbol(name: str) -> Markup:
    """One of our own drawings (`type-...`, `state-...`); nothing for a name that has none."""
    return SYMBOL.format(icons=theme.asset("icons.svg"), name=name) if name in SYMBOLS else Markup("")


def icon(name: str) -> Markup:
    """A bundled Material Symbol, hidden from screen readers: a word always stands beside it."""
    return ICON.format(name=name)
