"""Names of places: options of a select, and markup for lists."""

from collections.abc import Sequence

from markupsafe import Markup

from gsapp.i18n import Translator
from gsapp.schemas.needs import CityRow

# Names of places are Chinese on every page.
PLACE = Markup('<span lang="zh-CN">{name}</span>')


def place_options(t: Translator, cities: Sequence[CityRow]) -> dict[str, list[tuple[str, str]]]:
    """Options grouped by province: the whole province, then its cities; only the city if it is a province itself."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for city in cities:
        members = groups.setdefault(city.province, [])
        if not members and city.name != city.province:
            members.append((city.province, t("All of {province}", province=city.province)))
        members.append((str(city.id), city.name))
    return groups


def place_markup(city: str, province: str = "") -> Markup:
    """Province and city; only the city if it is a province itself."""
    return PLACE.format(name=f"{province} · {city}" if province and province != city else city)
