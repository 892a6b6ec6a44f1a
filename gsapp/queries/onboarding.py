"""Onboarding progress of a member, derived from needs, offers and matches."""

from typing import Any

from sqlalchemy import func
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, exists, select

from gsapp.access import Actor
from gsapp.events import NeedChanged, UserChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import Match, Need, Offer, User
from gsapp.schemas.onboarding import FirstSteps
from gsapp.vocabulary import AdminArea, MatchState


@invalidated_by(NeedChanged)
@invalidated_by(UserChanged, user_id="actor.user_id")
def first_steps(session: Session, *, actor: Actor) -> FirstSteps:
    """Which of the first steps this member has done, in one statement."""
    me = actor.user_id
    my_needs = select(Match.id).join(Need, col(Need.id) == col(Match.need_id)).where(Need.author_id == me)
    my_offers = select(Match.id).join(Offer, col(Offer.id) == col(Match.offer_id)).where(Offer.volunteer_id == me)
    confirmed = col(Match.state) == MatchState.CONFIRMED
    steps: dict[str, Any] = {
        "asked": exists().where(col(Need.author_id) == me),
        "chosen": my_needs.exists(),
        "confirmed": my_needs.where(confirmed).exists(),
        "introduced": exists().where(col(User.id) == me, func.coalesce(User.bio, "") != ""),
        "offered": exists().where(col(Offer.volunteer_id) == me),
        "helped": my_offers.where(confirmed).exists(),
    }
    found = session.execute(wide_select(*(done.label(name) for name, done in steps.items()))).mappings().one()
    seen = frozenset(AdminArea) & actor.first_steps if actor.is_coordinator else None
    return FirstSteps(**{name: bool(value) for name, value in found.items()}, looked_at=seen)
