"""What the clock does by itself: expiring needs, confirming help that nobody disputed, forgetting old sessions."""

import logging
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress

from sqlmodel import Session, col, select

from gsapp import clock, db, events, guards
from gsapp.effects import need_counts
from gsapp.effects.record import record_event
from gsapp.models import Match, Need
from gsapp.services import matches, needs, sessions
from gsapp.vocabulary import MatchState, NeedState, NeedStatus, ReasonCode
from gsapp.workers.failures import Failures

log = logging.getLogger(__name__)
BATCH = 100


def run_due_jobs() -> int:
    """Do all that is due now, each need and match in a transaction of its own. Called every few seconds.

    A record that raises is logged and passed over until the next call, so that those behind it are still done. Returns
    how many these were. Raises `Busy` when it is the database that cannot be used.
    """
    failures = Failures(log)
    with failures.isolated("ended needs"):
        for need_id in _all_due(ended_needs):
            with failures.isolated(f"need {need_id}"):
                db.write(close_ended_need, need_id=need_id)
    with failures.isolated("unconfirmed matches"):
        for match_id in _all_due(unconfirmed_matches):
            # Its people may have taken a step of their own between our look and this.
            with failures.isolated(f"match {match_id}"), suppress(guards.MatchMovedOn):
                db.write(confirm_by_itself, match_id=match_id)
    with failures.isolated("expired sessions"):
        db.write(sessions.forget_expired_sessions)
    if failures.names:
        log.error("scheduler: %d records failed, retried in the next run", len(failures.names))
    return len(failures.names)


def _all_due(look: Callable[..., list[int]]) -> Iterator[int]:
    """Look again until nothing new is due: after a long pause that may be many.

    What is still due after it was done or passed over must not fill the next look, or nothing behind it is seen.
    """
    seen: set[int] = set()
    stuck: set[int] = set()
    while found := db.read(look, but=stuck):
        stuck.update(seen.intersection(found))
        new = [record_id for record_id in found if record_id not in seen]
        seen.update(new)
        yield from new


def ended_needs(session: Session, *, but: Collection[int] = ()) -> list[int]:
    """Needs past their end whose phase does not say so yet, or that still have offers waiting for an answer."""
    ended = col(Need.ends_at) < clock.local_now()
    found: list[int] = []
    for where in (
        (col(Need.phase) == NeedStatus.OPEN,),
        (col(Need.phase).in_((NeedStatus.MATCHED, NeedStatus.DONE)), col(Need.offers_pending) > 0),
    ):
        due = select(Need.id).where(*where, ended, col(Need.id).not_in(but)).limit(BATCH)
        found += [need_id for need_id in session.exec(due).all() if need_id is not None]
    return found


def close_ended_need(session: Session, *, need_id: int) -> None:
    """Reject the pending offers of a need past its end, with that reason, and let it expire if nobody was found."""
    need = session.get_one(Need, need_id, with_for_update=True)
    if need.state is not NeedState.ACTIVE or need.ends_at >= clock.local_now():
        return  # its author has prolonged or cancelled it meanwhile
    if need.offers_pending:
        guards.forget_offers_of_ended_need(session, need_id)
        reason = ReasonCode.RESERVE_OVER if need.places_taken else ReasonCode.NEED_EXPIRED
        needs.reject_pending_offers(session, None, need_id, reason=reason)
    if need.phase is NeedStatus.OPEN and need_counts.refresh_phase(session, need_id) is NeedStatus.EXPIRED:
        record_event(session, None, events.NeedExpired(need_id), reason=ReasonCode.NEED_EXPIRED)


def unconfirmed_matches(session: Session, *, but: Collection[int] = ()) -> list[int]:
    """Matches reported done so long ago that they count as confirmed."""
    due = clock.now() - matches.CONFIRM_AFTER
    where = (Match.state == MatchState.REPORTED, col(Match.reported_at) <= due, col(Match.id).not_in(but))
    found = select(Match.id).where(*where).order_by(col(Match.reported_at)).limit(BATCH)
    return [match_id for match_id in session.exec(found).all() if match_id is not None]


def confirm_by_itself(session: Session, *, match_id: int) -> None:
    """Confirm a match for an author who has not said anything for so long; nothing if somebody was faster."""
    match = session.get(Match, match_id)
    if match is not None and match.state is MatchState.REPORTED:
        matches.confirm(session, None, match)
