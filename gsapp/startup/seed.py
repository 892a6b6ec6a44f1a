"""Seed data of a new database: the six kinds of help, the cities, and the guard row of the coordinators."""

from collections.abc import Iterable

from sqlmodel import Session, select

from gsapp import data
from gsapp.models import City, ServiceType, SiteState
from gsapp.models.site import COORDINATORS

SERVICE_TYPES = (
    ("管道维修", "plumbing"),
    ("助老服务", "care"),
    ("保洁服务", "cleaning"),
    ("就诊服务", "doctor"),
    ("营养餐服务", "meals"),
    ("定期接送服务", "transport"),
)


def seed(session: Session, cities: Iterable[data.CityRecord] | None = None) -> None:
    """Fill the tables of kinds and cities if they are empty; existing rows are not changed."""
    if session.get(SiteState, COORDINATORS) is None:
        session.add(SiteState(name=COORDINATORS, value="0"))
    if session.exec(select(ServiceType.id)).first() is None:
        for position, (name, icon) in enumerate(SERVICE_TYPES):
            session.add(ServiceType(name=name, icon=icon, position=position))
    if session.exec(select(City.id)).first() is None:
        session.add_all(City(name=city.name, province=city.province) for city in cities or data.cities())
