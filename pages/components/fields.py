"""Form fields with label, hint and validation message, which are linked to the field for screen readers."""

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
from pages.components.error_summary import ErrorSummary
from pages.components.password_meter import password_meter
from pages.core import theme
from pages.core.session import Ctx

E = TypeVar("E", bound=ValueElement[Any])
F_co = TypeVar("F_co", bound=Form, covariant=True)
K = TypeVar("K", int, str)
# The keyboard that phones show, and the label of its Enter key; a page may override both.
NEXT = {"enterkeyhint": "next"}
KEYBOARDS = {
    "phone": {"type": "tel", "inputmode": "tel", "autocomplete": "tel-national"} | NEXT,
    "email": {"type": "email", "inputmode": "email", "autocomplete": "email", "enterkeyhint": "done"},
    "reason": {"enterkeyhint": "done"},
    "note": {"enterkeyhint": "done"},
    "text": {"enterkeyhint": "done"},
}


class FormFields(Generic[F_co]):
    """The fields of one form on a page. Validates each field when it loses the focus, and all of them before sending.

    The rules are those of the form's class; here they are only shown. Nothing typed is ever changed or lost.
    Functions that accept any form take `FormFields[Form]`.
    """

    def __init__(self, ctx: Ctx, form: type[F_co]) -> None:
        self.ctx, self.form = ctx, form
        self.inputs: dict[str, ValueElement[Any] | _Chosen | Attached] = {}
        self.labels: dict[str, str] = {}
        self._ids: dict[str, str] = {}  # id of the element to focus
        self.holders: dict[str, Element] = {}  # the element around a field and its label
        self.draft = ""  # key of the draft on the reader's device, see components/drafts.py
        self._errors: dict[str, Element] = {}
        self._summary: ErrorSummary | None = None

    def summary(self) -> None:
        """Add the error summary here."""
        self._summary = ErrorSummary(self.ctx)

    def line(self, name: str, label: str, *, value: str = "", hint: str = "", **props: str) -> ui.input:
        """One line of text; `props` such as type, autocomplete, inputmode or placeholder are set on the input."""
        element = ui.input(value=value).props("outlined no-error-icon hide-bottom-space")
        return self._field(name, label, element, hint, KEYBOARDS.get(name, NEXT) | props)

    def password(self, name: str, label: str, *, hint: str = "", autocomplete: str, meter: bool = False) -> ui.input:
        """A password, hidden until the reader shows it; `meter` says how easy a new one is to guess."""
        element = ui.input(password=True).props("outlined no-error-icon hide-bottom-space")
        self._field(
            name, label, element, hint, {"autocomplete": autocomplete, "name": name, "spellcheck": "false"} | NEXT
        )
        place = element.parent_slot.children.index(element) if element.parent_slot else 0
        with self.holders[name], box("gs-secret") as secret:
            element.move(secret)
            eye(self.ctx.t, element.html_id)
        secret.move(self.holders[name], place)
        if meter:
            with self.holders[name]:
                password_meter(self.ctx.t, element)
        return element

    def long_text(self, name: str, label: str, *, value: str = "", hint: str = "", **props: str) -> ui.textarea:
        element = ui.textarea(value=value).props("outlined autogrow hide-bottom-space")
        return self._field(name, label, element, hint, props)

    def choice(
        self, name: str, label: str, options: Mapping[K, str], *, value: K | None = None, hint: str = ""
    ) -> None:
        """A select with search, for many options."""
        element = ui.select({}, with_input=True)
        element.props("outlined hide-bottom-space options-dense=false input-debounce=0 behavior=menu")
        element.props["dropdown-icon"] = theme.icon("arrow_drop_down")
        self._field(name, label, element, hint, {})
        # Options are set last: NiceGUI rebuilds them at each change of the element, and there are hundreds of cities.
        before = self.ctx.dirty
        element.set_options(dict(options), value=value)
        self.ctx.dirty = before  # set_options counts as typing

    def kinds(
        self, name: str, label: str, types: Sequence[TypeRow], *, value: int | None = None, last: int | None = None
    ) -> None:
        """The kinds of help as large tiles. `last` is marked as the previous choice, but not selected."""
        t = self.ctx.t

        def tile(row: TypeRow) -> None:
            kind_of_help(t, row.icon, row.name)
            if row.id == last:
                text(t("as last time"), "gs-last", tag="small")

        self._radios(name, label, {row.id: partial(tile, row) for row in types}, value)

    def radios(self, name: str, label: str, options: Mapping[int, str], *, value: int | None = None) -> None:
        """Radio buttons, for a few options."""
        self._radios(name, label, {key: partial(text, words, tag="span") for key, words in options.items()}, value)

    def files(self, name: str, label: str, *, value: str = "", hint: str = "", listed: bool = False) -> None:
        """Photos and videos, each uploaded as soon as it is chosen; the value is their names, separated by commas.

        `listed` says that lists show the first photo.
        """
        with box("gs-field", tag="fieldset") as field:
            self.holders[name], self.labels[name] = field, label
            text(label, "gs-label", tag="legend")
            text(hint, "gs-hint", tag="span", id=f"gs-hint-{field.id}")
            described = f"gs-hint-{field.id} gs-err-{field.id}"
            self.inputs[name] = attached_files(
                self.ctx, name, value, described=described, listed=listed, on_change=partial(self._on_files, name)
            )
            self._error_place(name)

    def _radios(self, name: str, label: str, options: Mapping[int, Callable[[], object]], value: int | None) -> None:
        # Native radio buttons, so that arrow keys and screen readers work.
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
        """Select the option with these words, or none for "". Unknown words change nothing."""
        element = self.inputs.get(name)
        if isinstance(element, ui.select):
            options: Mapping[Any, str] = element.options if isinstance(element.options, dict) else {}
            keys = [None] if words == "" else [key for key, label in options.items() if label == words]
            for key in keys[:1]:
                element.value = key
        elif isinstance(element, _Chosen) and words == "":
            element.value = None

    def typed(self) -> dict[str, object]:
        """The current values, not validated."""
        return {name: element.value for name, element in self.inputs.items()}

    def check(self) -> F_co | None:
        """Validate all fields. Returns the form, or shows the problems and returns `None`."""
        try:
            form = self.must()
        except Invalid as invalid:
            self.show(invalid.fields)
            return None
        self.show({})
        return form

    def must(self) -> F_co:
        """Validate all fields and return the form, for a dialog that has closed. Raises `Invalid`."""
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
        """Show the error of a use case at the field that it concerns."""
        self.show({name: Sentence(error.sentence, error.values)})

    def show(self, problems: Mapping[str, Sentence]) -> None:
        """Show each problem at its field, and all of them in the summary, which gets the focus."""
        if self._summary is not None:
            self._summary.show(problems, {name: (self.labels[name], self._ids.get(name, "")) for name in self.inputs})
        for name in self.inputs:
            self._show_message(name, problems.get(name), aloud=self._summary is None)

    def _field(self, name: str, label: str, element: E, hint: str, props: dict[str, str]) -> E:
        # The element exists already: move it into its box, below the label.
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
        element.on("blur", lambda _: self._on_blur(name), args=[])
        element.on_value_change(lambda _: self._on_typed(name))
        return element

    def _mark_required(self, name: str, element: Element) -> None:
        """For screen readers: on the screen, labels of optional fields say "if you like"."""
        if problem(self.form, name, {name: ""}):
            element.props["aria-required"] = "true"

    def _error_place(self, name: str) -> None:
        self._errors[name] = box("gs-errplace", id=f"gs-err-{self.holders[name].id}", aria_live="polite")

    def _choose(self, name: str, value: int) -> None:
        self.inputs[name].value = value
        self._on_typed(name)
        self._validate(name)

    def _on_files(self, name: str) -> None:
        self.ctx.touched()
        self._show_message(name, None)

    def _on_typed(self, name: str) -> None:
        self.ctx.touched()
        if self._errors[name].default_slot.children:
            self._validate(name)  # a problem disappears as soon as it is corrected

    def _on_blur(self, name: str) -> None:
        # Quasar sends blur late: the form's rules must not remove an error that a use case has raised since.
        if not self._errors[name].default_slot.children:
            self._validate(name)

    def _validate(self, name: str) -> None:
        if self.inputs[name].value not in (None, ""):
            self._show_message(name, problem(self.form, name, self.typed()))

    def _show_message(self, name: str, sentence: Sentence | None, *, aloud: bool = True) -> None:
        """Show or remove a message at its field; not `aloud` if the summary announces it."""
        if self._summary is not None:
            self._summary.update(name, sentence)
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
    """The button that shows or hides the password in the field with this id, handled by `accessibility.js`."""
    text(t("Show password"), "gs-eye", tag="button", type="button", aria_pressed="false", data_eye=field)


class _Chosen:
    """The value of a group of radio buttons."""

    def __init__(self, value: int | None) -> None:
        self.value = value


def place_of(element: Element) -> Element:
    """The parent element. Raises `RuntimeError` for the root element of a page."""
    if element.parent_slot is None:
        raise RuntimeError("a field belongs into a page")
    return element.parent_slot.parent
