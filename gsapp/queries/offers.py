"""Offers with their matches, and the running help of a member."""

from datetime import timedelta
from typing import Any

from sqlalchemy import func, literal, union
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.events import NeedChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import City, Match, Need, Offer, Thanks, User
from gsapp.models.ids import id_of
from gsapp.queries.accounts import thanks_average, times_helped
from gsapp.queries.files import files_named
from gsapp.schemas.files import in_order, own_names
from gsapp.schemas.needs import Contact, MatchView, OfferRow, RunningHelp
from gsapp.schemas.offers import OfferCriteria, OfferFilter
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import MatchState, OfferState

# The order on the page of the need: chosen volunteers, offers to decide on, then the rest.
AUTHORS_ORDER = (OfferState.ACCEPTED, OfferState.PENDING, OfferState.REJECTED, OfferState.WITHDRAWN)
MAX_RUNNING_HELP = 5
AHEAD = timedelta(days=1)  # so that late in the evening the next morning is shown, too


def offers_of_need(session: Session, actor: Actor, need: Need) -> tuple[OfferRow, ...]:
    """The offers for a need: all of them for its author and for coordinators, the own ones for a volunteer."""
    rows = _rows(session, actor, _offers_shown(actor, need), [col(Offer.id)])
    return tuple(sorted(rows, key=lambda row: (AUTHORS_ORDER.index(row.state), row.id)))


def offers_to_need(session: Session, *, actor: Actor, need_id: int, page: int, size: int) -> Page[OfferRow]:
    """One page of the offers of `offers_of_need`, the newest first. Raises `NoSuchNeed`."""
    where = _offers_shown(actor, access.need(session, need_id))
    return _page(session, actor, where, page=page, size=size)


@invalidated_by(NeedChanged)
def offers_seen(session: Session, *, actor: Actor, filter: OfferCriteria, own: bool = False) -> Page[OfferRow]:
    """One page of the reader's own offers and, unless `own`, of offers for the reader's needs; the newest first."""
    where: list[Any] = [col(Offer.volunteer_id) == actor.user_id]
    if not own:
        # A UNION: an OR over two tables would scan all offers.
        to_me = select(Offer.id).join(Need, col(Need.id) == col(Offer.need_id)).where(Need.author_id == actor.user_id)
        either = union(select(Offer.id).where(*where), to_me).subquery()
        where = [col(Offer.id).in_(select(either.c.id))]
    if filter.need_id is not None:
        where.append(col(Offer.need_id) == filter.need_id)
    if filter.state is not None:
        where.append(col(Offer.state) == filter.state)
    return _page(session, actor, where, page=filter.page, size=filter.size)


@invalidated_by(NeedChanged)
def my_offers(session: Session, *, actor: Actor, filter: OfferFilter) -> Page[OfferRow]:
    """One page of the reader's own offers, the newest first."""
    return _page(session, actor, my_offers_where(actor, filter), page=filter.page, size=filter.size)


def my_offers_where(actor: Actor, filter: OfferFilter) -> list[Any]:
    """The conditions of the reader's own offers that match a filter."""
    where: list[Any] = [col(Offer.volunteer_id) == actor.user_id]
    if filter.which != "all":
        where.append(col(Offer.state) == {"pending": OfferState.PENDING, "accepted": OfferState.ACCEPTED}[filter.which])
    return where


@invalidated_by(NeedChanged, need_id="need_id")
def offer_detail(session: Session, *, actor: Actor, offer_id: int) -> OfferRow:
    """One offer, for its volunteer, its need's author or a coordinator. Raises `NoSuchOffer`, `NotAllowed`."""
    access.offer_to_read(session, actor, offer_id)
    return _rows(session, actor, [col(Offer.id) == offer_id], [])[0]


def matched_offer(session: Session, *, actor: Actor, match_id: int) -> OfferRow:
    """The offer of a match, for the two sides of the match. Raises `NotFound`, `NotYourMatch`."""
    _, offer, _ = access.match_as_either(session, actor, match_id, lock=False)
    return _rows(session, actor, [col(Offer.id) == offer.id], [])[0]


@invalidated_by(NeedChanged)
def running_help(session: Session, *, actor: Actor) -> tuple[RunningHelp, ...]:
    """Matches of this member, on either side, that have begun or begin within `AHEAD` and are not reported done."""
    both = [*_on_one_side(session, actor, helping=True), *_on_one_side(session, actor, helping=False)]
    return tuple(sorted(both, key=lambda each: (each.starts_at, each.need_id))[:MAX_RUNNING_HELP])


