"""Needs: filtered lists with pagination, and the detail of one need."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.events import CityChanged, NeedChanged, TypeChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.guards import NeedHasAnswers
from gsapp.models import Need, Offer
from gsapp.models.needs import status_at
from gsapp.queries import need_search
from gsapp.queries.files import files_named
from gsapp.queries.need_facts import need_columns, need_facts, one_need
from gsapp.queries.offers import offers_of_need
from gsapp.queries.pagination import Order, ids_of_page
from gsapp.queries.places import city_ids
from gsapp.queries.status import count_needs, has_status
from gsapp.schemas.files import Attachment, in_order, own_names
from gsapp.schemas.needs import NeedDetail, NeedDraft, NeedFacts, NeedFilter, NeedRow
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import ACTIVE_OFFERS, NeedState, NeedStatus, OfferState

NEWEST: Order = ((col(Need.id), True),)
OLDEST: Order = ((col(Need.id), False),)
# Each ordering matches one index, scanned forwards or backwards.
ORDERS: dict[str, Order] = {
    "newest": NEWEST,
    "oldest": OLDEST,
    "soonest": ((col(Need.starts_at), False), *OLDEST),
    "waiting": ((col(Need.offers_pending), False), *OLDEST),
}


@invalidated_by(NeedChanged, TypeChanged, CityChanged)
def needs(session: Session, *, actor: Actor, filter: NeedFilter) -> Page[NeedRow]:
    """One page of the needs that match a filter, with the reader's own offers. Any member may see all needs."""
    page = found_needs(session, filter=filter)
    return personal(page, actor, my_answers(session, actor=actor, need_ids=ids_of(page)))


@invalidated_by(NeedChanged, TypeChanged, CityChanged, shared=True)
def found_needs(session: Session, *, filter: NeedFilter) -> Page[NeedFacts]:
    """The same page without what is personal, so that the cached result is shared by all readers."""
    now = clock.local_now()
    where = _conditions(session, filter, now)
    if filter.q:
        return _with_words(session, filter, where)
    total = _total(session, filter, where, now)
    ids = page_of_ids(session, where, ORDERS[filter.sort], total=total, page=filter.page, size=filter.size)
    return Page(items=need_facts(session, ids), total=total, page=filter.page, size=filter.size)


def needs_statement(session: Session, *, filter: NeedFilter) -> Any:
    """A statement of all needs that match the filter, with the columns of `NeedFacts`, for a streamed export."""
    now = clock.local_now()
    columns = [column.desc() if greatest_first else column.asc() for column, greatest_first in ORDERS[filter.sort]]
    where = _conditions(session, filter, now)
    if filter.q:
        where.append(need_search.has_words(session, filter.q, in_type_names=filter.q_in_type_names))
    return need_columns(now).where(*where).order_by(*columns)


def ids_of(page: Page[NeedFacts]) -> tuple[int, ...]:
    """The ids of the needs on a page."""
    return tuple(need.id for need in page.items)


def personal(page: Page[NeedFacts], actor: Actor, answers: Mapping[int, OfferState]) -> Page[NeedRow]:
    """The page for one member, with the result of `my_answers`."""
    items = tuple(need_row(need, actor, answers) for need in page.items)
    return Page(items=items, total=page.total, page=page.page, size=page.size, capped=page.capped)


def need_row(need: NeedFacts, actor: Actor, answers: Mapping[int, OfferState]) -> NeedRow:
    """One need for one member, with the result of `my_answers`."""
    return NeedRow(**dict(need), own=need.author_id == actor.user_id, my_offer=answers.get(need.id))


@invalidated_by(NeedChanged)
def my_answers(session: Session, *, actor: Actor, need_ids: Sequence[int]) -> dict[int, OfferState]:
    """The state of the reader's latest offer for each of these needs."""
    if not need_ids:
        return {}
    mine = select(Offer.need_id, Offer.state).where(
        Offer.volunteer_id == actor.user_id, col(Offer.need_id).in_(need_ids)
    )
    return {found.need_id: found.state for found in session.execute(mine.order_by(col(Offer.id)))}


def page_of_ids(
    session: Session, where: Sequence[ColumnElement[bool]], order: Order, *, total: int, page: int, size: int
) -> list[int]:
    """The ids of one page of the `total` needs that fulfil the conditions."""
    return ids_of_page(session, col(Need.id), where, order, total=total, page=page, size=size)


