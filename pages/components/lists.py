"""Lists: pagination, filters whose state is the address, and the message for an empty list."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from urllib.parse import urlencode

from markupsafe import Markup
from nicegui.element import Element

from gsapp.schemas.read_models import Page
from pages.components.basics import box, icon, illustration, link_button, text
from pages.components.markup import joined, put
from pages.core.session import Ctx

CHIP = Markup(
    '<a class="q-btn gs-btn gs-filter gs-linkbtn" role="button" aria-pressed="{on}" href="{to}">'
    "{glyph}<span>{words}</span></a>"
)
SELECT = Markup(
    '<div class="gs-field gs-native"><label class="gs-label" for="gs-f-{name}">{label}</label>'
    '<select id="gs-f-{name}" name="{name}" data-autosubmit="">{options}</select></div>'
)
GROUP = Markup('<optgroup label="{label}">{options}</optgroup>')
OPTION = Markup('<option value="{key}"{selected}>{words}</option>')
SELECTED = Markup(" selected")


def address(ctx: Ctx, **changes: object) -> str:
    """The current address with changed query parameters; `None` or "" removes one. `page` is removed by default."""
    query = {**ctx.query, "page": "", **changes}
    kept = {name: value for name, value in query.items() if value not in (None, "")}
    return ctx.path + (f"?{urlencode(kept)}" if kept else "")


def pager(ctx: Ctx, page: Page) -> None:  # type: ignore[type-arg]
    """Pagination: the page number, previous and next; nothing if there is only one page."""
    if page.pages == 1 and page.page == 1:
        return
    t = ctx.t
    with box("gs-pager", tag="nav", aria_label=t("Pages")):
        text(t("Page {page} of {pages}", page=t.number(page.page), pages=t.number(page.pages)), "gs-meta")
        for words, number, symbol in (
            (t("Previous"), page.page - 1, "chevron_left"),
            (t("Next"), page.page + 1, "chevron_right"),
        ):
            if 1 <= number <= page.pages:
                link_button(words, address(ctx, page=number if number > 1 else ""), symbol=symbol)
            else:
                with box("q-btn gs-btn gs-linkbtn gs-off", tag="span", aria_disabled="true"):
                    icon(symbol)
                    text(words, tag="span")


def filter_chip(ctx: Ctx, words: str, *, name: str, value: object, glyph: Markup | None = None) -> Element:
    """A link that sets the query parameter `name` to `value`, shown as pressed if it has that value."""
    on = str(ctx.query.get(name, "")) == str(value or "")
    return toggle(words, address(ctx, **{name: value}), on=on, glyph=glyph)


def toggle(words: str, to: str, *, on: bool, glyph: Markup | None = None) -> Element:
    """A link that looks and is announced like a toggle button."""
    return put(CHIP.format(to=to, on="true" if on else "false", glyph=glyph or "", words=words))


def select_field(
    label: str,
    name: str,
    options: Sequence[tuple[str, str]] | Mapping[str, Sequence[tuple[str, str]]],
    value: str,
    *,
    first: str = "",
) -> None:
    """A native select of a GET form, which is submitted when it changes. A mapping of options makes groups."""
    parts = [_option(first, "", value)] if first else []
    if isinstance(options, Mapping):
        for group, members in options.items():
            parts.append(GROUP.format(label=group, options=joined(_option(w, key, value) for key, w in members)))
    else:
        parts += [_option(words, key, value) for key, words in options]
    put(SELECT.format(name=name, label=label, options=joined(parts)))


def text_field(
    label: str, name: str, value: str, *, type_: str = "search", placeholder: str = "", **props: str
) -> None:
    """A native one-line field of a GET form."""
    with box("gs-field gs-native"):
        text(label, "gs-label", tag="label", for_=f"gs-f-{name}")
        known = {"id": f"gs-f-{name}", "name": name, "type": type_, "enterkeyhint": "search"}
        field = box(tag="input", placeholder=placeholder, **known, **props)
        # Not `value`: Vue would set that again at each update of the page, and overwrite what has been typed.
        field.props["defaultValue"] = value


def find_field(
    ctx: Ctx, label: str, name: str, value: str, *, placeholder: str = "", maxlength: str = "100", **props: str
) -> None:
    """The search field of a page. The key / moves the focus to it; a hint says so on devices with a keyboard."""
    with box("gs-find"):
        if ctx.tab.keys:
            text_field(label, name, value, placeholder=placeholder, maxlength=maxlength, aria_keyshortcuts="/", **props)
            text("/", "gs-find-key", tag="kbd", aria_hidden="true")
        else:
            text_field(label, name, value, placeholder=placeholder, maxlength=maxlength, **props)


@contextmanager
def more_filters(ctx: Ctx, *names: str) -> Iterator[None]:
    """Filters that are folded on phones, with a label that says how many of the parameters `names` are set."""
    t, used = ctx.t, sum(1 for name in names if ctx.query.get(name))
    with box("gs-more", tag="details"):
        with box("q-btn gs-btn gs-linkbtn", tag="summary"):
            icon("tune")
            text(t("Choose more: {n} in use", n=t.number(used)) if used else t("Choose more"), tag="span")
        with box("gs-more-fields"):
            yield


def empty(drawing: str, words: str, what_next: str, *, to: str = "", button: str = "", kind: str = "ask") -> None:
    """The empty state of a list: a drawing, a message, and what to do next."""
    with box("gs-empty"):
        illustration(drawing)
        text(words, tag="h2")
        text(what_next, "gs-meta")
        if to:
            link_button(button, to, kind=kind)


def _option(words: str, key: str, chosen: str) -> Markup:
    return OPTION.format(key=key, selected=SELECTED if key == chosen else "", words=words)
