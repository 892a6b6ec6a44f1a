"""The scheduler: expiring needs, confirming matches, deleting old sessions."""

from collections.abc import Callable, Collection
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import Session

from gsapp import clock, db, events, guards
from gsapp.effects import need_counts
from gsapp.errors import Busy
from gsapp.models import LoginSession, Match, Need, Offer
from gsapp.services import matches, needs, offers, sessions
from gsapp.vocabulary import MatchState, NeedStatus, OfferState, ReasonCode
from gsapp.workers import scheduler
from tests.support.lives import (
    NO_REASON,
    accept,
    assert_counts_are_right,
    facts,
    matched,
    need_form,
    offer,
    one_step,
    people,
    person,
    publish,
    reported,
    row,
)

Wait = Callable[[timedelta], None]
TO_THE_END = timedelta(days=1, hours=2)
SECOND = timedelta(seconds=1)
pytestmark = pytest.mark.usefixtures("database", "keys", "wait")


def test_the_pending_offers_of_a_need_past_its_end_are_rejected_with_that_reason(wait: Wait) -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    ids = [offer(ben, need_id), offer(cleo, need_id)]
    wait(TO_THE_END)
    with facts() as heard:
        scheduler.run_due_jobs()
    assert not heard, "its last second belongs to the need"
    wait(SECOND)
    with facts() as heard:
        scheduler.run_due_jobs()
    assert heard == [*(events.OfferRejected(need_id, offer_id) for offer_id in ids), events.NeedExpired(need_id)]
    for offer_id in ids:
        rejected = row(Offer, offer_id)
        assert (rejected.state, rejected.reason_code) == (OfferState.REJECTED, ReasonCode.NEED_EXPIRED)
    assert row(Need, need_id).status(clock.local_now()) is NeedStatus.EXPIRED
    assert_counts_are_right()


