"""Filtered lists of offers and matches for coordinators, with the names of both sides."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as wide_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.events import NeedChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import Match, Need, Offer, User
from gsapp.queries.admin_people import id_of, matches_of
from gsapp.queries.pagination import ids_of_page
from gsapp.queries.places import cities_meant
from gsapp.queries.streaming import streamed
from gsapp.schemas.admin import AdminOfferFilter, MatchFilter
from gsapp.schemas.admin_rows import AdminOfferRow, MatchRow
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import OfferState


@invalidated_by(NeedChanged)
def offers_of_all(session: Session, *, actor: Actor, filter: AdminOfferFilter) -> Page[AdminOfferRow]:
    """One page of the offers that match a filter, with the names of both sides."""
    access.coordinator(actor)
    where = _offer_conditions(session, filter)
    total = session.exec(select(func.count()).select_from(Offer).where(*where)).one()
    order = ((col(Offer.id), filter.sort != "oldest"),)
    found = ids_of_page(session, col(Offer.id), where, order, total=total, page=filter.page, size=filter.size)
    rows = {row.id: row for row in session.execute(_offers().where(col(Offer.id).in_(found)))}
    items = tuple(_offer_row(rows[offer_id]) for offer_id in found)
    return Page(items=items, total=total, page=filter.page, size=filter.size)


def stream_offers(session: Session, *, actor: Actor, filter: AdminOfferFilter) -> Iterator[AdminOfferRow]:
    """All offers that match the filter, streamed. For coordinators."""
    access.coordinator(actor)
    statement = _offers().where(*_offer_conditions(session, filter)).order_by(_order(filter))
    return (_offer_row(row) for row in streamed(session, statement))


@invalidated_by(NeedChanged)
def matches_of_one(session: Session, *, actor: Actor, filter: MatchFilter) -> Page[MatchRow]:
    """One page of the matches of one user, as volunteer or author, the newest first."""
    access.coordinator(actor)
    of_user = matches_of(filter.user_id).subquery()
    total = session.exec(select(func.count()).select_from(of_user)).one()
    volunteer, author = aliased(User), aliased(User)
    statement: Any = (
        wide_select(
            col(Match.id),
            col(Match.need_id),
            col(Need.title).label("need_title"),
            col(Match.state),
            col(Match.accepted_at),
            col(Match.reason),
            col(Offer.volunteer_id),
            col(volunteer.username).label("volunteer"),
            col(Need.author_id),
            col(author.username).label("author"),
        )
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Offer, col(Offer.id) == col(Match.offer_id))
        .join(volunteer, col(volunteer.id) == col(Offer.volunteer_id))
        .join(author, col(author.id) == col(Need.author_id))
        .where(col(Match.id).in_(select(of_user.c[0])))
        .order_by(col(Match.id).desc())
    )
    found = session.execute(statement.limit(filter.size).offset((filter.page - 1) * filter.size))
    items = tuple(MatchRow(**row._asdict()) for row in found)
    return Page(items=items, total=total, page=filter.page, size=filter.size)


def _offer_conditions(session: Session, filter: AdminOfferFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filter.state:
        where.append(col(Offer.state) == OfferState[filter.state.upper()])
    if filter.volunteer:
        where.append(col(Offer.volunteer_id) == id_of(session, filter.volunteer))
    if of_need := _need_conditions(session, filter):
        where.append(col(Offer.need_id).in_(select(Need.id).where(*of_need)))
    if filter.need is not None:
        where.append(col(Offer.need_id) == filter.need)
    if filter.first is not None:
        where.append(col(Offer.created_at) >= clock.to_utc(clock.day_bounds(filter.first)[0]))
    if filter.last is not None:
        where.append(col(Offer.created_at) < clock.to_utc(clock.day_bounds(filter.last)[1]))
    return where


def _need_conditions(session: Session, filter: AdminOfferFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filter.author:
        where.append(col(Need.author_id) == id_of(session, filter.author))
    if filter.type is not None:
        where.append(col(Need.type_id) == filter.type)
    if filter.place:
        where.append(col(Need.city_id).in_(cities_meant(session, filter.place)))
    return where


def _order(filter: AdminOfferFilter) -> ColumnElement[Any]:
    return col(Offer.id).asc() if filter.sort == "oldest" else col(Offer.id).desc()


def _offers() -> Any:
    volunteer, author = aliased(User), aliased(User)
    return (
        wide_select(
            *_named(Offer, ("id", "need_id", "volunteer_id", "message", "state", "created_at", "decided_at")),
            *_named(Offer, ("reason", "reason_code")),
            col(Need.title).label("need_title"),
            col(Need.author_id).label("author_id"),
            col(volunteer.username).label("volunteer"),
            col(volunteer.name).label("volunteer_name"),
            col(author.username).label("author"),
        )
        .join(Need, col(Need.id) == col(Offer.need_id))
        .join(volunteer, col(volunteer.id) == col(Offer.volunteer_id))
        .join(author, col(author.id) == col(Need.author_id))
    )


def _named(table: type[Offer], fields: Sequence[str]) -> list[Any]:
    return [col(getattr(table, name)).label(name) for name in fields]


def _offer_row(found: Any) -> AdminOfferRow:
    return AdminOfferRow(**found._asdict())
