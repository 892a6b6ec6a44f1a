"""What the clock does by itself: expiring needs, confirming help that nobody disputed, forgetting old sessions."""

from contextlib import suppress

from sqlmodel import Session, col, select

from gsapp import clock, db, events, guards
from gsapp.i18n import N_
from gsapp.models import Match, Need
from gsapp.services import matching, needs, sessions
from gsapp.services.history import step
from gsapp.vocabulary import MatchState, NeedState

BATCH = 100
NEED_EXPIRED = N_("The need has passed its end without a match.")
RESERVE_OVER = N_("The need has passed its end; another neighbour came.")


def tend() -> None:
    """Do all that is due now, each need and match in a transaction of its own. Called every minute by the server."""
    for need_id in db.ask(ended_needs):
        db.run(close_ended_need, need_id=need_id)
    for match_id in db.ask(unconfirmed_matches):
        with suppress(guards.MatchMovedOn):  # its people took a step of their own between our look and this
            db.run(confirm_by_itself, match_id=match_id)
    db.run(sessions.forget_expired_sessions)


def ended_needs(session: Session) -> list[int]:
    """Needs past their end that still have offers waiting for an answer."""
    where = (Need.state == NeedState.ACTIVE, Need.offers_pending > 0, Need.ends_at < clock.local_now())
    found = select(Need.id).where(*where).order_by(col(Need.ends_at)).limit(BATCH)
    return [need_id for need_id in session.exec(found).all() if need_id is not None]


def close_ended_need(session: Session, *, need_id: int) -> None:
    """Reject the pending offers of a need past its end, with that reason."""
    try:
        guards.forget_offers_of_ended_need(session, need_id)
    except guards.OfferDecided:
        return  # its author has prolonged or cancelled it, or another process was here first
    need = session.get_one(Need, need_id)
    reason = RESERVE_OVER if need.places_taken else NEED_EXPIRED
    needs.reject_pending_offers(session, None, need_id, reason=reason)
    if not need.places_taken:
        step(session, None, events.NeedExpired(need_id), reason=reason)


def unconfirmed_matches(session: Session) -> list[int]:
    """Matches reported done so long ago that they count as confirmed."""
    due = clock.now() - matching.CONFIRM_AFTER
    where = (Match.state == MatchState.REPORTED, col(Match.reported_at) <= due)
    found = select(Match.id).where(*where).order_by(col(Match.reported_at)).limit(BATCH)
    return [match_id for match_id in session.exec(found).all() if match_id is not None]


def confirm_by_itself(session: Session, *, match_id: int) -> None:
    match = session.get(Match, match_id)
    if match is not None and match.state is MatchState.REPORTED:
        matching.confirm(session, None, match)