@invalidated_by(NeedChanged, need_id="need_id")
def need_detail(session: Session, *, actor: Actor, need_id: int) -> NeedDetail:
    """One need with all that this reader may see of it. Raises `NoSuchNeed`."""
    need = access.need(session, need_id)
    row = need_row(one_need(session, need_id=need_id), actor, my_answers(session, actor=actor, need_ids=[need_id]))
    now = clock.local_now()
    active = row.my_offer in ACTIVE_OFFERS
    return NeedDetail(
        **dict(row),
        may_edit=row.own and need.may_edit(),
        may_cancel=row.own and need.may_cancel(now),
        may_offer=not row.own and not active and row.status is NeedStatus.OPEN,
        full=need.places_taken >= need.helpers_wanted,
        files=_files(session, need),
        offers=offers_of_need(session, actor, need),
    )


def need_draft(session: Session, *, actor: Actor, need_id: int) -> NeedDraft:
    """A need as the initial values of its edit form. Raises `NotYourNeed`, and `NeedHasAnswers` if it has offers."""
    need = access.own_need(session, actor, need_id, lock=False)
    if not need.may_edit():
        raise NeedHasAnswers
    return NeedDraft(**need.model_dump(), files=_files(session, need))


def last_need(session: Session, *, actor: Actor) -> NeedDraft | None:
    """This member's latest need, which prefills the city of the next one."""
    mine = select(Need).where(Need.author_id == actor.user_id).order_by(col(Need.id).desc())
    last = session.exec(mine.limit(1)).first()
    return NeedDraft.model_validate(last.model_dump(exclude={"attachments"})) if last else None


def _files(session: Session, need: Need) -> tuple[Attachment, ...]:
    return in_order(need.attachments, files_named(session, own_names(need.attachments)))


def _with_words(session: Session, filter: NeedFilter, where: Sequence[ColumnElement[bool]]) -> Page[NeedFacts]:
    """One page of a full-text search, of at most `MAX_SEARCH_RESULTS` results."""
    oldest_first, kinds = filter.sort == "oldest", filter.q_in_type_names
    ids, more = need_search.find(session, filter.q, where, in_type_names=kinds, oldest_first=oldest_first)
    size, start = filter.size, (filter.page - 1) * filter.size
    if filter.sort in ("newest", "oldest"):
        shown: Sequence[int] = ids[start : start + size]
    else:
        found = [col(Need.id).in_(ids)]
        shown = page_of_ids(session, found, ORDERS[filter.sort], total=len(ids), page=filter.page, size=size)
    return Page(items=need_facts(session, shown), total=len(ids), page=filter.page, size=size, capped=more)


def _conditions(session: Session, filter: NeedFilter, now: datetime) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    for column, value in (
        (col(Need.type_id), filter.type_id),
        (col(Need.city_id), filter.city_id),
        (col(Need.author_id), filter.author_id),
        (col(Need.state), filter.state),
    ):
        if value is not None:
            where.append(column == value)
    if filter.first is not None:
        where.append(col(Need.starts_at) >= clock.day_bounds(filter.first)[0])
    if filter.last is not None:
        where.append(col(Need.starts_at) < clock.day_bounds(filter.last)[1])
    if filter.province:
        where.append(col(Need.city_id).in_(city_ids(session, filter.province)))
    if filter.status is not None:
        # The needs of one author are few, and found by the index of authors.
        few = filter.author_id is not None
        where.append(status_at(now) == filter.status.value if few else has_status(session, filter.status, now))
    return where


def _total(session: Session, filter: NeedFilter, where: Sequence[ColumnElement[bool]], now: datetime) -> int:
    if filter.author_id is not None or filter.first is not None or filter.last is not None:
        return session.exec(select(func.count()).select_from(Need).where(*where)).one()
    cities = [filter.city_id] if filter.city_id is not None else None
    if filter.province:
        there = city_ids(session, filter.province)
        cities = there if cities is None else [city for city in cities if city in there]
    statuses = set(NeedStatus) if filter.status is None else {filter.status}
    if filter.state is NeedState.CANCELLED:
        statuses &= {NeedStatus.CANCELLED}
    elif filter.state is NeedState.ACTIVE:
        statuses -= {NeedStatus.CANCELLED}
    return count_needs(session, now, statuses=statuses, type_id=filter.type_id, city_ids=cities)
