"""The lists of kinds of help and cities. A disabled entry cannot be chosen, but stays readable where it was chosen."""

from typing import Literal, TypeVar

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from gsapp import access, events, guards
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken, Taken
from gsapp.i18n import N_
from gsapp.models import City, ServiceType
from gsapp.models.ids import id_of
from gsapp.schemas.admin import CityForm, TypeForm

P = TypeVar("P", ServiceType, City)


class TypeNameTaken(Taken):
    field = "name"
    sentence = N_("There is a kind of help with this name already.")


class CityKnown(Taken):
    field = "name"
    sentence = N_("This city is in the list already.")


class ChangedMeanwhile(RuleBroken):
    sentence = N_("Another coordinator has just changed this. Please look at it again.")


def add_type(session: Session, actor: Actor, *, form: TypeForm) -> int:
    """Append a kind of help to the list and return its id. Raises `TypeNameTaken`."""
    access.coordinator(actor)
    last = session.exec(select(func.max(ServiceType.position))).one()
    kind = ServiceType(name=form.name, target_hours=form.target_hours, position=(last or 0) + 1)
    session.add(kind)
    _flush(session, TypeNameTaken)
    type_id = id_of(kind)
    record_event(session, actor, events.TypeAdded(type_id), reason=kind.name)
    return type_id


def edit_type(session: Session, actor: Actor, *, type_id: int, was: TypeForm, form: TypeForm) -> None:
    """Rename a kind of help or change its target hours (optimistic locking).

    `was` holds the values that the coordinator saw. Raises `ChangedMeanwhile` if the row has others, and
    `TypeNameTaken`.
    """
    access.coordinator(actor)
    access.row(session, ServiceType, type_id)
    if was == form:
        return
    same = [col(getattr(ServiceType, name)) == value for name, value in was.model_dump().items()]
    try:
        guards.one_row(
            session, ServiceType, [col(ServiceType.id) == type_id, *same], form.model_dump(), ChangedMeanwhile
        )
    except IntegrityError as error:
        raise TypeNameTaken from error
    change = f"{was.name} · {was.target_hours} → {form.name} · {form.target_hours}"
    record_event(session, actor, events.TypeEdited(type_id), reason=change)


def move_type(session: Session, actor: Actor, *, type_id: int, direction: Literal["up", "down"]) -> None:
    """Swap a kind of help with its neighbour in the list; no change at the first or last position."""
    access.coordinator(actor)
    access.row(session, ServiceType, type_id)
    order = [col(ServiceType.position), col(ServiceType.id)]
    kinds = list(session.exec(select(ServiceType).order_by(*order).with_for_update()))
    here = next(index for index, kind in enumerate(kinds) if kind.id == type_id)
    there = here + (1 if direction == "down" else -1)
    if not 0 <= there < len(kinds):
        return
    kinds[here], kinds[there] = kinds[there], kinds[here]
    for position, kind in enumerate(kinds):
        kind.position = position
    session.add_all(kinds)
    record_event(session, actor, events.TypeMoved(type_id), new=direction, reason=kinds[there].name)


def enable_type(session: Session, actor: Actor, *, type_id: int) -> None:
    """Make a kind of help available for new needs again. Raises `ChangedMeanwhile` if it is enabled."""
    name = _switch(session, actor, ServiceType, type_id, on=True)
    record_event(session, actor, events.TypeEnabled(type_id), reason=name)


def disable_type(session: Session, actor: Actor, *, type_id: int) -> None:
    """Remove a kind of help from the choices for new needs. Raises `ChangedMeanwhile` if it is disabled."""
    name = _switch(session, actor, ServiceType, type_id, on=False)
    record_event(session, actor, events.TypeDisabled(type_id), reason=name)


def add_city(session: Session, actor: Actor, *, form: CityForm) -> int:
    """Add a city of an existing or a new province and return its id. Raises `CityKnown`."""
    access.coordinator(actor)
    city = City(name=form.name, province=form.province)
    session.add(city)
    _flush(session, CityKnown)
    city_id = id_of(city)
    record_event(session, actor, events.CityAdded(city_id), reason=f"{city.name} · {city.province}")
    return city_id


def enable_city(session: Session, actor: Actor, *, city_id: int) -> None:
    """Make a city available for new needs again. Raises `ChangedMeanwhile` if it is enabled."""
    name = _switch(session, actor, City, city_id, on=True)
    record_event(session, actor, events.CityEnabled(city_id), reason=name)


def disable_city(session: Session, actor: Actor, *, city_id: int) -> None:
    """Remove a city from the choices for new needs. Raises `ChangedMeanwhile` if it is disabled."""
    name = _switch(session, actor, City, city_id, on=False)
    record_event(session, actor, events.CityDisabled(city_id), reason=name)


def _switch(session: Session, actor: Actor, table: type[P], record_id: int, *, on: bool) -> str:
    access.coordinator(actor)
    name = access.row(session, table, record_id).name
    other_way = [col(table.id) == record_id, col(table.enabled).is_(not on)]
    guards.one_row(session, table, other_way, {"enabled": on}, ChangedMeanwhile)
    return name


def _flush(session: Session, taken: type[Taken]) -> None:
    try:
        session.flush()
    except IntegrityError as error:
        raise taken from error
