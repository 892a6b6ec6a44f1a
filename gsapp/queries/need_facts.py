"""Needs by id, joined with the names of author, type and city: the base query of lists and of the REST API."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Select, String, bindparam, cast, func, literal_column
from sqlalchemy import select as wide_select
from sqlmodel import Session, col

from gsapp import clock
from gsapp.access import NoSuchNeed
from gsapp.events import NeedChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import City, Need, ServiceType, User
from gsapp.models.columns import WallClock
from gsapp.models.needs import status_at
from gsapp.schemas.forms import MAX_ID
from gsapp.schemas.needs import NeedFacts

OF_NEED = tuple(name for name in NeedFacts.model_fields if name in Need.model_fields)


@invalidated_by(NeedChanged, need_id="need_ids")
def need_facts(session: Session, need_ids: Sequence[int]) -> tuple[NeedFacts, ...]:
    """The needs with these ids, in this order; ids that do not exist are skipped."""
    if not need_ids:
        return ()
    rows = session.execute(_of_several(), {"now": clock.local_now(), "need_ids": list(need_ids)}).scalars()
    found = {facts.id: facts for facts in map(NeedFacts.model_validate_json, rows)}
    return tuple(found[need_id] for need_id in need_ids if need_id in found)


def one_need(session: Session, *, need_id: int) -> NeedFacts:
    """One need; the caller checks permissions. Raises `NoSuchNeed`."""
    if not 0 < need_id <= MAX_ID:
        raise NoSuchNeed
    found = session.execute(_of_one(), {"now": clock.local_now(), "need_id": need_id}).scalar_one_or_none()
    if found is None:
        raise NoSuchNeed
    return NeedFacts.model_validate_json(found)


def need_columns(now: datetime) -> Select[Any]:
    """A statement of the same values as named columns, to be extended by lists."""
    return _with_names(wide_select(*(value.label(name) for name, value in _values(now).items())))


# Built once: constructing these statements takes longer than MariaDB needs to execute them.
@cache
def _of_one() -> Select[Any]:
    return _as_json().where(col(Need.id) == bindparam("need_id"))


@cache
def _of_several() -> Select[Any]:
    return _as_json().where(col(Need.id).in_(bindparam("need_ids", expanding=True)))


def _as_json() -> Select[Any]:
    """One JSON object per need: the pure Python driver reads one column many times faster than twenty-two."""
    values = _values(bindparam("now", type_=WallClock()))
    values["published_at"] = cast(Need.published_at, String(30)) + "Z"
    parts: list[Any] = []
    for name, value in values.items():
        parts += [literal_column(f"'{name}'"), value]
    return _with_names(wide_select(func.json_object(*parts)))


def _values(now: Any) -> dict[str, Any]:
    return {
        **{name: col(getattr(Need, name)) for name in OF_NEED},
        "status": status_at(now),
        "author_username": col(User.username),
        "type_name": col(ServiceType.name),
        "type_icon": col(ServiceType.icon),
        "city_name": col(City.name),
        "province": col(City.province),
    }


def _with_names(statement: Select[Any]) -> Select[Any]:
    return (
        statement.select_from(Need)
        .join(User, col(User.id) == col(Need.author_id))
        .join(ServiceType, col(ServiceType.id) == col(Need.type_id))
        .join(City, col(City.id) == col(Need.city_id))
    )