def test_the_clock_needs_no_second_look(wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    offer(ben, publish(anna))
    reported(anna, ben)
    wait(timedelta(days=8))
    scheduler.run_due_jobs()
    with facts() as heard:
        scheduler.run_due_jobs()
    assert not heard


def test_an_ended_need_with_a_match_keeps_it_and_its_stand_by_is_told(wait: Wait) -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need_id = publish(anna)
    match_id = accept(anna, offer(ben, need_id))
    stand_by = offer_before_full(anna, cleo)
    wait(TO_THE_END + SECOND)
    scheduler.run_due_jobs()
    assert row(Match, match_id).state is MatchState.RUNNING
    assert row(Need, need_id).status(clock.local_now()) is NeedStatus.MATCHED
    assert row(Offer, stand_by).state is OfferState.REJECTED
    assert_counts_are_right()


def offer_before_full(author: Any, volunteer: Any) -> int:
    """A stand-by offer to a need that somebody else fills."""
    need_id = publish(author)
    stand_by = offer(volunteer, need_id)
    accept(author, offer(person("dora"), need_id))
    return stand_by


def test_a_need_that_nobody_answered_expires_too(wait: Wait) -> None:
    need_id = publish(person("anna"))
    wait(TO_THE_END + SECOND)
    with one_step(events.NeedExpired(need_id), actor=None, reason=ReasonCode.NEED_EXPIRED):
        scheduler.run_due_jobs()
    assert row(Need, need_id).phase is NeedStatus.EXPIRED
    assert_counts_are_right()


def test_after_a_long_pause_all_that_is_due_is_done_at_once(wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler, "BATCH", 2)
    anna = person("anna")
    ids = [publish(anna) for _ in range(5)]
    wait(TO_THE_END + SECOND)
    scheduler.run_due_jobs()
    assert {row(Need, need_id).phase for need_id in ids} == {NeedStatus.EXPIRED}


def test_needs_that_were_cancelled_or_prolonged_are_left_alone(wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    cancelled, prolonged = publish(anna), publish(anna)
    db.write(offers.withdraw_offer, actor=ben, offer_id=offer(ben, prolonged))
    offer(ben, cancelled)
    db.write(needs.cancel_need, actor=anna, need_id=cancelled, form=NO_REASON)
    later = need_form(starts_at=clock.local_now() + timedelta(days=9))
    db.write(needs.edit_need, actor=anna, need_id=prolonged, form=later)
    pending = offer(ben, prolonged)
    wait(TO_THE_END + SECOND)
    with facts() as heard:
        scheduler.run_due_jobs()
    assert not heard
    assert row(Offer, pending).state is OfferState.PENDING
    db.write(scheduler.close_ended_need, need_id=prolonged)
    assert row(Offer, pending).state is OfferState.PENDING


def test_reported_help_that_nobody_disputes_is_confirmed_after_seven_days(wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    need_id, _, match_id = reported(anna, ben)
    wait(timedelta(days=7) - SECOND)
    scheduler.run_due_jobs()
    assert row(Match, match_id).state is MatchState.REPORTED
    wait(SECOND)
    with one_step(events.HelpConfirmed(need_id, match_id), actor=None, old="reported", new="confirmed"):
        scheduler.run_due_jobs()
    assert row(Match, match_id).confirmed_at == clock.now()
    assert row(Need, need_id).status(clock.local_now()) is NeedStatus.DONE
    assert_counts_are_right()


def test_help_that_nobody_reported_is_not_confirmed(wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    match_id = matched(anna, ben).match
    wait(timedelta(days=30))
    scheduler.run_due_jobs()
    assert row(Match, match_id).state is MatchState.RUNNING


@pytest.mark.parametrize("due", ["ended_needs", "unconfirmed_matches"])
def test_what_people_do_between_the_clocks_look_and_its_step_does_not_stop_it(
    wait: Wait, monkeypatch: pytest.MonkeyPatch, due: str
) -> None:
    anna, ben = people("anna", "ben")
    first, second = reported(anna, ben), reported(anna, ben)
    pending = offer(ben, publish(anna))
    wait(timedelta(days=7))
    look: Callable[..., list[int]] = getattr(scheduler, due)
    looks = 0

    def slow_look(session: Session, *, but: Collection[int]) -> list[int]:
        nonlocal looks
        looks += 1
        found = look(session, but=but)
        session.rollback()
        if looks > 1:
            return found
        if due == "unconfirmed_matches":
            db.write(matches.report_no_show, actor=anna, match_id=first.match, form=NO_REASON)
        else:
            db.write(offers.withdraw_offer, actor=ben, offer_id=pending)
        return found

    monkeypatch.setattr(scheduler, due, slow_look)
    scheduler.run_due_jobs()
    assert row(Match, second.match).state is MatchState.CONFIRMED
    assert_counts_are_right()


def test_a_step_that_comes_first_at_the_last_moment_does_not_stop_the_clock(
    wait: Wait, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna, ben = people("anna", "ben")
    disputed, undisputed = reported(anna, ben), reported(anna, ben)
    wait(timedelta(days=7))
    finish_place = guards.finish_place

    def moved_on_meanwhile(session: Session, need_id: int) -> None:
        if need_id == disputed.need:
            raise guards.MatchMovedOn
        finish_place(session, need_id)

    monkeypatch.setattr(guards, "finish_place", moved_on_meanwhile)
    scheduler.run_due_jobs()
    assert row(Match, disputed.match).state is MatchState.REPORTED
    assert row(Match, undisputed.match).state is MatchState.CONFIRMED


def test_a_record_that_raises_holds_up_none_of_those_behind_it(
    wait: Wait, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(scheduler, "BATCH", 2)
    anna, ben = people("anna", "ben")
    broken, fine = [publish(anna), publish(anna), publish(anna)], publish(anna)
    disputed, undisputed = reported(anna, ben), reported(anna, ben)
    old = db.write(sessions.open_session, user_id=anna.user_id, token_hash="0" * 64, hours=1)
    settle, confirm = need_counts.refresh_phase, matches.confirm_match

    def settle_most(session: Session, need_id: int) -> NeedStatus:
        if need_id in broken:
            raise ZeroDivisionError
        return settle(session, need_id)

    def confirm_most(session: Session, actor: Any, match: Match) -> None:
        if match.id == disputed.match:
            raise ZeroDivisionError
        confirm(session, actor, match)

    monkeypatch.setattr(need_counts, "refresh_phase", settle_most)
    monkeypatch.setattr(matches, "confirm_match", confirm_most)
    wait(timedelta(days=8))
    assert scheduler.run_due_jobs() == 4
    assert row(Need, fine).phase is NeedStatus.EXPIRED
    assert row(Match, undisputed.match).state is MatchState.CONFIRMED
    assert row(Match, disputed.match).state is MatchState.REPORTED
    with db.current().read_only() as session:
        assert session.get(LoginSession, old) is None
    assert f"skipped need {broken[0]}: ZeroDivisionError" in caplog.text
    assert "4 records failed" in caplog.text
    monkeypatch.undo()
    assert scheduler.run_due_jobs() == 0
    assert row(Need, broken[0]).phase is NeedStatus.EXPIRED


def test_a_database_that_takes_nothing_now_ends_the_round(wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[int] = []

    def busy(session: Session, *, need_id: int) -> None:
        tried.append(need_id)
        raise Busy

    anna = person("anna")
    for _ in range(3):
        publish(anna)
    wait(TO_THE_END + SECOND)
    monkeypatch.setattr(scheduler, "close_ended_need", busy)
    with pytest.raises(Busy):
        scheduler.run_due_jobs()
    assert len(tried) == 1


def test_expired_sessions_are_forgotten(wait: Wait) -> None:
    anna = person("anna")
    short, long = (
        db.write(sessions.open_session, user_id=anna.user_id, token_hash=f"{hours:064}", hours=hours)
        for hours in (1, 2)
    )
    wait(timedelta(hours=1))
    scheduler.run_due_jobs()
    with db.current().read_only() as session:
        assert session.get(LoginSession, short) is None
        assert session.get(LoginSession, long) is not None
