"""Monthly statistics: filters and read models; months as `YYYY-MM`."""

import re
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, WithJsonSchema, model_validator
from sqlmodel import Field

from gsapp import clock
from gsapp.i18n import N_
from gsapp.schemas.forms import FilterLine, Form, Id, PageNumber, PageSize, refuse
from gsapp.schemas.read_models import Page, ReadModel

MAX_MONTHS = 120


MONTH = "^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$"


def _month(value: Any) -> Any:
    if not isinstance(value, str) or not re.fullmatch(MONTH[1:-1], value):
        refuse(N_("Please give a month such as 2026-11."))
    return value


Month = Annotated[str, BeforeValidator(_month), WithJsonSchema({"type": "string", "pattern": MONTH})]


def months_from(start: str, count: int) -> list[str]:
    """`count` consecutive months that begin with `start`, or, with a negative `count`, end with it."""
    first = int(start[:4]) * 12 + int(start[5:]) - 1
    numbers = range(first, first + count) if count > 0 else range(first + count + 1, first + 1)
    return [f"{number // 12:04d}-{number % 12 + 1:02d}" for number in numbers]


def key_of(month: str) -> str:
    """The storage key of a month: `202611` for `2026-11`."""
    return month.replace("-", "")


def month_of(key: str) -> str:
    """The reverse of `key_of`."""
    return f"{key[:4]}-{key[4:]}"


def this_month() -> str:
    """The current month of TIME_ZONE."""
    return f"{clock.local_now():%Y-%m}"


def _six_months_ago() -> str:
    return months_from(this_month(), -6)[0]


class StatisticsFilter(Form):
    """Filter by months, place and kind of help; order and page of the grid. The default is the last six months."""

    start_month: Month = Field(default_factory=_six_months_ago)
    end_month: Month = Field(default_factory=this_month)
    city_id: Id | None = None
    province: Annotated[FilterLine, Field(max_length=50)] = ""
    type_id: Id | None = Field(default=None, alias="service_type_id")
    sort: Literal["month", "city", "type", "published", "completed", "rate"] = "month"
    descending: bool = True
    page: PageNumber = 1
    size: PageSize = 10

    @model_validator(mode="after")
    def _start_before_end(self) -> "StatisticsFilter":
        if self.start_month > self.end_month:
            refuse(N_("The first month lies after the last one."), field="start_month")
        if len(self.months) > MAX_MONTHS:
            refuse(N_("At most {most} months, please."), field="start_month", most=MAX_MONTHS)
        return self

    @property
    def months(self) -> list[str]:
        """All months from the first to the last, without gaps."""
        span = (int(self.end_month[:4]) - int(self.start_month[:4])) * 12
        return months_from(self.start_month, span + int(self.end_month[5:]) - int(self.start_month[5:]) + 1)


class MonthlyFilter(StatisticsFilter):
    """The filter for the REST API: both months are required."""

    start_month: Month
    end_month: Month
    sort: Literal["month", "published", "completed"] = "month"


class Counts(ReadModel):
    published: int
    completed: int

    @property
    def rate(self) -> float | None:
        """Completed / published; `None` when nothing was published."""
        return self.completed / self.published if self.published else None


class MonthCounts(Counts):
    month: str
    by_type: dict[int, tuple[int, int]]  # published, completed of each type


class GridRow(Counts):
    month: str
    city_id: int
    city_name: str
    type_id: int
    type_name: str
    type_icon: str


class MonthlyReport(ReadModel):
    """All months for a chart, and one page of them for a table."""

    months: tuple[MonthCounts, ...]
    page: Page[MonthCounts]


class Statistics(ReadModel):
    """Chart, grid and totals from one query, so that they always agree."""

    months: tuple[MonthCounts, ...]
    grid: Page[GridRow]
    total: Counts
    before: Counts  # of the same number of months before, for comparison
