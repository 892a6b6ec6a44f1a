"""Deletion of an account by its user. Rows that count stay, anonymized: docs/decisions/0017-leaving.md says why."""

from sqlmodel import Session, col, select

from gsapp import access, clock, db, events
from gsapp.access import Actor
from gsapp.effects import budgets
from gsapp.effects.record import record_event
from gsapp.errors import NotSignedIn, RuleBroken
from gsapp.i18n import N_
from gsapp.models import Match, Need, Offer, User
from gsapp.schemas.needs import ReasonForm
from gsapp.services import forgetting, needs, offers, sessions
from gsapp.services.admin_people import all_coordinators
from gsapp.vocabulary import OPEN_MATCHES, NeedState, NeedStatus, OfferState, Reason


class HelpUnderWay(RuleBroken):
    sentence = N_("Help is still under way with you. Please finish it first, or say that you cannot come.")


class LastCoordinator(RuleBroken):
    sentence = N_("You are the only coordinator. Please make somebody else a coordinator first.")


def leave(session: Session, actor: Actor, *, reason: Reason = "") -> None:
    """Close the actor's account: cancel open needs, withdraw pending offers, anonymize everything that stays.

    Raises `HelpUnderWay`, `LastCoordinator`. The caller has checked the password.
    """
    _leave(session, actor, reason)


def leave_for_resident(session: Session, actor: Actor, *, user_id: int) -> None:
    """`leave` for a resident without the internet who has asked for it. Raises what `access.on_behalf` does, too."""
    _leave(session, access.on_behalf(session, actor, user_id), "")


def _leave(session: Session, actor: Actor, reason: Reason) -> None:
    if actor.is_coordinator:
        _check_others_stay(session, actor)
    # Locked until the commit: every use case reads this row (`access.ensure_active`), so none of this user runs now.
    user = session.get(User, actor.user_id, with_for_update=True, populate_existing=True)
    if user is None or user.left_at is not None:
        raise NotSignedIn
    budgets.unlimited(session)
    need_ids = _hold_needs(session, actor.user_id)
    if _help_under_way(session, actor.user_id):
        raise HelpUnderWay
    for offer_id in _pending_offers(session, actor.user_id):
        offers.withdraw_offer(session, actor=actor, offer_id=offer_id)
    for need_id in _open_needs(session, actor.user_id):
        needs.cancel_need(session, actor=actor, need_id=need_id, form=ReasonForm(reason=""))
    sessions.end_all_sessions(session, actor=actor, user_id=actor.user_id)
    record_event(session, actor, events.UserLeft(actor.user_id), reason=reason)
    forgetting.forget(session, user)
    db.after_commit(session, _empty_log)
    for need_id in need_ids:
        db.publish_after_commit(session, events.NeedChanged(need_id))  # open pages show the old name and texts


def _empty_log() -> None:
    db.current().empty_log()  # if readers are in the way, the daily pruning does it


def _check_others_stay(session: Session, actor: Actor) -> None:
    if all_coordinators(session) <= {actor.user_id}:
        raise LastCoordinator


def _hold_needs(session: Session, user_id: int) -> list[int]:
    """Lock the needs where the user is an active author or volunteer; returns the ids of all that show their name."""
    own = select(Need.id, Need.state == NeedState.ACTIVE).where(Need.author_id == user_id)
    helped = select(Offer.need_id, Offer.active.is_not(None)).where(Offer.volunteer_id == user_id)  # type: ignore[union-attr]
    found = [(need_id, bool(alive)) for one in (own, helped) for need_id, alive in session.execute(one)]
    # In one order, as every use case that locks several needs, to avoid deadlocks.
    for need_id in sorted({need_id for need_id, alive in found if alive}):
        session.get(Need, need_id, with_for_update=True, populate_existing=True)
    return sorted({need_id for need_id, _ in found})


def _help_under_way(session: Session, user_id: int) -> bool:
    running = select(Match.id).where(col(Match.state).in_(OPEN_MATCHES))
    given = running.join(Offer, col(Offer.id) == col(Match.offer_id)).where(Offer.volunteer_id == user_id)
    got = running.join(Need, col(Need.id) == col(Match.need_id)).where(Need.author_id == user_id)
    return any(session.exec(one.limit(1)).first() is not None for one in (given, got))


def _pending_offers(session: Session, user_id: int) -> list[int]:
    pending = select(Offer).where(Offer.volunteer_id == user_id, Offer.state == OfferState.PENDING)
    found = session.exec(pending.order_by(col(Offer.id)).execution_options(populate_existing=True))
    return [offer.id for offer in found if offer.id is not None]


def _open_needs(session: Session, user_id: int) -> list[int]:
    now = clock.local_now()
    active = select(Need).where(Need.author_id == user_id, Need.state == NeedState.ACTIVE).order_by(col(Need.id))
    found = session.exec(active.execution_options(populate_existing=True)).all()
    return [need.id for need in found if need.id is not None and need.status(now) is NeedStatus.OPEN]
