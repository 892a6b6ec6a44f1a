"""Calendar feeds: the matches of one member as appointments, by login session or by secret address."""

import hmac
from datetime import timedelta
from typing import Any

from sqlalchemy import or_
from sqlalchemy import select as wide_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.events import UserChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import CalendarLink, City, Match, Need, Offer, User
from gsapp.queries.admin_people import matches_of
from gsapp.schemas.calendars import Appointment, CalendarAddress, Subscriber
from gsapp.schemas.forms import MAX_ID
from gsapp.security import vault
from gsapp.vocabulary import MatchState

PURPOSE = "calendar"
PAST = timedelta(days=90)
"""Entries stay for this time after the end of the need, those of a cancelled match after its cancellation."""
MAX_CALENDAR_ENTRIES = 500


@invalidated_by(UserChanged, user_id="actor.user_id")
def calendar_address(session: Session, *, actor: Actor) -> CalendarAddress | None:
    """The reader's current address, the same until it is replaced; `None` if there is none."""
    link = session.get(CalendarLink, actor.user_id)
    if link is None:
        return None
    token = vault().tokens.sign_address(PURPOSE, [link.user_id, link.key])
    return CalendarAddress(token=token, made_at=link.made_at)


def subscriber(session: Session, *, user_id: int, key: str) -> Subscriber | None:
    """The owner of a feed; `None` if the address was revoked, or the owner is suspended or has left."""
    link = session.get(CalendarLink, user_id) if 0 < user_id <= MAX_ID else None
    if link is None or not hmac.compare_digest(link.key, key):
        return None
    user = access.user(session, user_id)
    return None if user.suspended_at else Subscriber(user_id=user_id, language=user.reading_language)


def appointments(session: Session, *, user_id: int) -> tuple[Appointment, ...]:
    """The matches of a user, as volunteer or author, without those older than `PAST`."""
    of_user = matches_of(user_id).subquery()
    since = clock.now() - PAST
    lately = or_(col(Need.ends_at) >= clock.to_local(since), col(Match.accepted_at) >= since)
    running = or_(col(Match.ended_at).is_(None), col(Match.ended_at) >= since)
    statement = _matches().where(col(Match.id).in_(wide_select(of_user.c[0])), lately, running)
    found = session.execute(statement.order_by(col(Match.id).desc()).limit(MAX_CALENDAR_ENTRIES)).all()
    return tuple(_appointment(row, user_id) for row in reversed(found))


def one_appointment(session: Session, *, actor: Actor, match_id: int) -> Appointment:
    """One match, for its two sides. Raises `NotFound`, `NotYourMatch`."""
    access.match_as_either(session, actor, match_id, lock=False)
    return _appointment(session.execute(_matches().where(col(Match.id) == match_id)).one(), actor.user_id)


def _matches() -> Any:
    helper, author = aliased(User), aliased(User)
    return (
        wide_select(Match, Need, col(City.name), col(helper.id), col(helper.username), col(author.username))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(Offer, col(Offer.id) == col(Match.offer_id))
        .join(City, col(City.id) == col(Need.city_id))
        .join(helper, col(helper.id) == col(Offer.volunteer_id))
        .join(author, col(author.id) == col(Need.author_id))
    )


def _appointment(row: Any, user_id: int) -> Appointment:
    match, need, city, helper_id, helper, author = row
    steps = (match.accepted_at, match.reported_at, match.confirmed_at, match.ended_at)
    return Appointment(
        match_id=match.id,
        need_id=need.id,
        title=need.title,
        city=city,
        starts_at=need.starts_at,
        ends_at=need.ends_at,
        state=MatchState(match.state),
        changed_at=max(step for step in steps if step is not None),
        i_help=helper_id == user_id,
        other=author if helper_id == user_id else helper,
    )
