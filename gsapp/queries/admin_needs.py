"""Filtered lists of needs for coordinators, with the real names of the authors."""

from collections.abc import Iterator

from sqlmodel import Session, col

from gsapp import access
from gsapp.access import Actor
from gsapp.events import CityChanged, NeedChanged, NeedTakenDown, TypeChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import TakenDownNeed, User
from gsapp.queries.admin_people import NO_USER, id_of, names
from gsapp.queries.needs import found_needs, needs_statement
from gsapp.queries.streaming import streamed
from gsapp.schemas.admin import AdminNeedFilter
from gsapp.schemas.admin_rows import AdminNeedRow, TakenDown
from gsapp.schemas.forms import MAX_ID
from gsapp.schemas.needs import NeedFilter, city_number
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import NeedStatus


@invalidated_by(NeedChanged, TypeChanged, CityChanged)
def needs_of_all(session: Session, *, actor: Actor, filter: AdminNeedFilter) -> Page[AdminNeedRow]:
    """One page of the needs that match a filter, with their authors' real names."""
    access.coordinator(actor)
    plain = _plain(session, filter)
    if plain is None:
        return Page(items=(), total=0, page=filter.page, size=filter.size)
    found = found_needs(session, filter=plain)
    known = names(session, [need.author_id for need in found.items])
    items = tuple(AdminNeedRow(**dict(need), author_name=known[need.author_id][1]) for need in found.items)
    return Page(items=items, total=found.total, page=found.page, size=found.size)


def stream_needs(session: Session, *, actor: Actor, filter: AdminNeedFilter) -> Iterator[AdminNeedRow]:
    """All needs that match the filter, streamed. For coordinators."""
    access.coordinator(actor)
    plain = _plain(session, filter)
    if plain is None:
        return iter(())
    statement = needs_statement(session, filter=plain).add_columns(col(User.name).label("author_name"))
    return (AdminNeedRow(**row._asdict()) for row in streamed(session, statement))


@invalidated_by(NeedTakenDown, need_id="need_id")
def taken_down(session: Session, *, actor: Actor, need_id: int) -> TakenDown | None:
    """Title and description of a need that was taken down, for coordinators; `None` for other needs and readers."""
    kept = session.get(TakenDownNeed, need_id) if actor.is_coordinator else None
    if kept is None:
        return None
    return TakenDown(title=kept.title, description=kept.description, at=kept.taken_down_at)


def _plain(session: Session, filter: AdminNeedFilter) -> NeedFilter | None:
    """The filter with ids in place of username and place; `None` if no such user or city can exist."""
    author_id = None
    if filter.author and (author_id := id_of(session, filter.author)) == NO_USER:
        return None
    city_id = city_number(filter.place)
    if city_id is not None and not 0 < city_id <= MAX_ID:
        return None
    return NeedFilter(
        q=filter.q,
        type_id=filter.type,
        city_id=city_id,
        province="" if city_id is not None else filter.place,
        status=NeedStatus(filter.status) if filter.status else None,
        author_id=author_id,
        first=filter.first,
        last=filter.last,
        sort=filter.sort or "newest",
        page=filter.page,
        size=filter.size,
    )
