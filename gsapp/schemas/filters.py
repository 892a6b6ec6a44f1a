"""From the query of an address to a filter form."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from gsapp.errors import Invalid, Sentence
from gsapp.schemas.forms import Form, parse
from gsapp.schemas.needs import city_number

F = TypeVar("F", bound=Form)
# Fields that an address has under a name of its own: `type` and `place`.
RENAMED = ("type_id", "city_id", "province")


def parse_filter(
    form: type[F], query: Mapping[str, str], *, only: Collection[str] | None = None
) -> tuple[F, Mapping[str, Sentence]]:
    """The filter that an address asks for, and what had to be left out because it makes no sense, each with the reason.

    A name without a value asks for nothing. `only` are the names that this page takes, if not all. Raises `Invalid` if
    a field that must be given is missing.
    """
    given = _given(form, {name: value for name, value in query.items() if value and (only is None or name in only)})
    left_out: dict[str, Sentence] = {}
    while True:
        try:
            return parse(form, given), left_out
        except Invalid as invalid:
            if not given:
                raise
            left_out |= invalid.fields
            # A rule about several fields may name one that is not given: then none of the others can be trusted.
            given = {
                name: given[name] for name in given if name not in invalid.fields and given.keys() & invalid.fields
            }


def _given(form: type[Form], query: Mapping[str, str]) -> dict[str, str]:
    fields = form.model_fields
    given = {name: query[name] for name in fields if name in query and name not in RENAMED}
    if "type_id" in fields and "type" in query:
        given["type_id"] = query["type"]
    if "city_id" in fields and "place" in query:
        given["province" if city_number(query["place"]) is None else "city_id"] = query["place"]
    return given
