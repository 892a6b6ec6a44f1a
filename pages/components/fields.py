"""Labelled fields: label above, hint or sentence below, the error tied to the field for screen readers."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Generic, TypeVar

from nicegui import ui
from nicegui.element import Element
from nicegui.elements.mixins.value_element import ValueElement

from gsapp.errors import DomainError, Invalid, Sentence
from gsapp.i18n import Translator
from gsapp.schemas.forms import Form, parse, problem
from gsapp.schemas.needs import TypeRow
from pages.components.attachments import Attached, attached_files
from pages.components.badges import kind_of_help
from pages.components.basics import box, icon, text
from pages.components.error_summary import Missing
from pages.core import theme
from pages.core.session import Ctx

E = TypeVar("E", bound=ValueElement[Any])
F_co = TypeVar("F_co", bound=Form, covariant=True)
K = TypeVar("K", int, str)
# Which keyboard a phone shows, and what its big key says; a page may say otherwise.
NEXT = {"enterkeyhint": "next"}
KEYBOARDS = {
    "phone": {"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"} | NEXT,
    "email": {"type": "email", "inputmode": "email", "autocomplete": "email", "enterkeyhint": "done"},
    "reason": {"enterkeyhint": "done"},
    "note": {"enterkeyhint": "done"},
    "text": {"enterkeyhint": "done"},
}


class FormFields(Generic[F_co]):
    """The fields of one form on a page. Checks each field as it is left, all of them before sending.

    What a field may hold stands in the form's class; here it is only shown. Nothing typed is ever changed or lost.
    Helpers that serve any form take `FormFields[Form]`.
    """

    def __init__(self, ctx: Ctx, form: type[F_co]) -> None:
        self.ctx, self.form = ctx, form
        self.inputs: dict[str, ValueElement[Any] | _Chosen | Attached] = {}
        self.labels: dict[str, str] = {}
        self._ids: dict[str, str] = {}  # what takes the focus
        self.holders: dict[str, Element] = {}  # what a field and its label stand in
        self.draft = ""  # under which key the reader's device keeps what is typed; see components/drafts.py
        self._errors: dict[str, Element] = {}
        self._summary: Missing | None = None

    def summary(self) -> None:
        """The place for the list of what is missing."""
        self._summary = Missing(self.ctx)

    def line(self, name: str, label: str, *, value: str = "", hint: str = "", **props: str) -> ui.input:
        """One line of text; `props` such as type, autocomplete, inputmode, placeholder go to the input."""
        element = ui.input(value=value).props("outlined no-error-icon hide-bottom-space")
        return self._field(name, label, element, hint, KEYBOARDS.get(name, NEXT) | props)

    def password(self, name: str, label: str, *, hint: str = "", autocomplete: str) -> ui.input:
        element = ui.input(password=True).props("outlined no-error-icon hide-bottom-space")
        self._field(
            name, label, element, hint, {"autocomplete": autocomplete, "name": name, "spellcheck": "false"} | NEXT
        )
        place = element.parent_slot.children.index(element) if element.parent_slot else 0
        with self.holders[name], box("gs-secret") as secret:
            element.move(secret)
            eye(self.ctx.t, element.html_id)
        secret.move(self.holders[name], place)
        return element

    def long_text(self, name: str, label: str, *, value: str = "", hint: str = "", **props: str) -> ui.textarea:
        element = ui.textarea(value=value).props("outlined autogrow hide-bottom-space")
        return self._field(name, label, element, hint, props)

    def choice(
        self, name: str, label: str, options: Mapping[K, str], *, value: K | None = None, hint: str = ""
    ) -> None:
        """One of many, found by typing a part of its words."""
        element = ui.select({}, with_input=True)
        element.props("outlined hide-bottom-space options-dense=false input-debounce=0 behavior=menu")
        element.props["dropdown-icon"] = theme.icon("arrow_drop_down")
        self._field(name, label, element, hint, {})
        # Filled last: NiceGUI makes all options anew at each change of the field, and there are hundreds of cities.
        before = self.ctx.dirty
        element.set_options(dict(options), value=value)
        self.ctx.dirty = before  # nobody has typed that

    def kinds(
        self, name: str, label: str, types: Sequence[TypeRow], *, value: int | None = None, last: int | None = None
    ) -> None:
        """The kinds of help as large tiles. `last` says which it was the last time: none is chosen for anybody."""
        t = self.ctx.t

        def tile(row: TypeRow) -> None:
            kind_of_help(t, row.icon, row.name)
            if row.id == last:
                text(t("as last time"), "gs-last", tag="small")

        self._radios(name, label, {row.id: partial(tile, row) for row in types}, value)

    def radios(self, name: str, label: str, options: Mapping[int, str], *, value: int | None = None) -> None:
        """A few choices, all in sight."""
        self._radios(name, label, {key: partial(text, words, tag="span") for key, words in options.items()}, value)

    def files(self, name: str, label: str, *, value: str = "", hint: str = "", listed: bool = False) -> None:
        """Photos and videos, each sent as soon as it is chosen; the value is their names with commas between.

        `listed` says that lists show the first photo.
        """
        with box("gs-field", tag="fieldset") as field:
            self.holders[name], self.labels[name] = field, label
            text(label, "gs-label", tag="legend")
            text(hint, "gs-hint", tag="span", id=f"gs-hint-{field.id}")
            described = f"gs-hint-{field.id} gs-err-{field.id}"
            self.inputs[name] = attached_files(
                self.ctx, name, value, described=described, listed=listed, on_change=partial(self._sent, name)
            )
            self._error_place(name)

    def _radios(self, name: str, label: str, options: Mapping[int, Callable[[], object]], value: int | None) -> None:
        # Real radio buttons, so that arrow keys and screen readers work.
        holder = _Chosen(value)
        self.inputs[name], self.labels[name] = holder, label
        with box("gs-field gs-kinds", tag="fieldset", role="radiogroup") as field:
            self.holders[name] = field
            field.props["aria-describedby"] = f"gs-err-{field.id}"
            self._mark_required(name, field)
            text(label, "gs-label", tag="legend")
            with box("gs-choices"):
                for key, build in options.items():
                    with box("gs-choice", tag="label"):
                        radio = box(tag="input", type="radio", name=f"{name}-{id(self)}", value=str(key))
                        self._ids.setdefault(name, radio.html_id)
                        if key == value:
                            radio.props["checked"] = ""
                        radio.on("change", lambda _, chosen=key: self._choose(name, chosen), args=[])
                        build()
            self._error_place(name)

    def choose(self, name: str, words: object) -> None:
        """Choose what has these words in a list; "" is nothing. Words that are not there change nothing."""
        element = self.inputs.get(name)
        if isinstance(element, ui.select):
            options: Mapping[Any, str] = element.options if isinstance(element.options, dict) else {}
            keys = [None] if words == "" else [key for key, label in options.items() if label == words]
            for key in keys[:1]:
                element.value = key
        elif isinstance(element, _Chosen) and words == "":
            element.value = None

    def typed(self) -> dict[str, object]:
        """All values as they stand."""
        return {name: element.value for name, element in self.inputs.items()}

    def check(self) -> F_co | None:
        """The form, or `None` after the sentences have been shown."""
        try:
            form = self.must()
        except Invalid as invalid:
            self.show(invalid.fields)
            return None
        self.show({})
        return form

    def must(self) -> F_co:
        """The form of what stands in the fields, for a dialog that has closed. Raises `Invalid`."""
        files = [(name, one.unfinished()) for name, one in self.inputs.items() if isinstance(one, Attached)]
        unfinished = {name: sentence for name, sentence in files if sentence is not None}
        try:
            form = parse(self.form, self.typed())
        except Invalid as invalid:
            raise Invalid({**unfinished, **invalid.fields}) from None
        if unfinished:
            raise Invalid(unfinished)
        return form

    def refuse(self, name: str, error: DomainError) -> None:
        """Show what the use case refused at the field that it is about."""
        self.show({name: Sentence(error.sentence, error.values)})

    def show(self, problems: Mapping[str, Sentence]) -> None:
        """Show each sentence at its field, and all of them on top, with the focus there."""
        if self._summary is not None:
            self._summary.show(problems, {name: (self.labels[name], self._ids.get(name, "")) for name in self.inputs})
        for name in self.inputs:
            self._say(name, problems.get(name), aloud=self._summary is None)

    def _field(self, name: str, label: str, element: E, hint: str, props: dict[str, str]) -> E:
        # The field was created before its box: put the label above it by moving it in.
        with place_of(element), box("gs-field") as field:
            text(label, "gs-label", tag="label", for_=element.html_id)
            element.move(field)
            if hint:
                text(hint, "gs-hint", tag="span", id=f"gs-hint-{element.id}")
        element.classes("gs-input")
        for key, value in props.items():
            element.props[key] = value
        element.props["for"] = element.html_id
        self.inputs[name], self.labels[name], self.holders[name] = element, label, field
        self._ids[name] = element.html_id
        self._mark_required(name, element)
        with field:
            self._error_place(name)
        described = [f"gs-hint-{element.id}"] if hint else []
        element.props["aria-describedby"] = " ".join([*described, f"gs-err-{field.id}"])
        element.on("blur", lambda _: self._left(name), args=[])
        element.on_value_change(lambda _: self._typed(name))
        return element

    def _mark_required(self, name: str, element: Element) -> None:
        """For those who do not see that the other labels say "if you like"."""
        if problem(self.form, name, {name: ""}):
            element.props["aria-required"] = "true"

    def _error_place(self, name: str) -> None:
        self._errors[name] = box("gs-errplace", id=f"gs-err-{self.holders[name].id}", aria_live="polite")

    def _choose(self, name: str, value: int) -> None:
        self.inputs[name].value = value
        self._typed(name)
        self._hint(name)

    def _sent(self, name: str) -> None:
        self.ctx.touched()
        self._say(name, None)

    def _typed(self, name: str) -> None:
        self.ctx.touched()
        if self._errors[name].default_slot.children:
            self._hint(name)  # an error goes as soon as it is mended

    def _left(self, name: str) -> None:
        # Quasar tells it late: what the use case has refused by then is not for the field's own rules to take away.
        if not self._errors[name].default_slot.children:
            self._hint(name)

    def _hint(self, name: str) -> None:
        if self.inputs[name].value not in (None, ""):
            self._say(name, problem(self.form, name, self.typed()))

    def _say(self, name: str, sentence: Sentence | None, *, aloud: bool = True) -> None:
        """Show a sentence at its field or take it away; `aloud` unless the summary says the same."""
        if self._summary is not None:
            self._summary.now(name, sentence)
        place, holder, element = self._errors[name], self.holders[name], self.inputs[name]
        place.clear()
        place.props["aria-live"] = "polite" if aloud else "off"
        holder.classes(**({"add": "gs-err"} if sentence else {"remove": "gs-err"}))
        marked = element if isinstance(element, ValueElement) else holder
        marked.props["aria-invalid"] = "true" if sentence else "false"
        if sentence is not None:
            with place, box("gs-errmsg"):
                icon("error")
                text(self.ctx.t(sentence.msgid, **sentence.values), tag="span")


def eye(t: Translator, field: str) -> None:
    """The button that shows and hides the password in the field with this id; `accessibility.js` does it."""
    text(t("Show password"), "gs-eye", tag="button", type="button", aria_pressed="false", data_eye=field)


class _Chosen:
    """The value of a group of radio buttons."""

    def __init__(self, value: int | None) -> None:
        self.value = value


def place_of(element: Element) -> Element:
    """The element that this one was made in. Raises `RuntimeError` for a page's outermost, where no field belongs."""
    if element.parent_slot is None:
        raise RuntimeError("a field belongs into a page")
    return element.parent_slot.parent
