"""Requests from an author or a coordinator to one volunteer: can you help with this need?"""

from datetime import timedelta

from sqlalchemy import func, or_
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from gsapp import access, clock, events, guards
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.models import Asked, Need, Offer
from gsapp.vocabulary import MAX_ASKED_A_WEEK, MAX_ASKED_PER_NEED, NeedStatus

MAX_ASKED_A_DAY = 20
"""Rate limit: requests that one user may send within 24 hours, for all needs together."""


class AlreadyAsked(RuleBroken):
    sentence = N_("This neighbour has already been asked.")


class CannotBeAsked(RuleBroken):
    sentence = N_("This neighbour cannot be asked about this need.")


class AskedOften(RuleBroken):
    sentence = N_("This neighbour has been asked often lately. Please ask somebody else.")


class EnoughAsked(RuleBroken):
    sentence = N_("Enough neighbours have been asked about this need. Please give them a little time.")


class EnoughForToday(RuleBroken):
    sentence = N_("You have asked many neighbours today. Please go on tomorrow.")


def ask_volunteer(session: Session, actor: Actor, *, need_id: int, volunteer_id: int) -> None:
    """Ask a volunteer who has offered help for similar needs whether they can help with this open one.

    For the need's author and coordinators. A volunteer is asked about a need once, and rate limits per need, per
    actor and per volunteer keep requests from becoming a nuisance. Raises `NeedNotOpen` and the errors above.
    """
    need = access.need_to_find_help_for(session, actor, need_id)
    if need.status(clock.local_now()) is not NeedStatus.OPEN:
        raise guards.NeedNotOpen
    volunteer = access.user(session, volunteer_id)
    away = volunteer.suspended_at is not None or volunteer.recorded_by is not None
    if away or volunteer_id == need.author_id or not _fits(session, need, volunteer_id):
        raise CannotBeAsked
    of_need = select(Asked.volunteer_id).where(Asked.need_id == need_id)
    known = session.exec(of_need).all()
    if volunteer_id in known:
        raise AlreadyAsked
    if len(known) >= MAX_ASKED_PER_NEED:
        raise EnoughAsked
    now = clock.now()
    today = col(Asked.at) > now - timedelta(days=1)
    if _count(session, col(Asked.asked_by) == actor.user_id, today) >= MAX_ASKED_A_DAY:
        raise EnoughForToday
    lately = col(Asked.at) > now - timedelta(days=7)
    if _count(session, col(Asked.volunteer_id) == volunteer_id, lately) >= MAX_ASKED_A_WEEK:
        raise AskedOften
    session.add(Asked(need_id=need_id, volunteer_id=volunteer_id, asked_by=actor.user_id, at=now))
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadyAsked from error
    record_event(session, actor, events.VolunteerAsked(need_id, volunteer_id))


def _fits(session: Session, need: Need, volunteer_id: int) -> bool:
    """Whether the volunteer has offered help for a need of this kind or in this city, but not for this need."""
    alike = or_(col(Need.type_id) == need.type_id, col(Need.city_id) == need.city_id)
    answered = select(Offer.need_id).join(Need, col(Need.id) == col(Offer.need_id))
    answered = answered.where(Offer.volunteer_id == volunteer_id, alike)
    here = select(Offer.id).where(Offer.need_id == need.id, Offer.volunteer_id == volunteer_id)
    return session.exec(here).first() is None and session.exec(answered.limit(1)).first() is not None


def _count(session: Session, *where: object) -> int:
    return session.exec(select(func.count()).select_from(Asked).where(*where)).one()  # type: ignore[arg-type]
