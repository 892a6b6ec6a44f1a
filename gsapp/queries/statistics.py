"""Monthly statistics, read from the totals that `effects.monthly` maintains."""

from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from gsapp.access import Actor
from gsapp.events import CityChanged, NeedChanged, TypeChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import City, MonthlyTotal, ServiceType
from gsapp.queries.streaming import streamed
from gsapp.schemas.read_models import Page
from gsapp.schemas.statistics import (
    Counts,
    GridRow,
    MonthCounts,
    MonthlyFilter,
    MonthlyReport,
    Statistics,
    StatisticsFilter,
    key_of,
    month_of,
    months_from,
)

PUBLISHED, COMPLETED = col(MonthlyTotal.published), col(MonthlyTotal.completed)
# Highest rate first; rows without anything published have no rate and come last in either direction.
RATE = COMPLETED * 1.0 / func.nullif(PUBLISHED, 0)

_SORTED_BY: dict[str, Callable[[MonthCounts], str | int]] = {
    "month": lambda month: month.month,
    "published": lambda month: month.published,
    "completed": lambda month: month.completed,
}


@invalidated_by(NeedChanged, TypeChanged, CityChanged, shared=True)
def statistics(session: Session, *, filter: StatisticsFilter) -> Statistics:
    """Chart, grid and totals of the months of the filter; a month without data counts 0.

    On SQLite the session reads a consistent snapshot; on MariaDB chart and totals come from a single statement, and
    the grid is a page of the same rows.
    """
    where = _conditions(filter, filter.months)
    months = _months(session, filter, where)
    total = Counts(published=sum(m.published for m in months), completed=sum(m.completed for m in months))
    return Statistics(months=months, grid=_grid(session, filter, where), total=total, before=_before(session, filter))


@invalidated_by(NeedChanged, TypeChanged, CityChanged, shared=True)
def monthly_report(session: Session, *, filter: MonthlyFilter) -> MonthlyReport:
    """All months of the filter in order, and one page of them sorted; equal counts have the newest first."""
    months = _months(session, filter, _conditions(filter, filter.months))
    newest_first = sorted(months, key=_SORTED_BY["month"], reverse=True)
    ordered = sorted(newest_first, key=_SORTED_BY[filter.sort], reverse=filter.descending)
    start = (filter.page - 1) * filter.size
    page = Page(
        items=tuple(ordered[start : start + filter.size]), total=len(months), page=filter.page, size=filter.size
    )
    return MonthlyReport(months=months, page=page)


def stream_statistics(session: Session, *, actor: Actor, filter: StatisticsFilter) -> Iterator[GridRow]:
    """All rows of the grid, streamed. For every member, like the page."""
    return (_grid_row(*found) for found in streamed(session, _rows(filter, _conditions(filter, filter.months))))


def _months(session: Session, filter: StatisticsFilter, where: list[ColumnElement[bool]]) -> tuple[MonthCounts, ...]:
    summed = select(MonthlyTotal.month, MonthlyTotal.type_id, func.sum(PUBLISHED), func.sum(COMPLETED)).where(*where)
    grouped = summed.group_by(col(MonthlyTotal.month), col(MonthlyTotal.type_id))
    by_month: dict[str, dict[int, tuple[int, int]]] = {month: {} for month in filter.months}
    for key, type_id, published, completed in _in_scope(grouped, filter, session):
        by_month[month_of(key)][type_id] = (int(published), int(completed))
    return tuple(
        MonthCounts(
            month=month,
            published=sum(published for published, _ in by_type.values()),
            completed=sum(completed for _, completed in by_type.values()),
            by_type=by_type,
        )
        for month, by_type in by_month.items()
    )


def _grid(session: Session, filter: StatisticsFilter, where: list[ColumnElement[bool]]) -> Page[GridRow]:
    counted = select(func.count()).select_from(MonthlyTotal).where(*where)
    total = _in_scope(counted, filter, session)[0][0]
    rows = _rows(filter, where).limit(filter.size).offset((filter.page - 1) * filter.size)
    items = tuple(_grid_row(*found) for found in session.execute(rows))
    return Page(items=items, total=total, page=filter.page, size=filter.size)


def _rows(filter: StatisticsFilter, where: list[ColumnElement[bool]]) -> Any:
    return (
        select(MonthlyTotal, City.name, ServiceType.name, ServiceType.icon)
        .join(City, col(City.id) == col(MonthlyTotal.city_id))
        .join(ServiceType, col(ServiceType.id) == col(MonthlyTotal.type_id))
        .where(*where, *([City.province == filter.province] if filter.province else []))
        .order_by(*_order(filter))
    )


def _grid_row(row: MonthlyTotal, city: str, type_name: str, icon: str) -> GridRow:
    return GridRow(
        month=month_of(row.month),
        published=row.published,
        completed=row.completed,
        city_id=row.city_id,
        city_name=city,
        type_id=row.type_id,
        type_name=type_name,
        type_icon=icon,
    )


def _before(session: Session, filter: StatisticsFilter) -> Counts:
    earlier = months_from(filter.start_month, -len(filter.months) - 1)[:-1]
    summed = select(func.coalesce(func.sum(PUBLISHED), 0), func.coalesce(func.sum(COMPLETED), 0)).where(
        *_conditions(filter, earlier)
    )
    published, completed = _in_scope(summed, filter, session)[0]
    return Counts(published=int(published), completed=int(completed))


def _conditions(filter: StatisticsFilter, months: list[str]) -> list[ColumnElement[bool]]:
    month = col(MonthlyTotal.month)
    # Rows whose counts have returned to 0 are skipped: a month without data is 0 anyway.
    where = [month.between(key_of(months[0]), key_of(months[-1])), PUBLISHED + COMPLETED > 0]
    if filter.city_id is not None:
        where.append(col(MonthlyTotal.city_id) == filter.city_id)
    if filter.type_id is not None:
        where.append(col(MonthlyTotal.type_id) == filter.type_id)
    return where


def _in_scope(statement: Any, filter: StatisticsFilter, session: Session) -> Any:
    if filter.province:
        statement = statement.join(City, col(City.id) == col(MonthlyTotal.city_id)).where(
            City.province == filter.province
        )
    return session.execute(statement).all()


def _order(filter: StatisticsFilter) -> list[ColumnElement[Any]]:
    column: Any = {
        "month": col(MonthlyTotal.month),
        "city": col(MonthlyTotal.city_id),
        "type": col(ServiceType.position),
        "published": PUBLISHED,
        "completed": COMPLETED,
        "rate": RATE,
    }[filter.sort]
    first = [PUBLISHED == 0] if filter.sort == "rate" else []
    then = [col(MonthlyTotal.month).desc(), col(MonthlyTotal.city_id), col(MonthlyTotal.type_id)]
    return [*first, column.desc() if filter.descending else column.asc(), *then]
