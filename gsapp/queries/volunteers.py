"""Recommendations for a need: volunteers who have offered help for similar needs, the least recently asked first."""

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import CTE, Integer, Select, and_, bindparam, case, func, or_, union
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, exists

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.errors import Sentence
from gsapp.events import NeedChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.i18n import N_
from gsapp.models import Asked, City, Match, Need, Offer, ServiceType, User
from gsapp.models.columns import Instant
from gsapp.schemas.offers import Volunteer
from gsapp.vocabulary import (
    BUSY_FROM,
    MAX_ASKED_A_WEEK,
    MAX_ASKED_PER_NEED,
    OPEN_MATCHES,
    MatchState,
    NeedStatus,
)

HELPED_KIND = N_("Has helped with this before: {name}.")
OFFERED_KIND = N_("Has offered this kind of help before: {name}.")
HELPED_CITY = N_("Has helped in this city before: {name}.")
OFFERED_CITY = N_("Has offered to help in this city before: {name}.")
NEVER_ASKED = N_("Has never been asked or chosen so far.")
LAST_ASKED = N_("Days since they were last asked or chosen: {days}.")

NEEDS_LOOKED_AT = 100
"""Candidates are the volunteers of this many latest needs of the kind, of the city, and of both."""


@invalidated_by(NeedChanged, need_id="need_id")
def volunteers_for(session: Session, *, actor: Actor, need_id: int, size: int) -> tuple[Volunteer, ...]:
    """Volunteers who were asked about this need and have not answered, then up to `size` others who fit it.

    Empty when the need is not open. Raises `NotYourNeed` unless the actor is its author or a coordinator.
    """
    need = access.need_to_find_help_for(session, actor, need_id, lock=False)
    if need.status(clock.local_now()) is not NeedStatus.OPEN:
        return ()
    values = {
        "need_id": need.id,
        "kind_id": need.type_id,
        "city_id": need.city_id,
        "author_id": need.author_id,
        "week_ago": clock.now() - timedelta(days=7),
        "most": size + MAX_ASKED_PER_NEED,
    }
    rows = [_row(each) for each in session.execute(_statement(), values)]
    waiting = sum(row.asked_at is not None for row in rows)  # they come first
    return tuple(rows[: waiting + size])


# Built once: constructing it takes longer than the database needs to execute it.
@cache
def _statement() -> Select[Any]:
    kind_id: Any = bindparam("kind_id")
    city_id: Any = bindparam("city_id")
    need_id: Any = bindparam("need_id")
    kind, city = col(Need.type_id) == kind_id, col(Need.city_id) == city_id
    answered = _answered(kind, city)
    record, questions = _record(answered), _questions(answered, need_id)
    chosen, asked = record.c.chosen_at, questions.c.asked_at
    last = case((chosen.is_(None), asked), (asked.is_(None), chosen), (asked > chosen, asked), else_=chosen)
    here = questions.c.here
    has_room = and_(
        func.coalesce(record.c.running, 0) < BUSY_FROM, func.coalesce(questions.c.lately, 0) < MAX_ASKED_A_WEEK
    )
    return (
        wide_select(
            *(col(User.id), col(User.username), func.coalesce(record.c.helped, 0).label("helped")),
            *(answered.c.kind, answered.c.city, answered.c.helped_kind, answered.c.helped_city),
            *(last.label("last"), here.label("here")),
            wide_select(col(ServiceType.name)).where(col(ServiceType.id) == kind_id).label("type_name"),
            wide_select(col(City.name)).where(col(City.id) == city_id).label("city_name"),
        )
        .select_from(answered)
        .join(User, col(User.id) == answered.c.id)
        .outerjoin(record, record.c.id == answered.c.id)
        .outerjoin(questions, questions.c.id == answered.c.id)
        .where(
            col(User.id) != bindparam("author_id"),
            col(User.suspended_at).is_(None),
            col(User.recorded_by).is_(None),  # managed accounts do not read notifications
            ~exists().where(col(Offer.need_id) == need_id, col(Offer.volunteer_id) == col(User.id)),
            or_(here.is_not(None), has_room),
        )
        .order_by(
            case((here.is_not(None), 0), else_=1),
            answered.c.kind.desc(),
            answered.c.city.desc(),
            case((last.is_(None), 0), else_=1),
            last,
            col(User.registered_at),
            col(User.id),
        )
        .limit(bindparam("most", type_=Integer()))
    )


