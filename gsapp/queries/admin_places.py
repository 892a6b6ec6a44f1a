"""Kinds of help and cities for coordinators, including disabled ones."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from gsapp import access
from gsapp.access import Actor
from gsapp.events import CityChanged, TypeChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import City, ServiceType
from gsapp.queries.streaming import streamed
from gsapp.schemas.admin import CityFilter, TypeFilter
from gsapp.schemas.admin_rows import CityAdminRow, TypeAdminRow
from gsapp.schemas.read_models import Page

TYPE_ORDERS = {
    "": (col(ServiceType.position), col(ServiceType.id)),
    "name": (col(ServiceType.name),),
    "target": (col(ServiceType.target_hours), col(ServiceType.id)),
}
CITY_ORDERS = {
    "": (col(City.id),),
    "national": (col(City.id),),
    "name": (col(City.name), col(City.id)),
    "province": (col(City.province), col(City.id)),
}


@invalidated_by(TypeChanged)
def all_types(session: Session, *, actor: Actor, filter: TypeFilter) -> Page[TypeAdminRow]:
    """One page of the kinds of help. For coordinators."""
    access.coordinator(actor)
    where = _of_types(filter)
    total = session.exec(select(func.count()).select_from(ServiceType).where(*where)).one()
    rows = select(ServiceType).where(*where).order_by(*TYPE_ORDERS[filter.sort])
    found = session.exec(rows.limit(filter.size).offset((filter.page - 1) * filter.size)).all()
    in_order = session.exec(select(ServiceType.id).order_by(*TYPE_ORDERS[""])).all()
    items = tuple(_type_row(row, in_order) for row in found)
    return Page(items=items, total=total, page=filter.page, size=filter.size)


def stream_types(session: Session, *, actor: Actor, filter: TypeFilter) -> Iterator[TypeAdminRow]:
    """All kinds of help that match the filter, streamed. For coordinators."""
    access.coordinator(actor)
    in_order = session.exec(select(ServiceType.id).order_by(*TYPE_ORDERS[""])).all()
    statement = select(ServiceType).where(*_of_types(filter)).order_by(*TYPE_ORDERS[filter.sort])
    return (_type_row(row, in_order) for (row,) in streamed(session, statement))


@invalidated_by(CityChanged)
def all_cities(session: Session, *, actor: Actor, filter: CityFilter) -> Page[CityAdminRow]:
    """One page of the cities that match a filter. For coordinators."""
    access.coordinator(actor)
    where = _of_cities(filter)
    total = session.exec(select(func.count()).select_from(City).where(*where)).one()
    rows = select(City).where(*where).order_by(*CITY_ORDERS[filter.sort])
    found = session.exec(rows.limit(filter.size).offset((filter.page - 1) * filter.size))
    items = tuple(_city_row(row) for row in found)
    return Page(items=items, total=total, page=filter.page, size=filter.size)


def stream_cities(session: Session, *, actor: Actor, filter: CityFilter) -> Iterator[CityAdminRow]:
    """All cities that match the filter, streamed. For coordinators."""
    access.coordinator(actor)
    statement = select(City).where(*_of_cities(filter)).order_by(*CITY_ORDERS[filter.sort])
    return (_city_row(row) for (row,) in streamed(session, statement))


def _type_row(row: ServiceType, in_order: Sequence[int | None]) -> TypeAdminRow:
    return TypeAdminRow(
        id=row.id or 0,
        name=row.name,
        icon=row.icon,
        enabled=row.enabled,
        target_hours=row.target_hours,
        first=row.id == in_order[0],
        last=row.id == in_order[-1],
    )


def _city_row(row: City) -> CityAdminRow:
    return CityAdminRow(id=row.id or 0, name=row.name, province=row.province, enabled=row.enabled)


def _of_types(filter: TypeFilter) -> list[ColumnElement[bool]]:
    return [col(ServiceType.enabled).is_(filter.enabled == "yes")] if filter.enabled else []


def _of_cities(filter: CityFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filter.enabled:
        where.append(col(City.enabled).is_(filter.enabled == "yes"))
    if filter.q:
        # A few hundred rows: a table scan is cheap.
        where.append(or_(*(col(column).contains(filter.q, autoescape=True) for column in (City.name, City.province))))
    return where
