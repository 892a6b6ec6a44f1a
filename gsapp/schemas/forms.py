"""Form validation: parses input into forms, and translates pydantic's errors into one sentence per field."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn, TypeVar

from pydantic import BeforeValidator, ConfigDict, GetJsonSchemaHandler, ValidationError
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, ErrorDetails, PydanticCustomError
from sqlmodel import Field, SQLModel

from gsapp.errors import Invalid, Sentence
from gsapp.i18n import N_
from gsapp.schemas.one_line import has_odd_characters, is_blank, without_invisible

F = TypeVar("F", bound="Form")

MISSING = N_("Please fill this in.")
WHOLE_NUMBER = N_("Please give a whole number.")
# Sentences for pydantic's error types, whose ctx fills the placeholders.
SENTENCES = {
    "missing": MISSING,
    "string_type": MISSING,
    "string_too_short": N_("At least {min_length} characters, please."),
    "string_too_long": N_("At most {max_length} characters, please."),
    "too_short": N_("At least {min_length} characters, please."),
    "too_long": N_("At most {max_length} characters, please."),
    "string_pattern_mismatch": N_("This does not look right."),
    "enum": N_("Please choose one."),
    "literal_error": N_("Please choose one."),
    "int_type": N_("Please choose one."),
    "int_parsing": WHOLE_NUMBER,
    "int_from_float": WHOLE_NUMBER,
    "greater_than_equal": N_("At least {ge}, please."),
    "less_than_equal": N_("At most {le}, please."),
    "datetime_type": N_("Please give a date and a time."),
    "datetime_parsing": N_("Please give a date and a time."),
    "datetime_from_date_parsing": N_("Please give a date and a time."),
    "json_invalid": N_("This is not valid JSON."),
    "model_attributes_type": N_("Please send a JSON object."),
}
OTHERWISE = N_("This does not look right.")


class Form(SQLModel):
    """Base of all input from pages and REST API. Unknown fields are ignored."""

    model_config = ConfigDict(populate_by_name=True, loc_by_alias=False, extra="ignore")  # type: ignore[assignment]


def parse(form: type[F], typed: Mapping[str, Any]) -> F:
    """Validate input and return the form. Raises `Invalid` with a sentence for each invalid field."""
    try:
        return form.model_validate(typed)
    except ValidationError as error:
        raise Invalid(problems(error)) from None


def problem(form: type[Form], field: str, typed: Mapping[str, Any]) -> Sentence | None:
    """The error of one field of incomplete input, for a live hint; `None` if it is valid."""
    try:
        form.model_validate(typed)
    except ValidationError as error:
        return problems(error).get(field)
    return None


def problems(error: ValidationError) -> dict[str, Sentence]:
    """The first error of each field; errors of no single field have the key ''."""
    found: dict[str, Sentence] = {}
    for detail in error.errors(include_url=False):
        field = str(detail["loc"][0]) if detail["loc"] else detail.get("ctx", {}).get("field", "")
        found.setdefault(field, sentence(detail))
    return found


def problems_sent(details: Sequence[Any], names: Mapping[str, str]) -> dict[str, Sentence]:
    """The first error of each field of a request, by the name in the request, without its location (body, query, ...).

    `names` maps Python names, which rules for several fields use, to the names in requests.
    """
    found: dict[str, Sentence] = {}
    for detail in details:
        field = next((part for part in detail["loc"][1:2] if isinstance(part, str)), "")
        python_name = detail.get("ctx", {}).get("field", "")
        found.setdefault(field or names.get(python_name, python_name), sentence(detail))
    return found


def refuse(msgid: str, /, *, field: str = "", **values: Any) -> NoReturn:
    """For validators: raise an error with a message of the catalogues; `field` for rules about several fields."""
    raise PydanticCustomError("sentence", "{msgid}", {"msgid": msgid, "field": field, "values": values})


def well_formed(value: Any) -> Any:
    """Refuses text that cannot be encoded: JSON may contain a lone surrogate."""
    if isinstance(value, str) and any(unicodedata.category(letter) == "Cs" for letter in value):
        refuse(OTHERWISE)
    return value


def tidy_line(value: Any) -> Any:
    """Normalizes one line of text: trimmed, composed (NFC); refuses control characters."""
    if isinstance(value, str):
        value = unicodedata.normalize("NFC", value).strip()
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
            refuse(N_("Please leave out line breaks and special control characters."))
    return value


def tidy_shown_line(value: Any) -> Any:
    """As `tidy_line`, for lines that others read: removes invisible characters, refuses unassigned ones."""
    if isinstance(value, str):
        value = tidy_line(without_invisible(value))
        if has_odd_characters(value):
            refuse(N_("Please leave out characters that cannot be shown."))
        if value and is_blank(value):
            refuse(MISSING)
    return value


def tidy_text(value: Any) -> Any:
    """Normalizes text of several lines: trimmed, composed, line breaks as \\n; refuses other control characters."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in value):
            refuse(N_("Please leave out special control characters."))
    return value


@dataclass(frozen=True)
class Pattern:
    """Adds to the OpenAPI schema the pattern that the validators of a field accept; it does not validate."""

    regex: str

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(core) | {"pattern": self.regex}


LINE = r"[^\x00-\x1f\x7f-\x9f]"
FilterLine = Annotated[str, BeforeValidator(tidy_line), Pattern(f"^{LINE}*$")]
"""One line to search or filter by, which may be empty. The maximum length is set by `Field`."""

Line = Annotated[str, BeforeValidator(tidy_shown_line), Pattern(f"^{LINE}*$")]
"""One line of text that others read, which may be empty. The maximum length is set by `Field`."""

FilledLine = Annotated[str, BeforeValidator(tidy_shown_line), Pattern(rf"^{LINE}*[^\x00-\x20\x7f-\xa0\s]{LINE}*$")]
Text = Annotated[str, BeforeValidator(tidy_text), Pattern(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$")]
"""Text of several lines, which may be empty."""

MAX_ID = 2**31 - 1
"""The greatest value of INTEGER in both databases."""

Id = Annotated[int, Field(ge=1, le=MAX_ID)]
PageNumber = Id
PageSize = Annotated[int, Field(ge=1, le=100)]


def sentence(detail: ErrorDetails) -> Sentence:
    """The message for an error of pydantic. It never quotes the invalid value."""
    context: dict[str, Any] = detail.get("ctx", {})
    if detail["type"] == "sentence":
        return Sentence(context["msgid"], context["values"])
    if detail["type"] in ("too_short", "string_too_short") and not detail["input"]:
        return Sentence(MISSING)
    if detail["type"] in ("int_type", "string_type") and detail["input"] is not None:
        return Sentence(WHOLE_NUMBER if detail["type"] == "int_type" else OTHERWISE)
    return Sentence(SENTENCES.get(detail["type"], OTHERWISE), context)
