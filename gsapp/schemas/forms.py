"""How anything typed becomes a form, or the sentence at the field at fault."""

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

F = TypeVar("F", bound="Form")

MISSING = N_("Please fill this in.")
WHOLE_NUMBER = N_("Please give a whole number.")
# pydantic's own error types, in our words. Their ctx fills the placeholders.
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
    """Base of everything typed by people or sent by programs. Unknown fields are ignored, never stored."""

    model_config = ConfigDict(populate_by_name=True, loc_by_alias=False, extra="ignore")  # type: ignore[assignment]


def parse(form: type[F], typed: Mapping[str, Any]) -> F:
    """The form made of what was typed. Raises `Invalid` with a sentence for each field at fault."""
    try:
        return form.model_validate(typed)
    except ValidationError as error:
        raise Invalid(problems(error)) from None


def problem(form: type[Form], field: str, typed: Mapping[str, Any]) -> Sentence | None:
    """What is wrong with one field as typed so far, for a live hint; `None` when nothing is."""
    try:
        form.model_validate(typed)
    except ValidationError as error:
        return problems(error).get(field)
    return None


def problems(error: ValidationError) -> dict[str, Sentence]:
    """The first sentence for each field; what concerns no single field stands under ''."""
    found: dict[str, Sentence] = {}
    for detail in error.errors(include_url=False):
        field = str(detail["loc"][0]) if detail["loc"] else detail.get("ctx", {}).get("field", "")
        found.setdefault(field, sentence(detail))
    return found


def problems_sent(details: Sequence[Any], names: Mapping[str, str]) -> dict[str, Sentence]:
    """The same for a whole request, each field named as it was sent, without where (body, query, ...).

    `names` are the names to send for those that rules about several fields use.
    """
    found: dict[str, Sentence] = {}
    for detail in details:
        field = next((part for part in detail["loc"][1:2] if isinstance(part, str)), "")
        ruled = detail.get("ctx", {}).get("field", "")
        found.setdefault(field or names.get(ruled, ruled), sentence(detail))
    return found


def refuse(msgid: str, /, *, field: str = "", **values: Any) -> NoReturn:
    """For validators: refuse a value with a sentence of the catalogues; `field` for rules about several fields."""
    raise PydanticCustomError("sentence", "{msgid}", {"msgid": msgid, "field": field, "values": values})


def well_formed(value: Any) -> Any:
    """Text that can be encoded: JSON may carry half of a character, which nothing can store or hash."""
    if isinstance(value, str) and any(unicodedata.category(letter) == "Cs" for letter in value):
        refuse(OTHERWISE)
    return value


def tidy_line(value: Any) -> Any:
    """One line of text: trimmed, composed (NFC), without control characters."""
    if isinstance(value, str):
        value = unicodedata.normalize("NFC", value).strip()
        if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in value):
            refuse(N_("Please leave out line breaks and special control characters."))
    return value


def tidy_text(value: Any) -> Any:
    """Text of several lines: trimmed, composed, line breaks as \\n, no other control characters."""
    if value is None:
        return ""
    if isinstance(value, str):
        value = unicodedata.normalize("NFC", value.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if any(unicodedata.category(letter) in ("Cc", "Cs") and letter not in "\n\t" for letter in value):
            refuse(N_("Please leave out special control characters."))
    return value


@dataclass(frozen=True)
class Pattern:
    """Tells the schema of the API which text the validators of a field take; it checks nothing itself."""

    regex: str

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return handler(core) | {"pattern": self.regex}


LINE = r"[^\x00-\x1f\x7f-\x9f]"
Line = Annotated[str, BeforeValidator(tidy_line), Pattern(f"^{LINE}*$")]
"""One line of text, which may be empty. Say with `Field` how long it may be."""

FilledLine = Annotated[str, BeforeValidator(tidy_line), Pattern(rf"^{LINE}*[^\x00-\x20\x7f-\xa0\s]{LINE}*$")]
Text = Annotated[str, BeforeValidator(tidy_text), Pattern(r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]*$")]
"""Text of several lines, which may be empty."""

MAX_ID = 2**31 - 1
"""INTEGER of both databases holds no greater one."""

Id = Annotated[int, Field(ge=1, le=MAX_ID)]
PageNumber = Id
PageSize = Annotated[int, Field(ge=1, le=100)]


def sentence(detail: ErrorDetails) -> Sentence:
    """What one of pydantic's errors is called here. It never quotes the value at fault."""
    context: dict[str, Any] = detail.get("ctx", {})
    if detail["type"] == "sentence":
        return Sentence(context["msgid"], context["values"])
    if detail["type"] in ("too_short", "string_too_short") and not detail["input"]:
        return Sentence(MISSING)
    if detail["type"] in ("int_type", "string_type") and detail["input"] is not None:
        return Sentence(WHOLE_NUMBER if detail["type"] == "int_type" else OTHERWISE)
    return Sentence(SENTENCES.get(detail["type"], OTHERWISE), context)
