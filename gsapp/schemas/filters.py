"""Parses the query string of an address into a filter form."""

from collections.abc import Collection, Mapping
from typing import TypeVar

from gsapp.errors import Invalid, Sentence
from gsapp.schemas.forms import Form, parse
from gsapp.schemas.needs import city_number

F = TypeVar("F", bound=Form)
# Fields with other names in addresses: `type` and `place`.
RENAMED = ("type_id", "city_id", "province")


def parse_filter(
    form: type[F], query: Mapping[str, str], *, only: Collection[str] | None = None
) -> tuple[F, Mapping[str, Sentence]]:
    """The filter of a query string, and the fields that were ignored because they are invalid, with the reasons.

    Parameters without a value are ignored. `only` limits the parameters that the page accepts. Raises `Invalid` if a
    required field is missing.
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
            # A rule for several fields may report one that was not given; then all given values are dropped.
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
