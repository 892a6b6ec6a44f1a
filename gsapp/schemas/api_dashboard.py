"""Responses of `/api/v1` for the dashboard."""

from datetime import date, datetime

from pydantic import Field

from gsapp import metrics
from gsapp.i18n import Translate
from gsapp.metrics import Unit
from gsapp.schemas.api import Answered, WallClock, example
from gsapp.schemas.dashboard import Dashboard, Matrix, Tile
from gsapp.vocabulary import MetricKey, NeedStatus


class Number(Answered):
    """One number of the dashboard, with its definition."""

    key: MetricKey = Field(description="Ask for its rows by `/dashboard/rows?metric=<key>`.")
    name: str
    sentence: str
    unit: Unit
    value: int | None = Field(description="null where `n` is too small to say anything")
    n: int = Field(description="How many rows it counts.")
    waiting: int | None = Field(description="For durations: needs that still wait for it.")
    oldest_minutes: int | None = Field(description="How long the oldest of them has been waiting.")
    more: dict[str, int]

    @classmethod
    def of(cls, tile: Tile, t: Translate) -> "Number":
        """The response for a tile, translated by `t`."""
        metric = metrics.COUNTED[tile.key]
        return cls(
            key=tile.key,
            name=t(metric.name),
            sentence=t(metric.sentence),
            unit=metric.unit,
            value=tile.value,
            n=tile.n,
            waiting=tile.waiting,
            oldest_minutes=tile.oldest,
            more=tile.more,
        )


class Day(Answered):
    day: date
    published: int
    matched: int
    fulfilled: int


class Unmet(Answered):
    """Unmet needs of one city and one kind of help; `overdue` of them exceed the target time now."""

    city_id: int
    city_name: str
    service_type_id: int
    service_type_name: str
    n: int
    overdue: int


class DashboardNumbers(Answered):
    model_config = example(
        as_of="2026-11-23T12:00:00",
        numbers=[
            {
                "key": "open",
                "name": "Waiting for help now",
                "sentence": "Needs that are neither over nor called off and have a place left.",
                "unit": "count",
                "value": 12,
                "n": 12,
                "waiting": None,
                "oldest_minutes": None,
                "more": {},
            }
        ],
        days=[{"day": "2026-11-23", "published": 3, "matched": 2, "fulfilled": 1}],
        unmet=[
            {
                "city_id": 2,
                "city_name": "杭州",
                "service_type_id": 1,
                "service_type_name": "管道维修",
                "n": 4,
                "overdue": 1,
            }
        ],
    )

    as_of: WallClock
    numbers: tuple[Number, ...]
    days: tuple[Day, ...] = Field(description="The last 30 days, today last.")
    unmet: tuple[Unmet, ...] = Field(description="The cities with most unmet needs come first; zeros are left out.")

    @classmethod
    def of(cls, found: Dashboard, t: Translate) -> "DashboardNumbers":
        """The response for a dashboard, translated by `t`."""
        return cls(
            as_of=found.as_of,
            numbers=tuple(Number.of(tile, t) for tile in found.tiles),
            days=tuple(Day.model_validate(day) for day in found.days),
            unmet=_unmet(found.matrix),
        )


class Row(Answered):
    """A need, offer, match or member that a number counts, with its need."""

    model_config = example(
        id=7,
        srid=7,
        ps_title="The kitchen pipe leaks",
        service_type_name="管道维修",
        city_name="杭州",
        province="浙江",
        status="open",
        user_id=1,
        uname="anna",
        at="2026-11-23T04:00:00Z",
        minutes=90,
    )

    id: int
    need_id: int | None = Field(serialization_alias="srid")
    title: str = Field(serialization_alias="ps_title")
    type_name: str = Field(serialization_alias="service_type_name")
    city_name: str
    province: str
    status: NeedStatus | None
    member_id: int = Field(
        serialization_alias="user_id",
        description="Who asked for help (needs), offered it (offers), gives it (matches), or is meant (members).",
    )
    member: str = Field(serialization_alias="uname")
    at: datetime = Field(description="When it was published, offered, accepted or confirmed, or when they registered.")
    minutes: int | None = Field(description="How long it waits, or has waited.")


def _unmet(matrix: Matrix) -> tuple[Unmet, ...]:
    return tuple(
        Unmet(
            city_id=row.city_id,
            city_name=row.city_name,
            service_type_id=kind.id,
            service_type_name=kind.name,
            n=cell.n,
            overdue=cell.overdue,
        )
        for row in matrix.rows
        for kind, cell in zip(matrix.types, row.cells, strict=True)
        if cell.n
    )
