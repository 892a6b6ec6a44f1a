"""How places are named: in an address, in a select of cities and provinces, in a list."""

from collections.abc import Sequence

from markupsafe import Markup

from gsapp.i18n import Translator
from gsapp.schemas.needs import CityRow

# Names of places are Chinese on every page.
PLACE = Markup('<span lang="zh-CN">{name}</span>')


def place_options(t: Translator, cities: Sequence[CityRow]) -> dict[str, list[tuple[str, str]]]:
    """By province: the whole of it first, then its cities. A city that is a province of its own stands alone."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for city in cities:
        members = groups.setdefault(city.province, [])
        if not members and city.name != city.province:
            members.append((city.province, t("All of {province}", province=city.province)))
        members.append((str(city.id), city.name))
    return groups


def place_markup(city: str, province: str = "") -> Markup:
    """A city with its province, which cities that are provinces of their own do not repeat."""
    return PLACE.format(name=f"{province} · {city}" if province and province != city else city)
