"""Recommendations for a volunteer: open needs of a kind or in a city for which they have offered help before."""

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, case, func, literal, true, union_all
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, exists

from gsapp import clock
from gsapp.access import Actor
from gsapp.errors import Sentence
from gsapp.events import NeedChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.i18n import N_
from gsapp.models import Match, Need, Offer
from gsapp.queries.need_facts import need_facts
from gsapp.queries.needs import need_row
from gsapp.schemas.needs import NeedRow, Suggestion
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import BUSY_FROM, OPEN_MATCHES, MatchState, NeedStatus

HELPED_KIND = N_("You have helped with this before: {name}.")
OFFERED_KIND = N_("You have offered this kind of help before: {name}.")
HELPED_CITY = N_("You have helped in this city before: {name}.")
OFFERED_CITY = N_("You have offered to help in this city before: {name}.")
BEGINNER = N_("You have not offered any help yet. This neighbour has waited long for somebody.")

MAX_CANDIDATES = 200
"""Candidates per condition (known kinds, known cities): the oldest needs."""


class _Known:
    """Kinds and cities of the needs for which a volunteer has offered help; `True` where a match was confirmed."""

    def __init__(self, session: Session, actor: Actor) -> None:
        answered = (
            wide_select(
                *(col(Need.type_id), col(Need.city_id)),
                func.max(case((col(Match.state) == MatchState.CONFIRMED, 1), else_=0)),
                func.sum(case((col(Match.state).in_(OPEN_MATCHES), 1), else_=0)),
            )
            .select_from(Need)
            .join(Offer, col(Offer.need_id) == col(Need.id))
            .outerjoin(Match, col(Match.offer_id) == col(Offer.id))
            .where(col(Offer.volunteer_id) == actor.user_id)
            .group_by(col(Need.type_id), col(Need.city_id))
        )
        self.types: dict[int, bool] = {}
        self.cities: dict[int, bool] = {}
        self.running = 0
        for type_id, city_id, helped, running in session.execute(answered):
            self.running += int(running)
            self.types[type_id] = bool(helped) or self.types.get(type_id, False)
            self.cities[city_id] = bool(helped) or self.cities.get(city_id, False)

    def fits(self) -> list[ColumnElement[bool]]:
        if not self.types:
            return [true()]
        return [col(Need.type_id).in_(self.types), col(Need.city_id).in_(self.cities)]

    def reasons(self, need: NeedRow) -> tuple[Sentence, ...]:
        if not self.types:
            return (Sentence(BEGINNER),)
        found = []
        if need.type_id in self.types:
            found.append(Sentence(HELPED_KIND if self.types[need.type_id] else OFFERED_KIND, {"name": need.type_name}))
        if need.city_id in self.cities:
            found.append(Sentence(HELPED_CITY if self.cities[need.city_id] else OFFERED_CITY, {"name": need.city_name}))
        return tuple(found)


@invalidated_by(NeedChanged)
def suggestions(session: Session, *, actor: Actor, page: int, size: int) -> Page[Suggestion]:
    """Open needs of others without an offer by this volunteer, of a kind or in a city known to them.

    The longest waiting come first. A volunteer without any offer gets all open needs, one with `BUSY_FROM` running
    matches none. At most `MAX_CANDIDATES` of the kinds and `MAX_CANDIDATES` in the cities are considered.
    """
    known = _Known(session, actor)
    if known.running >= BUSY_FROM:
        return Page(items=(), total=0, page=page, size=size)
    found = session.execute(_open_needs(actor, known.fits(), clock.local_now())).all()
    ids = [need_id for need_id, *_ in sorted(found, key=lambda need: (need.published_at, need.id))]
    ids = list(dict.fromkeys(ids))
    parts = Counter(need.part for need in found)
    rows = [need_row(need, actor, {}) for need in need_facts(session, ids[(page - 1) * size : page * size])]
    items = tuple(Suggestion(need=row, reasons=known.reasons(row)) for row in rows)
    capped = any(number == MAX_CANDIDATES for number in parts.values())
    return Page(items=items, total=len(ids), page=page, size=size, capped=capped)


def _open_needs(actor: Actor, fits: list[ColumnElement[bool]], now: datetime) -> Any:
    """A UNION of the first needs of each condition, so that a million open needs are never scanned."""
    answered = exists().where(col(Offer.need_id) == col(Need.id), col(Offer.volunteer_id) == actor.user_id)
    open_now = (col(Need.phase) == NeedStatus.OPEN, col(Need.ends_at) >= now)
    parts = []
    for number, condition in enumerate(fits):
        columns: list[Any] = [col(Need.id).label("id"), col(Need.published_at).label("published_at")]
        part = wide_select(*columns).where(*open_now, condition, col(Need.author_id) != actor.user_id, ~answered)
        first = part.order_by(col(Need.id)).limit(MAX_CANDIDATES).subquery()
        parts.append(wide_select(first.c.id, first.c.published_at, literal(number).label("part")))
    return union_all(*parts)