def _answered(kind: Any, city: Any) -> CTE:
    """Volunteers of the latest similar needs, and in what these are similar."""
    near = union(_latest(kind, city), _latest(kind), _latest(city)).cte("near")
    done = and_(col(Match.offer_id) == col(Offer.id), col(Match.state) == MatchState.CONFIRMED)
    return (
        wide_select(
            col(Offer.volunteer_id).label("id"),
            _ever(kind).label("kind"),
            _ever(city).label("city"),
            _ever(and_(kind, col(Match.id).is_not(None))).label("helped_kind"),
            _ever(and_(city, col(Match.id).is_not(None))).label("helped_city"),
        )
        .select_from(near)
        .join(Need, col(Need.id) == near.c.id)
        .join(Offer, col(Offer.need_id) == col(Need.id))
        .outerjoin(Match, done)
        .group_by(col(Offer.volunteer_id))
        .cte("answered")
    )


def _record(answered: CTE) -> CTE:
    """Running and confirmed matches of these volunteers, and when they were last chosen."""
    return (
        wide_select(
            col(Offer.volunteer_id).label("id"),
            _times(col(Match.state).in_(OPEN_MATCHES)).label("running"),
            _times(col(Match.state) == MatchState.CONFIRMED).label("helped"),
            func.max(col(Match.accepted_at)).label("chosen_at"),
        )
        .join(answered, answered.c.id == col(Offer.volunteer_id))
        .join(Match, col(Match.offer_id) == col(Offer.id))
        .group_by(col(Offer.volunteer_id))
        .cte("record")
    )


def _questions(answered: CTE, need_id: Any) -> CTE:
    """When these volunteers were last asked, how often within a week, and when about this need."""
    return (
        wide_select(
            col(Asked.volunteer_id).label("id"),
            func.max(col(Asked.at)).label("asked_at"),
            _times(col(Asked.at) > bindparam("week_ago", type_=Instant())).label("lately"),
            func.max(case((col(Asked.need_id) == need_id, col(Asked.at)))).label("here"),
        )
        .join(answered, answered.c.id == col(Asked.volunteer_id))
        .group_by(col(Asked.volunteer_id))
        .cte("questions")
    )


def _latest(*where: Any) -> Select[Any]:
    inner = wide_select(col(Need.id)).where(*where).order_by(col(Need.id).desc()).limit(NEEDS_LOOKED_AT).subquery()
    return wide_select(inner.c.id)


def _ever(condition: Any) -> Any:
    return func.max(case((condition, 1), else_=0))


def _times(condition: Any) -> Any:
    return func.sum(case((condition, 1), else_=0))


def _row(found: Any) -> Volunteer:
    reasons = []
    if found.kind:
        reasons.append(Sentence(HELPED_KIND if found.helped_kind else OFFERED_KIND, {"name": found.type_name}))
    if found.city:
        reasons.append(Sentence(HELPED_CITY if found.helped_city else OFFERED_CITY, {"name": found.city_name}))
    if found.last is None:
        reasons.append(Sentence(NEVER_ASKED))
    elif days := (clock.now() - found.last).days:
        reasons.append(Sentence(LAST_ASKED, {"days": days}))
    return Volunteer(
        user_id=found.id,
        username=found.username,
        times_helped=int(found.helped),
        reasons=tuple(reasons),
        asked_at=found.here,
    )
