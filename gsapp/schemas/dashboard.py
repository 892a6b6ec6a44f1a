"""The dashboard: filters and read models."""

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any

import pydantic
from pydantic import BeforeValidator, ConfigDict
from sqlmodel import Field

from gsapp.i18n import N_
from gsapp.schemas.forms import FilterLine, Form, Id, PageNumber, PageSize, refuse
from gsapp.schemas.needs import TypeRow
from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import MetricKey, NeedStatus


def _day(value: Any) -> Any:
    if isinstance(value, str):
        with suppress(ValueError):
            value = date.fromisoformat(value) if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value) else value
    if not isinstance(value, date) or not 2000 <= value.year <= 2100:
        refuse(N_("Please give a day such as 2026-11-23."))
    return value


Day = Annotated[date, BeforeValidator(_day)]


class DashboardFilter(Form):
    """Filter by city, province and kind of help. Frozen, so that it is hashable as a cache key."""

    model_config = ConfigDict(frozen=True)

    city_id: Id | None = None
    province: Annotated[FilterLine, Field(max_length=50)] = ""
    type_id: Id | None = None


class RowsFilter(DashboardFilter):
    """Filter of the rows that a metric counts. `day` selects one day of a metric that the chart shows by day."""

    metric: MetricKey
    day: Day | None = None
    page: PageNumber = 1
    size: PageSize = 20


class Tile(ReadModel):
    """One number. `value` is `None` where `n`, the number of rows, is too small; durations are in minutes.

    For durations, `waiting` is the number of needs that still wait, the oldest for `oldest` minutes. `more` has further
    numbers by the key of their metric, or by name.
    """

    key: MetricKey
    value: int | None
    n: int
    waiting: int | None = None
    oldest: int | None = None
    more: dict[str, int] = pydantic.Field(default_factory=dict)


class DayCounts(ReadModel):
    """The values of one day in the chart."""

    day: date
    published: int = 0
    matched: int = 0
    fulfilled: int = 0


class Cell(ReadModel):
    """Unmet needs of a city and a type; `overdue` of them exceed the target time now."""

    n: int = 0
    overdue: int = 0


class MatrixRow(ReadModel):
    city_id: int
    city_name: str
    cells: tuple[Cell, ...]
    total: int


class Matrix(ReadModel):
    """Unmet needs by city and type, the cities with most of them first; `cities` counts all cities with any."""

    types: tuple[TypeRow, ...]
    rows: tuple[MatrixRow, ...]
    totals: tuple[int, ...]
    total: int
    cities: int
    most: int


class WaitingNeed(ReadModel):
    """One of the longest waiting needs; `title` is empty on the wall."""

    id: int
    title: str
    type_name: str
    type_icon: str
    city_name: str
    minutes: int
    overdue: bool


class Happening(ReadModel):
    """An event in the activity feed; `title` and `username` are empty on the wall."""

    id: int
    at: datetime  # naive local time of TIME_ZONE
    action: str
    need_id: int | None
    title: str
    type_name: str
    type_icon: str
    city_name: str
    user_id: int | None
    username: str


class Dashboard(ReadModel):
    """The whole dashboard, as of one moment."""

    as_of: datetime  # naive local time of TIME_ZONE
    filter: DashboardFilter
    tiles: tuple[Tile, ...]
    days: tuple[DayCounts, ...]
    matrix: Matrix
    oldest: tuple[WaitingNeed, ...]
    feed: tuple[Happening, ...]

    def tile(self, key: MetricKey) -> Tile:
        """The tile of a metric."""
        return next(tile for tile in self.tiles if tile.key is key)


class DashboardRow(ReadModel):
    """A need, offer, match or member that a metric counts.

    `member` is the author (needs), the volunteer (offers, matches) or the member counted; `at` is the time of
    publication, offer, acceptance or confirmation, or of registration. `minutes` is the waiting time.
    """

    id: int
    need_id: int | None = None
    title: str = ""
    type_name: str = ""
    type_icon: str = ""
    city_name: str = ""
    province: str = ""
    status: NeedStatus | None = None
    starts_at: datetime | None = None
    member_id: int
    member: str
    at: datetime
    minutes: int | None = None
