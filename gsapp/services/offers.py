"""Offers of help: made, edited and withdrawn by the volunteer, accepted or rejected by the author of the need."""

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from gsapp import access, clock, events, guards
from gsapp.access import Actor
from gsapp.effects import monthly
from gsapp.effects.record import record_event
from gsapp.errors import NotFound, RuleBroken
from gsapp.i18n import N_
from gsapp.models import Match, Offer
from gsapp.models.ids import id_of
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.offers import OfferChanges, OfferForm
from gsapp.services import files
from gsapp.vocabulary import ACTIVE_OFFERS, NeedState, OfferState


class OwnNeed(RuleBroken):
    sentence = N_("This is your own need; somebody else will have to help.")


MAX_OFFERS_TO_ONE_NEED = 3


class OfferedOften(RuleBroken):
    sentence = N_("You have offered to help here several times already. Please let the neighbour decide.")


class AlreadyOffered(RuleBroken):
    sentence = N_("You have already offered to help with this need.")


def make_offer(session: Session, actor: Actor, *, need_id: int, form: OfferForm, client_key: str | None = None) -> int:
    """Offer to help with an open need and return the offer's id.

    `client_key` is an idempotency key: a second call with it returns the id of the first. Raises `OwnNeed`,
    `AlreadyOffered` while an earlier offer is pending or accepted, `OfferedOften`, `NeedNotOpen`, and `FileGone` for a
    photo that the actor may not use.
    """
    need = access.need_for_update(session, need_id)
    # Checked after the lock: an earlier attempt of this request may have held it until now.
    if client_key and (known := _made_before(session, actor, client_key)):
        return known
    if need.author_id == actor.user_id:
        raise OwnNeed
    if _active_offer(session, need_id=need_id, volunteer_id=actor.user_id):
        raise AlreadyOffered
    if _offers_so_far(session, need_id=need_id, volunteer_id=actor.user_id) >= MAX_OFFERS_TO_ONE_NEED:
        raise OfferedOften
    guards.increment_pending(session, need_id)
    offer = Offer(
        need_id=need_id,
        volunteer_id=actor.user_id,
        message=form.message,
        attachments=form.attachments or "",
        created_at=clock.now(),
        client_key=client_key or None,
    )
    session.add(offer)
    try:
        session.flush()
    except IntegrityError as error:
        if client_key:
            raise  # the same form sent twice concurrently, whichever key says so: the retry finds the first
        # The unique key: another tab of this volunteer inserted its offer after the check above.
        raise AlreadyOffered from error
    offer_id = id_of(offer)
    files.attach(session, actor, offer.attachments, need_id=need_id, offer_id=offer_id)
    record_event(session, actor, events.OfferMade(need_id, offer_id), new=OfferState.PENDING)
    return offer_id


def edit_offer(session: Session, actor: Actor, *, offer_id: int, form: OfferForm | OfferChanges) -> None:
    """Change the message and attachments of a pending offer. Raises `OfferDecided` if it is not, and `FileGone`.

    Without a change, nothing is recorded.
    """
    offer = access.own_offer(session, actor, offer_id)
    if offer.state is not OfferState.PENDING:
        raise guards.OfferDecided
    given = {name: value for name, value in form.model_dump(exclude_none=True).items() if getattr(offer, name) != value}
    if not given:
        return  # an edit that changes nothing is no event, and no notification
    guards.change_pending_offer(session, offer_id, **given)
    if form.attachments is not None:
        before, need_id = offer.attachments, offer.need_id
        files.attach(session, actor, form.attachments, before=before, need_id=need_id, offer_id=offer_id)
    record_event(session, actor, events.OfferEdited(offer.need_id, offer_id))


def withdraw_offer(session: Session, actor: Actor, *, offer_id: int) -> None:
    """Withdraw a pending offer. Idempotent. Raises `OfferDecided` if it was decided otherwise."""
    offer = access.own_offer(session, actor, offer_id)
    if offer.state is OfferState.WITHDRAWN and _has_reason(offer, ""):
        return
    if offer.state is not OfferState.PENDING:
        raise guards.OfferDecided
    guards.decrement_pending(session, offer.need_id)
    guards.move_offer(session, offer_id, OfferState.PENDING, to=OfferState.WITHDRAWN)
    event = events.OfferWithdrawn(offer.need_id, offer_id)
    record_event(session, actor, event, old=OfferState.PENDING, new=OfferState.WITHDRAWN)


def accept_offer(session: Session, actor: Actor, *, offer_id: int) -> int:
    """Accept a pending offer: create the match and return its id.

    Idempotent: repeated because the response was lost, it returns the match that is there. Of concurrent calls as many
    succeed as the need has places. Other offers stay pending as stand-by. Raises `OfferDecided`, `NeedFull`,
    `NeedNotOpen`.
    """
    offer, need = access.offer_to_own_need(session, actor, offer_id)
    if offer.state is OfferState.ACCEPTED:
        return session.exec(select(Match.id).where(Match.offer_id == offer_id)).one() or 0
    if offer.state is not OfferState.PENDING:
        raise guards.OfferDecided
    if need.state is not NeedState.ACTIVE or need.ends_at < clock.local_now():
        raise guards.NeedNotOpen
    guards.take_place(session, offer.need_id)
    guards.move_offer(session, offer_id, OfferState.PENDING, to=OfferState.ACCEPTED)
    match = Match(need_id=offer.need_id, offer_id=offer_id, accepted_at=clock.now())
    session.add(match)
    session.flush()
    match_id = id_of(match)
    monthly.add_completed(session, match, need, +1)
    event = events.OfferAccepted(offer.need_id, offer_id, match_id)
    record_event(session, actor, event, old=OfferState.PENDING, new=OfferState.ACCEPTED)
    return match_id


def reject_offer(session: Session, actor: Actor, *, offer_id: int, form: ReasonForm | None = None) -> None:
    """Reject a pending offer; the volunteer may offer again. Idempotent with the same reason. Raises `OfferDecided`."""
    reason = form.reason if form else ""
    offer, _ = access.offer_to_own_need(session, actor, offer_id)
    if offer.state is OfferState.REJECTED and _has_reason(offer, reason):
        return
    if offer.state is not OfferState.PENDING:
        raise guards.OfferDecided
    guards.decrement_pending(session, offer.need_id)
    guards.move_offer(session, offer_id, OfferState.PENDING, to=OfferState.REJECTED, reason=reason)
    event = events.OfferRejected(offer.need_id, offer_id)
    record_event(session, actor, event, old=OfferState.PENDING, new=OfferState.REJECTED, reason=reason)


def _has_reason(offer: Offer, reason: str) -> bool:
    """Whether a person ended the offer with this reason, not the program with one of its own."""
    return offer.reason_code is None and offer.reason == reason


def _active_offer(session: Session, *, need_id: int, volunteer_id: int) -> int | None:
    mine = select(Offer.id).where(Offer.need_id == need_id, Offer.volunteer_id == volunteer_id)
    return session.exec(mine.where(col(Offer.state).in_(ACTIVE_OFFERS))).first()


def _offers_so_far(session: Session, *, need_id: int, volunteer_id: int) -> int:
    mine = select(func.count()).where(Offer.need_id == need_id, Offer.volunteer_id == volunteer_id)
    return session.exec(mine).one()


def _made_before(session: Session, actor: Actor, client_key: str) -> int | None:
    earlier = session.exec(select(Offer).where(Offer.client_key == client_key)).first()
    if earlier is None:
        return None
    if earlier.volunteer_id != actor.user_id:
        raise NotFound
    return earlier.id
