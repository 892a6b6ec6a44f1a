"""Choices of forms and filters: kinds of help and cities."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from gsapp.access import Actor
from gsapp.events import CityChanged, NeedChanged, TypeChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import City, MonthlyTotal, Need, Offer, ServiceType
from gsapp.schemas.forms import MAX_ID
from gsapp.schemas.needs import CityRow, TypeRow, city_number


@invalidated_by(TypeChanged, shared=True)
def service_types(session: Session) -> tuple[TypeRow, ...]:
    """The enabled kinds of help, in the coordinators' order."""
    rows = select(ServiceType).where(col(ServiceType.enabled)).order_by(col(ServiceType.position), col(ServiceType.id))
    return tuple(TypeRow(id=row.id or 0, name=row.name, icon=row.icon) for row in session.exec(rows))


@invalidated_by(CityChanged, shared=True)
def cities(session: Session) -> tuple[CityRow, ...]:
    """The enabled cities, in the order of the national list, which groups them by province."""
    rows = select(City).where(col(City.enabled)).order_by(col(City.id))
    return tuple(CityRow(id=row.id or 0, name=row.name, province=row.province) for row in session.exec(rows))


@invalidated_by(CityChanged, NeedChanged, shared=True)
def places_in_use(session: Session) -> tuple[CityRow, ...]:
    """The cities that have ever had a need, by province: the choices for filters of lists and statistics."""
    used = select(MonthlyTotal.city_id).distinct()
    rows = select(City).where(col(City.id).in_(used)).order_by(col(City.province), col(City.id))
    return tuple(CityRow(id=row.id or 0, name=row.name, province=row.province) for row in session.exec(rows))


def own_place(session: Session, *, actor: Actor) -> CityRow | None:
    """The city of the need for which this member made the latest offer, otherwise of their own latest need."""
    answered = select(Need.city_id).join(Offer, col(Offer.need_id) == col(Need.id))
    answered = answered.where(Offer.volunteer_id == actor.user_id).order_by(col(Offer.id).desc()).limit(1)
    asked = select(Need.city_id).where(Need.author_id == actor.user_id).order_by(col(Need.id).desc()).limit(1)
    last = func.coalesce(answered.scalar_subquery(), asked.scalar_subquery())
    city = session.exec(select(City).where(col(City.id) == last)).first()
    return CityRow(id=city.id or 0, name=city.name, province=city.province) if city else None


def cities_meant(session: Session, place: str) -> list[int]:
    """The ids of the cities that the filter value `place` selects: the id of one, or the name of a province."""
    number = city_number(place)
    if number is None:
        return city_ids(session, place)
    return [number] if number <= MAX_ID else []


def city_ids(session: Session, province: str) -> list[int]:
    """The ids of the cities of a province, enabled or not."""
    return [
        city_id for city_id in session.exec(select(City.id).where(City.province == province)) if city_id is not None
    ]
