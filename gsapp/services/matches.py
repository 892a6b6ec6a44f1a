"""The states of a match after `offers.accept_offer`: ended early, reported done, confirmed; and thanks for it.

Every step is idempotent: repeated with the same content because its response was lost, it changes nothing and succeeds.
"""

from datetime import timedelta

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from gsapp import access, clock, events, guards
from gsapp.access import Actor
from gsapp.effects import monthly
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.models import Match, Need, Offer, Thanks
from gsapp.models.ids import id_of
from gsapp.schemas.needs import ReasonForm
from gsapp.schemas.offers import ThanksForm
from gsapp.vocabulary import OPEN_MATCHES, MatchState, OfferState, ReasonCode

CONFIRM_AFTER = timedelta(days=7)
"""A reported match that its author has not confirmed is confirmed by the scheduler after this time."""


class NotReportedYet(RuleBroken):
    sentence = N_("The neighbour has not said yet that it is done.")


class NotDoneYet(RuleBroken):
    sentence = N_("Thanks come after both have said that it is done.")


class AlreadyThanked(RuleBroken):
    sentence = N_("You have already said thank you for this.")


def drop_out(session: Session, actor: Actor, *, match_id: int, form: ReasonForm) -> None:
    """The volunteer ends the match; the need is open again. Raises `MatchMovedOn`."""
    match, offer = access.match_as_volunteer(session, actor, match_id)
    _end(session, actor, match, offer, to=MatchState.DROPPED, reason=form.reason)


def report_no_show(session: Session, actor: Actor, *, match_id: int, form: ReasonForm) -> None:
    """The author reports that the volunteer did not come and so ends the match; the need is open again.

    Raises `MatchMovedOn`.
    """
    match, offer = access.match_as_author(session, actor, match_id)
    _end(session, actor, match, offer, to=MatchState.NO_SHOW, reason=form.reason)


def end_match(session: Session, actor: Actor, *, match_id: int, form: ReasonForm) -> None:
    """End a match from either side: `drop_out` for the volunteer, `report_no_show` for the author."""
    _, _, need = access.match_as_either(session, actor, match_id)
    use_case = report_no_show if actor.user_id == need.author_id else drop_out
    use_case(session, actor=actor, match_id=match_id, form=form)


def report_done(session: Session, actor: Actor, *, match_id: int) -> None:
    """The volunteer reports the help as done; the author confirms it, or the scheduler after `CONFIRM_AFTER`."""
    match, _ = access.match_as_volunteer(session, actor, match_id)
    if match.state in (MatchState.REPORTED, MatchState.CONFIRMED):
        return
    guards.move_match(session, match_id, [MatchState.RUNNING], to=MatchState.REPORTED, reported_at=clock.now())
    event = events.HelpReported(match.need_id, match_id)
    record_event(session, actor, event, old=MatchState.RUNNING, new=MatchState.REPORTED)


def confirm_done(session: Session, actor: Actor, *, match_id: int) -> None:
    """The author confirms what the volunteer reported. Raises `NotReportedYet`, `MatchMovedOn`."""
    match, _ = access.match_as_author(session, actor, match_id)
    if match.state is MatchState.RUNNING:
        raise NotReportedYet
    if match.state is MatchState.CONFIRMED:
        return
    confirm_match(session, actor, match)


def confirm_match(session: Session, actor: Actor | None, match: Match) -> None:
    """Confirm a reported match, for its author or (`actor` is `None`) for the scheduler."""
    match_id = id_of(match)
    guards.finish_place(session, match.need_id)
    guards.move_match(session, match_id, [MatchState.REPORTED], to=MatchState.CONFIRMED, confirmed_at=clock.now())
    event = events.HelpConfirmed(match.need_id, match_id)
    record_event(session, actor, event, old=MatchState.REPORTED, new=MatchState.CONFIRMED)


def give_thanks(session: Session, actor: Actor, *, match_id: int, form: ThanksForm) -> None:
    """Thank the other side of a confirmed match, once. Raises `NotDoneYet`, `AlreadyThanked` for other thanks."""
    match, offer, need = access.match_as_either(session, actor, match_id)
    if match.state is not MatchState.CONFIRMED:
        raise NotDoneYet
    other = need.author_id if actor.user_id == offer.volunteer_id else offer.volunteer_id
    known = select(Thanks).where(Thanks.match_id == match_id, Thanks.from_user_id == actor.user_id)
    if given := session.exec(known).first():
        if (given.stars, given.text) == (form.stars, form.text):
            return
        raise AlreadyThanked
    session.add(
        Thanks(
            match_id=match_id,
            from_user_id=actor.user_id,
            to_user_id=other,
            stars=form.stars,
            text=form.text,
            created_at=clock.now(),
        )
    )
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadyThanked from error
    record_event(session, actor, events.ThanksGiven(match.need_id, match_id))


def _end(session: Session, actor: Actor, match: Match, offer: Offer, *, to: MatchState, reason: str) -> None:
    match_id, was = id_of(match), match.state
    if was is to and match.reason == reason:
        return
    if was not in OPEN_MATCHES:
        raise guards.MatchMovedOn
    dropped = to is MatchState.DROPPED
    guards.free_place(session, match.need_id)
    guards.move_match(session, match_id, [was], to=to, ended_at=clock.now(), reason=reason)
    # A volunteer who drops out withdraws the offer, a no-show is rejected; both may offer help again.
    new = OfferState.WITHDRAWN if dropped else OfferState.REJECTED
    guards.move_offer(
        session,
        id_of(offer),
        OfferState.ACCEPTED,
        to=new,
        reason=reason or (ReasonCode.DROPPED_OUT if dropped else ReasonCode.DID_NOT_COME),
    )
    need = session.get_one(Need, match.need_id)
    monthly.add_completed(session, match, need, -1)
    kind = events.VolunteerDroppedOut if dropped else events.VolunteerDidNotCome
    record_event(session, actor, kind(match.need_id, match_id), old=was, new=to, reason=reason)
