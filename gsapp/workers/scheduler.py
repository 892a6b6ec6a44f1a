"""Scheduled jobs: expire needs, confirm undisputed matches, delete expired sessions."""

import logging
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from datetime import timedelta

from sqlmodel import Session, col, select

from gsapp import clock, db, events, guards, sealing, security
from gsapp.effects import need_counts
from gsapp.effects.record import record_event
from gsapp.models import Match, Need
from gsapp.security import refusals
from gsapp.services import matches, needs, security_counts, sessions
from gsapp.vocabulary import MatchState, NeedState, NeedStatus, ReasonCode
from gsapp.workers.failures import Failures

log = logging.getLogger(__name__)
BATCH = 100
JUMP = timedelta(hours=1)
"""A system clock that is put forward by more than this, compared with the monotonic clock, is not trusted at first."""
CONFIRMED_AFTER = 10 * 60.0
"""Seconds for which the clock must stay there until it is trusted. After a suspended machine woke up, it does."""
CLOCK_SKEW = timedelta(minutes=1)
"""How much the clocks of two processes may differ without one undoing what the other has expired."""


class Scheduler:
    """Runs the due jobs, unless the system clock has just jumped forward.

    What is expired by a wrong clock cannot be undone: offers are rejected, sessions deleted, people notified.
    """

    def __init__(self) -> None:
        self._offset: timedelta | None = None  # of the system clock from the monotonic clock, at the last run
        self._waits_until = 0.0

    def run(self) -> int:
        """`run_due_jobs`, or nothing while the clock is not trusted."""
        return run_due_jobs() if self._is_clock_trusted() else 0

    def _is_clock_trusted(self) -> bool:
        monotonic = time.monotonic()
        offset = timedelta(seconds=clock.now().timestamp() - monotonic)
        jump = offset - self._offset if self._offset is not None else timedelta(0)
        self._offset = offset
        if jump > JUMP:
            log.warning("the clock jumped forward by %s: nothing expires for %d s", jump, CONFIRMED_AFTER)
            self._waits_until = monotonic + CONFIRMED_AFTER
        elif jump < -JUMP:
            log.warning("the clock was put back by %s", -jump)
            self._waits_until = 0.0
        return monotonic >= self._waits_until


def run_due_jobs() -> int:
    """Process everything that is due now, each need and match in its own transaction. Called every few seconds.

    A record that raises is logged and skipped until the next call, so that it does not block the records behind it.
    Returns the number of failed records. Raises `Busy` when the database cannot be used.
    """
    failures = Failures(log)
    with failures.isolated("needs to reopen"):
        for need_id in _all_due(wrongly_expired_needs):
            with failures.isolated(f"need {need_id}"):
                db.write(reopen_need, need_id=need_id)
    with failures.isolated("ended needs"):
        for need_id in _all_due(ended_needs):
            with failures.isolated(f"need {need_id}"):
                db.write(close_ended_need, need_id=need_id)
    with failures.isolated("unconfirmed matches"):
        for match_id in _all_due(unconfirmed_matches):
            # The author or the volunteer may have changed the match since the query.
            with failures.isolated(f"match {match_id}"), suppress(guards.MatchMovedOn):
                db.write(confirm_by_itself, match_id=match_id)
    with failures.isolated("expired sessions"):
        db.write(sessions.forget_expired_sessions)
    with failures.isolated("security counts"):
        store_security_counts()
    with failures.isolated("active key"):
        security.activate(db.read(sealing.active_key_id))  # a rotation may have changed it
    if failures.names:
        log.error("scheduler: %d records failed, retried in the next run", len(failures.names))
    return len(failures.names)


def store_security_counts() -> None:
    """Add the counts of refusals of this process to the database; they wait for the next run if that fails."""
    if counts := refusals.take():
        try:
            db.write(security_counts.add, counts=counts)
        except BaseException:
            refusals.put_back(counts)
            raise


def _all_due(query: Callable[..., list[int]]) -> Iterator[int]:
    """The ids of all due records, queried in batches until nothing new is due: after an outage there may be many.

    Records that are still due after they were processed or skipped are excluded from the next query, otherwise they
    would fill its batch and starve the records behind them.
    """
    seen: set[int] = set()
    stuck: set[int] = set()
    while found := db.read(query, but=stuck):
        stuck.update(seen.intersection(found))
        new = [record_id for record_id in found if record_id not in seen]
        seen.update(new)
        yield from new


def ended_needs(session: Session, *, but: Collection[int] = ()) -> list[int]:
    """Needs past their end that are still in an open phase, or have pending offers. `but` are ids to exclude."""
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
    """Reject the pending offers of a need past its end, and expire it if it has no match. Idempotent."""
    need = session.get_one(Need, need_id, with_for_update=True)
    if need.state is not NeedState.ACTIVE or need.ends_at >= clock.local_now():
        return  # its author has extended or cancelled it since the query
    if need.offers_pending:
        guards.forget_offers_of_ended_need(session, need_id)
        reason = ReasonCode.RESERVE_OVER if need.places_taken else ReasonCode.NEED_EXPIRED
        needs.reject_pending_offers(session, None, need_id, reason=reason)
    if need.phase is NeedStatus.OPEN and need_counts.refresh_phase(session, need_id) is NeedStatus.EXPIRED:
        record_event(session, None, events.NeedExpired(need_id), reason=ReasonCode.NEED_EXPIRED)


def wrongly_expired_needs(session: Session, *, but: Collection[int] = ()) -> list[int]:
    """Needs that expired before their end, because the clock was wrong and was put back. `but` are ids to exclude."""
    ahead = col(Need.ends_at) > clock.local_now() + CLOCK_SKEW
    found = select(Need.id).where(Need.phase == NeedStatus.EXPIRED, ahead, col(Need.id).not_in(but)).limit(BATCH)
    return [need_id for need_id in session.exec(found).all() if need_id is not None]


def reopen_need(session: Session, *, need_id: int) -> None:
    """Derive the phase of an expired need again. Its rejected offers stay rejected: volunteers may offer again."""
    need = session.get_one(Need, need_id, with_for_update=True)
    if need.phase is NeedStatus.EXPIRED and need_counts.refresh_phase(session, need_id) is not NeedStatus.EXPIRED:
        log.warning("need %d had expired before its end, by a wrong clock: open again", need_id)
        db.publish_after_commit(session, events.NeedChanged(need_id))


def unconfirmed_matches(session: Session, *, but: Collection[int] = ()) -> list[int]:
    """Matches reported done longer than `CONFIRM_AFTER` ago, which count as confirmed. `but` are ids to exclude."""
    due = clock.now() - matches.CONFIRM_AFTER
    where = (Match.state == MatchState.REPORTED, col(Match.reported_at) <= due, col(Match.id).not_in(but))
    found = select(Match.id).where(*where).order_by(col(Match.reported_at)).limit(BATCH)
    return [match_id for match_id in session.exec(found).all() if match_id is not None]


def confirm_by_itself(session: Session, *, match_id: int) -> None:
    """Confirm a match whose author did not respond in time; does nothing if it is no longer waiting for that."""
    match = session.get(Match, match_id)
    if match is not None and match.state is MatchState.REPORTED:
        matches.confirm_match(session, None, match)
