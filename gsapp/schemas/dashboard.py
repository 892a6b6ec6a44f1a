"""The dashboard: what is asked for, and what comes back."""

import re
from contextlib import suppress
from datetime import date, datetime
from typing import Annotated, Any

import pydantic
from pydantic import BeforeValidator, ConfigDict
from sqlmodel import Field

from gsapp.i18n import N_
from gsapp.schemas.forms import Form, Id, Line, PageNumber, PageSize, refuse
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
    """Where, and which kind of help. Frozen: whoever asks the same shares the answer."""

    model_config = ConfigDict(frozen=True)

    city_id: Id | None = None
    province: Annotated[Line, Field(max_length=50)] = ""
    type_id: Id | None = None


class RowsFilter(DashboardFilter):
    """The rows that a number of the dashboard counts. `day` narrows what the chart draws day by day."""

    metric: MetricKey
    day: Day | None = None
    page: PageNumber = 1
    size: PageSize = 20


class Tile(ReadModel):
    """One number. `value` is hidden where `n` is too small to say anything; durations are in minutes.

    What has not ended stands beside: `waiting` such needs, the oldest since `oldest` minutes. `more` holds further
    numbers by the key of their metric, or by their own name.
    """

    key: MetricKey
    value: int | None
    n: int
    waiting: int | None = None
    oldest: int | None = None
    more: dict[str, int] = pydantic.Field(default_factory=dict)


class DayCounts(ReadModel):
    """What the chart draws of one day."""

    day: date
    published: int = 0
    matched: int = 0
    fulfilled: int = 0


class Cell(ReadModel):
    """Unmet needs of a city and a type; `overdue` of them wait too long at this moment."""

    n: int = 0
    overdue: int = 0


class MatrixRow(ReadModel):
    city_id: int
    city_name: str
    cells: tuple[Cell, ...]
    total: int


class Matrix(ReadModel):
    """Unmet needs, city by type. The cities with most come first; `cities` counts all that have any."""

    types: tuple[TypeRow, ...]
    rows: tuple[MatrixRow, ...]
    totals: tuple[int, ...]
    total: int
    cities: int
    most: int


class WaitingNeed(ReadModel):
    """One of the needs that wait longest; `title` is empty on the wall."""

    id: int
    title: str
    type_name: str
    type_icon: str
    city_name: str
    minutes: int
    overdue: bool


class Happening(ReadModel):
    """Something that just happened; `title` and `username` are empty on the wall."""

    id: int
    at: datetime  # wall clock
    action: str
    need_id: int | None
    title: str
    type_name: str
    type_icon: str
    city_name: str
    user_id: int | None
    username: str


class Dashboard(ReadModel):
    """All numbers of one moment."""

    as_of: datetime  # wall clock
    filter: DashboardFilter
    tiles: tuple[Tile, ...]
    days: tuple[DayCounts, ...]
    matrix: Matrix
    oldest: tuple[WaitingNeed, ...]
    feed: tuple[Happening, ...]

    def tile(self, key: MetricKey) -> Tile:
        return next(tile for tile in self.tiles if tile.key is key)


class DashboardRow(ReadModel):
    """A need, an offer, a match or a member behind a number.

    `member` asked for help (needs), offered it (offers), gives it (matches), or is meant (members); `at` is when it was
    published, offered, accepted or confirmed, or when they registered. `minutes` is how long it waits, or waited.
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