def _offers_shown(actor: Actor, need: Need) -> list[Any]:
    where = [col(Offer.need_id) == need.id]
    if actor.user_id != need.author_id and not actor.is_coordinator:
        where.append(col(Offer.volunteer_id) == actor.user_id)
    return where


def _page(session: Session, actor: Actor, where: list[Any], *, page: int, size: int) -> Page[OfferRow]:
    total = session.exec(select(func.count()).select_from(Offer).where(*where)).one()
    rows = _rows(session, actor, where, [col(Offer.id).desc()], limit=size, offset=(page - 1) * size)
    return Page(items=tuple(rows), total=total, page=page, size=size)


def _rows(
    session: Session,
    actor: Actor,
    where: list[Any],
    order: list[Any],
    *,
    limit: int | None = None,
    offset: int | None = None,
) -> list[OfferRow]:
    found = session.execute(
        select(Offer, Need, User, Match)
        .join(Need, col(Need.id) == col(Offer.need_id))
        .join(User, col(User.id) == col(Offer.volunteer_id))
        .outerjoin(Match, col(Match.offer_id) == col(Offer.id))
        .where(*where)
        .order_by(*order)
        .limit(limit)
        .offset(offset)
    ).all()
    volunteers = [offer.volunteer_id for offer, *_ in found]
    helped, stars = times_helped(session, volunteers), thanks_average(session, volunteers)
    authors = _users(session, [need.author_id for _, need, *_ in found])
    thanks = _thanks(session, [match.id for *_, match in found if match])
    files = files_named(session, [name for offer, *_ in found for name in own_names(offer.attachments)])
    return [
        OfferRow(
            id=offer.id,
            need_id=need.id,
            need_title=need.title,
            need_status=need.status(clock.local_now()),
            volunteer_id=offer.volunteer_id,
            volunteer_username=volunteer.username,
            volunteer_bio=volunteer.bio or "",
            times_helped=helped.get(offer.volunteer_id, 0),
            thanks_average=stars.get(offer.volunteer_id),
            message=offer.message,
            attachments=offer.attachments,
            files=in_order(offer.attachments, files),
            state=offer.state,
            reason=offer.reason,
            reason_code=offer.reason_code,
            created_at=offer.created_at,
            match=_match(match, actor, volunteer, authors[need.author_id], thanks) if match else None,
        )
        for offer, need, volunteer, match in found
    ]


def _match(match: Match, actor: Actor, volunteer: User, author: User, thanks: list[Thanks]) -> MatchView:
    sides = {id_of(volunteer): author, id_of(author): volunteer}
    other = sides.get(actor.user_id)
    has_contact = other is not None and access.may_see_phone(actor, id_of(other), match=match, sides=sides)
    received = next((t for t in thanks if t.match_id == match.id and t.to_user_id == actor.user_id), None)
    return MatchView(
        id=match.id or 0,
        state=match.state,
        accepted_at=match.accepted_at,
        reported_at=match.reported_at,
        confirmed_at=match.confirmed_at,
        reason=match.reason,
        contact=Contact(name=other.name, phone=other.phone) if other and has_contact else None,
        thanked_by_me=any(t.match_id == match.id and t.from_user_id == actor.user_id for t in thanks),
        thanks_stars=received.stars if received else None,
        thanks_text=received.text if received else "",
    )


def _users(session: Session, user_ids: list[int]) -> dict[int, User]:
    found = session.exec(select(User).where(col(User.id).in_(user_ids))).all()
    return {user.id: user for user in found if user.id is not None}


def _thanks(session: Session, match_ids: list[int]) -> list[Thanks]:
    return list(session.exec(select(Thanks).where(col(Thanks.match_id).in_(match_ids))).all())


def _on_one_side(session: Session, actor: Actor, *, helping: bool) -> list[RunningHelp]:
    other, own = (Need.author_id, Offer.volunteer_id) if helping else (Offer.volunteer_id, Need.author_id)
    columns: list[Any] = [
        *(col(Need.id).label("need_id"), col(Need.title), col(Need.starts_at), col(Need.ends_at)),
        *(col(User.username).label("name"), col(City.name).label("city_name"), literal(helping).label("helping")),
    ]
    found = (
        wide_select(*columns)
        .select_from(Match)
        .join(Offer, col(Offer.id) == col(Match.offer_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(User, col(User.id) == col(other))
        .join(City, col(City.id) == col(Need.city_id))
        .where(col(own) == actor.user_id, col(Match.state) == MatchState.RUNNING)
        .where(col(Need.starts_at) <= clock.local_now() + AHEAD)
        .order_by(col(Need.starts_at), col(Need.id))
        .limit(MAX_RUNNING_HELP)
    )
    return [RunningHelp(**row) for row in session.execute(found).mappings()]
