"""Needs as lists and pages show them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.guards import NeedHasAnswers
from gsapp.models import City, Need, Offer, ServiceType, User
from gsapp.models.needs import status_at
from gsapp.queries.offers import offers_of_need
from gsapp.schemas.needs import NeedDetail, NeedDraft, NeedFilter, NeedRow
from gsapp.schemas.pages import Page
from gsapp.vocabulary import ACTIVE_OFFERS, NeedStatus, OfferState

ORDERS: dict[str, Sequence[ColumnElement[Any]]] = {
    "newest": (col(Need.id).desc(),),
    "oldest": (col(Need.id).asc(),),
    "soonest": (col(Need.starts_at).asc(), col(Need.id).desc()),
    "waiting": (col(Need.offers_pending).asc(), col(Need.id).asc()),
}


def needs(session: Session, *, actor: Actor, wanted: NeedFilter) -> Page[NeedRow]:
    """One page of the needs that a filter lets through. Any member may see all of them."""
    where = _conditions(wanted)
    total = session.exec(_joined(select(func.count()).select_from(Need), wanted).where(*where)).one()
    items = need_rows(session, actor, where, ORDERS[wanted.sort], page=wanted.page, size=wanted.size)
    return Page(items=items, total=total, page=wanted.page, size=wanted.size)


def need_rows(
    session: Session,
    actor: Actor,
    where: Sequence[ColumnElement[bool]],
    order: Sequence[ColumnElement[Any]],
    *,
    page: int,
    size: int,
) -> tuple[NeedRow, ...]:
    """One page of the needs of some conditions, as this reader sees them."""
    rows = _with_names().where(*where).order_by(*order).limit(size).offset((page - 1) * size)
    found = session.execute(rows).all()
    mine = _my_offers(session, actor, [need.id for need, *_ in found])
    return tuple(NeedRow(**_row(row, actor, mine)) for row in found)


def need_detail(session: Session, *, actor: Actor, need_id: int) -> NeedDetail:
    """Everything about one need that this reader may see. Raises `NoSuchNeed`."""
    need = access.need(session, need_id)
    found = session.execute(_with_names().where(col(Need.id) == need_id)).one()
    mine = _my_offers(session, actor, [need_id])
    own = need.author_id == actor.user_id
    now = clock.local_now()
    active = mine.get(need_id) in ACTIVE_OFFERS
    return NeedDetail(
        **_row(found, actor, mine),
        may_edit=own and need.may_edit(),
        may_cancel=own and need.may_cancel(now),
        may_offer=not own and not active and need.status(now) is NeedStatus.OPEN,
        full=need.places_taken >= need.helpers_wanted,
        offers=offers_of_need(session, actor, need),
    )


def need_draft(session: Session, *, actor: Actor, need_id: int) -> NeedDraft:
    """What its author starts editing from. Raises `NotYourNeed`, and `NeedHasAnswers` when it is too late."""
    need = access.own_need(session, actor, need_id, lock=False)
    if not need.may_edit():
        raise NeedHasAnswers
    return NeedDraft.model_validate(need.model_dump())


def last_need(session: Session, *, actor: Actor) -> NeedDraft | None:
    """What this member asked for last, to start the next one from its city."""
    mine = select(Need).where(Need.author_id == actor.user_id).order_by(col(Need.id).desc())
    last = session.exec(mine.limit(1)).first()
    return NeedDraft.model_validate(last.model_dump()) if last else None


def open_by_type(session: Session) -> dict[int, int]:
    """How many needs of each type are open now."""
    counted = select(Need.type_id, func.count()).where(status_at(clock.local_now()) == NeedStatus.OPEN.value)
    return dict(session.exec(counted.group_by(col(Need.type_id))).all())


def _conditions(wanted: NeedFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    for column, value in (
        (col(Need.type_id), wanted.type_id),
        (col(Need.city_id), wanted.city_id),
        (col(Need.author_id), wanted.author_id),
        (col(Need.state), wanted.state),
        (col(City.province), wanted.province or None),
    ):
        if value is not None:
            where.append(column == value)
    if wanted.status is not None:
        where.append(status_at(clock.local_now()) == wanted.status.value)
    if wanted.q:
        # autoescape: % and _ in what people type are plain letters.
        text = [col(Need.title), col(Need.description)]
        if wanted.q_in_type_names:
            text.append(col(ServiceType.name))
        where.append(or_(*(column.icontains(wanted.q, autoescape=True) for column in text)))
    return where


def _joined(statement: Any, wanted: NeedFilter) -> Any:
    """Join for counting only what the conditions look at."""
    if wanted.q:
        statement = statement.join(ServiceType, col(ServiceType.id) == col(Need.type_id))
    if wanted.province:
        statement = statement.join(City, col(City.id) == col(Need.city_id))
    return statement


def _with_names() -> Any:
    return (
        wide_select(Need, *map(col, (User.username, ServiceType.name, ServiceType.icon, City.name, City.province)))
        .join(User, col(User.id) == col(Need.author_id))
        .join(ServiceType, col(ServiceType.id) == col(Need.type_id))
        .join(City, col(City.id) == col(Need.city_id))
    )


def _row(found: Any, actor: Actor, mine: dict[int, OfferState]) -> dict[str, Any]:
    need, username, type_name, type_icon, city_name, province = found
    return {
        "id": need.id,
        "author_id": need.author_id,
        "author_username": username,
        "title": need.title,
        "description": need.description,
        "attachments": need.attachments,
        "type_id": need.type_id,
        "type_name": type_name,
        "type_icon": type_icon,
        "city_id": need.city_id,
        "city_name": city_name,
        "province": province,
        "starts_at": need.starts_at,
        "ends_at": need.ends_at,
        "published_at": need.published_at,
        "state": need.state,
        "status": need.status(clock.local_now()),
        "closed_reason": need.closed_reason,
        "helpers_wanted": need.helpers_wanted,
        "places_taken": need.places_taken,
        "offers_pending": need.offers_pending,
        "own": need.author_id == actor.user_id,
        "my_offer": mine.get(need.id),
    }


def _my_offers(session: Session, actor: Actor, need_ids: list[int]) -> dict[int, OfferState]:
    """The reader's latest offer to each of these needs."""
    mine = select(Offer.need_id, Offer.state).where(
        Offer.volunteer_id == actor.user_id, col(Offer.need_id).in_(need_ids)
    )
    return {found.need_id: found.state for found in session.execute(mine.order_by(col(Offer.id)))}
