"""The measured endpoints that read, with random requests for records of a town; deterministic for the seed."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple
from urllib.parse import urlencode

from sqlalchemy import func
from sqlmodel import col, select

from benchmarks.members import Members
from benchmarks.textbook import TEXTBOOK
from benchmarks.towns import Town, dice
from benchmarks.wrk import Request, Requests
from gsapp import clock
from gsapp.models import Need
from gsapp.schemas.statistics import months_from, this_month

MANY = 20_000
NEEDS = "/api/v1/service-requests"
Make = Callable[[Town], Requests]


@dataclass(frozen=True)
class Endpoint:
    """A measured endpoint: `name` for --only, `title` for the table; `textbook` makes requests to the naive version."""

    name: str
    title: str
    make: Make
    textbook: Make | None = None
    writes: bool = False
    connections: int = 8


class Drawn(NamedTuple):
    id: int
    title: str
    type_id: int
    city_id: int


def first_page(town: Town, path: str = NEEDS) -> Requests:
    return _get(town, lambda draw: f"{path}?page=1")


def page_500(town: Town) -> Requests:
    return _get(town, lambda draw: f"{NEEDS}?page=500")


def filtered(town: Town) -> Requests:
    """The list by type and city of a random need, so that frequent combinations are requested often."""
    pairs = [(need.type_id, need.city_id) for need in drawn_needs(town, 2000)]

    def path(draw: random.Random) -> str:
        kind, city = draw.choice(pairs)
        return f"{NEEDS}?stype_id={kind}&city_id={city}"

    return _get(town, path)


def text_search(town: Town) -> Requests:
    """Text search for a word, or a few Chinese characters, of the title of a random need."""
    draw = dice()
    words = [_search_term(draw, need.title) for need in drawn_needs(town, 2000)]
    return _get(town, lambda draw: f"{NEEDS}?{urlencode({'q': draw.choice(words)})}")


def detail(town: Town, path: str = NEEDS) -> Requests:
    ids = [need.id for need in drawn_needs(town, MANY)]
    return _get(town, lambda draw: f"{path}/{draw.choice(ids)}")


def me(town: Town) -> Requests:
    return _get(town, lambda draw: "/api/v1/users/me")


def statistics(town: Town) -> Requests:
    """The monthly statistics of the last twelve months."""
    months = months_from(this_month(), -12)
    return _get(town, lambda draw: f"/api/v1/stats/monthly?start_month={months[0]}&end_month={months[-1]}")


def textbook_list(town: Town) -> Requests:
    return first_page(town, f"{TEXTBOOK}/service-requests")


def textbook_detail(town: Town) -> Requests:
    return detail(town, f"{TEXTBOOK}/service-requests")


def textbook_statistics(town: Town) -> Requests:
    months = months_from(this_month(), -12)
    end = clock.local_now() + timedelta(days=31)
    span = urlencode({"start": f"{months[0]}-01T00:00:00", "end": f"{end:%Y-%m}-01T00:00:00"})
    return _get(town, lambda draw: f"{TEXTBOOK}/stats/monthly?{span}")


READS = (
    Endpoint("list", "list, first page", first_page, textbook_list),
    Endpoint("page-500", "list, page 500", page_500),
    Endpoint("filtered", "list, by type and city", filtered),
    Endpoint("text", "list, text search", text_search),
    Endpoint("detail", "detail", detail, textbook_detail),
    Endpoint("me", "me", me),
    Endpoint("statistics", "statistics, 12 months", statistics, textbook_statistics),
)


def _get(town: Town, path: Callable[[random.Random], str]) -> Requests:
    """GET requests of random members, with paths made by `path`."""
    draw = dice()
    members = Members(town).some
    return Requests(Request(path(draw), draw.choice(members).token) for _ in range(MANY))


def drawn_needs(town: Town, number: int) -> list[Drawn]:
    """A random sample of needs, with repetitions; at most `number`."""
    draw = dice()
    low, high = town.query(select(func.min(Need.id), func.max(Need.id)))[0]
    drawn = [draw.randint(low, high) for _ in range(number)]
    columns = select(Need.id, Need.title, Need.type_id, Need.city_id).where(col(Need.id).in_(set(drawn)))
    known = {need.id: need for need in (Drawn(*found) for found in town.query(columns))}
    return [known[need_id] for need_id in drawn if need_id in known]


def _search_term(draw: random.Random, title: str) -> str:
    words = title.split()
    if len(words) > 1:
        return max(words, key=len)
    start = draw.randrange(max(1, len(title) - 3))
    return title[start : start + draw.randint(2, 4)]
