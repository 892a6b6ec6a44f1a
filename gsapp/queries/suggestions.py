"""Open needs that fit a volunteer: like those they have answered before."""

from sqlalchemy import ColumnElement, func, or_
from sqlmodel import Session, col, exists, select

from gsapp import clock
from gsapp.access import Actor
from gsapp.errors import Sentence
from gsapp.i18n import N_
from gsapp.models import Match, Need, Offer
from gsapp.models.needs import status_at
from gsapp.queries.need_facts import need_facts
from gsapp.queries.needs import OLDEST, need_row, page_of_ids
from gsapp.schemas.needs import NeedRow, Suggestion
from gsapp.schemas.pages import Page
from gsapp.vocabulary import MatchState, NeedStatus

HELPED_KIND = N_("You have helped with this before: {name}.")
OFFERED_KIND = N_("You have offered this kind of help before: {name}.")
HELPED_CITY = N_("You have helped in this city before: {name}.")
OFFERED_CITY = N_("You have offered to help in this city before: {name}.")
BEGINNER = N_("You have not offered any help yet. This neighbour has waited long for somebody.")

LONGEST_WAITING_FIRST = ((col(Need.published_at), False), *OLDEST)


class _Known:
    """The kinds and cities of the needs that a volunteer has answered; `True` where the help was done, too."""

    def __init__(self, session: Session, actor: Actor) -> None:
        answered = (
            select(Need.type_id, Need.city_id, func.max(col(Match.state) == MatchState.CONFIRMED))
            .join(Offer, col(Offer.need_id) == col(Need.id))
            .outerjoin(Match, col(Match.offer_id) == col(Offer.id))
            .where(Offer.volunteer_id == actor.user_id)
            .group_by(col(Need.type_id), col(Need.city_id))
        )
        self.types: dict[int, bool] = {}
        self.cities: dict[int, bool] = {}
        for type_id, city_id, helped in session.exec(answered):
            self.types[type_id] = bool(helped) or self.types.get(type_id, False)
            self.cities[city_id] = bool(helped) or self.cities.get(city_id, False)

    def fits(self) -> ColumnElement[bool] | None:
        if not self.types:
            return None
        return or_(col(Need.type_id).in_(self.types), col(Need.city_id).in_(self.cities))

    def reasons(self, need: NeedRow) -> tuple[Sentence, ...]:
        if not self.types:
            return (Sentence(BEGINNER),)
        found = []
        if need.type_id in self.types:
            found.append(Sentence(HELPED_KIND if self.types[need.type_id] else OFFERED_KIND, {"name": need.type_name}))
        if need.city_id in self.cities:
            found.append(Sentence(HELPED_CITY if self.cities[need.city_id] else OFFERED_CITY, {"name": need.city_name}))
        return tuple(found)


def suggestions(session: Session, *, actor: Actor, page: int, size: int) -> Page[Suggestion]:
    """Open needs of others that this volunteer has not answered, of a kind or in a city that they know.

    The longest waiting come first. Who has never offered anything gets all open needs.
    """
    known = _Known(session, actor)
    answered = exists().where(col(Offer.need_id) == col(Need.id), col(Offer.volunteer_id) == actor.user_id)
    where = [status_at(clock.local_now()) == NeedStatus.OPEN.value, col(Need.author_id) != actor.user_id, ~answered]
    if (fits := known.fits()) is not None:
        where.append(fits)
    total = session.exec(select(func.count()).select_from(Need).where(*where)).one()
    ids = page_of_ids(session, where, LONGEST_WAITING_FIRST, total=total, page=page, size=size)
    rows = [need_row(need, actor, {}) for need in need_facts(session, ids)]
    items = tuple(Suggestion(need=row, reasons=known.reasons(row)) for row in rows)
    return Page(items=items, total=total, page=page, size=size)
