"""Kinds of help and cities for those who keep them, switched off or not."""

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, select

from gsapp import access
from gsapp.access import Actor
from gsapp.errors import Translate
from gsapp.events import CityChanged, TypeChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import City, ServiceType
from gsapp.rendering.spreadsheets import Table, streamed
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
def all_types(session: Session, *, actor: Actor, wanted: TypeFilter) -> Page[TypeAdminRow]:
    """One page of the kinds of help. For coordinators."""
    access.coordinator(actor)
    where = _of_types(wanted)
    total = session.exec(select(func.count()).select_from(ServiceType).where(*where)).one()
    rows = select(ServiceType).where(*where).order_by(*TYPE_ORDERS[wanted.sort])
    found = session.exec(rows.limit(wanted.size).offset((wanted.page - 1) * wanted.size)).all()
    in_order = session.exec(select(ServiceType.id).order_by(*TYPE_ORDERS[""])).all()
    items = tuple(
        TypeAdminRow(
            id=row.id or 0,
            name=row.name,
            icon=row.icon,
            enabled=row.enabled,
            target_hours=row.target_hours,
            first=row.id == in_order[0],
            last=row.id == in_order[-1],
        )
        for row in found
    )
    return Page(items=items, total=total, page=wanted.page, size=wanted.size)


def types_table(session: Session, *, actor: Actor, wanted: TypeFilter, t: Translate) -> Table:
    access.coordinator(actor)
    header = [t("Number"), t("Kind of help"), t("Target in hours"), t("Can be chosen")]
    statement = select(ServiceType).where(*_of_types(wanted)).order_by(*TYPE_ORDERS[wanted.sort])
    rows = (
        (row.id, row.name, row.target_hours, t("yes") if row.enabled else t("no"))
        for (row,) in streamed(session, statement)
    )
    return Table("kinds-of-help", header, rows)


@invalidated_by(CityChanged)
def all_cities(session: Session, *, actor: Actor, wanted: CityFilter) -> Page[CityAdminRow]:
    """One page of the cities that a filter lets through. For coordinators."""
    access.coordinator(actor)
    where = _of_cities(wanted)
    total = session.exec(select(func.count()).select_from(City).where(*where)).one()
    rows = select(City).where(*where).order_by(*CITY_ORDERS[wanted.sort])
    found = session.exec(rows.limit(wanted.size).offset((wanted.page - 1) * wanted.size))
    items = tuple(
        CityAdminRow(id=row.id or 0, name=row.name, province=row.province, enabled=row.enabled) for row in found
    )
    return Page(items=items, total=total, page=wanted.page, size=wanted.size)


def cities_table(session: Session, *, actor: Actor, wanted: CityFilter, t: Translate) -> Table:
    access.coordinator(actor)
    header = [t("Number"), t("City"), t("Province"), t("Can be chosen")]
    statement = select(City).where(*_of_cities(wanted)).order_by(*CITY_ORDERS[wanted.sort])
    rows = (
        (row.id, row.name, row.province, t("yes") if row.enabled else t("no"))
        for (row,) in streamed(session, statement)
    )
    return Table("cities", header, rows)


def _of_types(wanted: TypeFilter) -> list[ColumnElement[bool]]:
    return [col(ServiceType.enabled).is_(wanted.enabled == "yes")] if wanted.enabled else []


def _of_cities(wanted: CityFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.enabled:
        where.append(col(City.enabled).is_(wanted.enabled == "yes"))
    if wanted.q:
        # A few hundred rows: a look inside the names costs nothing.
        where.append(or_(*(col(column).contains(wanted.q, autoescape=True) for column in (City.name, City.province))))
    return where
