"""One select for a city or a whole province, and how an address names them."""

from collections.abc import Mapping, Sequence

from gsapp.i18n import Translator
from gsapp.schemas.needs import CityRow


def asked_place(query: Mapping[str, str]) -> dict[str, str]:
    """`place` in an address is the number of a city or the name of a province."""
    place = query.get("place", "")
    if not place:
        return {}
    return {"city_id": place} if place.isascii() and place.isdecimal() else {"province": place}


def place_options(t: Translator, cities: Sequence[CityRow]) -> dict[str, list[tuple[str, str]]]:
    """By province: the whole of it first, then its cities. A city that is a province of its own stands alone."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for city in cities:
        members = groups.setdefault(city.province, [])
        if not members and city.name != city.province:
            members.append((city.province, t("All of {province}", province=city.province)))
        members.append((str(city.id), city.name))
    return groups
