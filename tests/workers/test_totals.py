"""Wrong totals: nobody's action fails because of them, and they are repaired each night."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import Session, col, update

from gsapp import clock, db
from gsapp.effects import monthly, need_counts
from gsapp.effects.monthly import Key
from gsapp.effects.need_counts import CountKey
from gsapp.models import LoginSession, Match, MonthlyTotal, Need, NeedCount
from gsapp.services import matches, needs, sessions
from gsapp.vocabulary import MatchState, NeedStatus
from gsapp.workers import scheduler, totals
from tests.support.lives import (
    BEIJING,
    CARE,
    NO_REASON,
    PLUMBING,
    accept,
    assert_counts_are_right,
    matched,
    need_form,
    offer,
    people,
    publish,
    reported,
    row,
)
from tests.support.overlap import together

Wait = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("database", "keys", "wait")


def forget_counts(session: Session) -> None:
    """What a partial restore leaves."""
    session.exec(update(NeedCount).values(n=0))
    session.exec(update(MonthlyTotal).values(published=0, completed=0))


def spoil_phase(session: Session, *, need_id: int) -> None:
    session.exec(update(Need).where(col(Need.id) == need_id).values(phase=NeedStatus.DONE))


def test_people_act_while_every_count_is_too_small(caplog: pytest.LogCaptureFixture) -> None:
    anna, ben = people("anna", "ben")
    pending = offer(ben, publish(anna))
    dropped = matched(anna, ben, type_id=CARE).match
    moved, gone = publish(anna), publish(anna)
    db.write(forget_counts)
    accept(anna, pending)
    db.write(matches.drop_out, actor=ben, match_id=dropped, form=NO_REASON)
    db.write(needs.edit_need, actor=anna, need_id=moved, form=need_form(type_id=CARE))
    db.write(needs.cancel_need, actor=anna, need_id=gone, form=NO_REASON)
    assert "it was recounted" in caplog.text
    totals.check()
    assert_counts_are_right()


def test_wrong_counts_do_not_stop_the_scheduler(wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    ended = [publish(anna), publish(anna, type_id=CARE)]
    undisputed = reported(anna, ben).match
    old = db.write(sessions.open_session, user_id=anna.user_id, token_hash="0" * 64, hours=1)
    db.write(forget_counts)
    wait(timedelta(days=8))
    assert scheduler.run_due_jobs() == 0
    assert {row(Need, need_id).phase for need_id in ended} == {NeedStatus.EXPIRED}
    assert row(Match, undisputed).state is MatchState.CONFIRMED
    with db.current().read_only() as session:
        assert session.get(LoginSession, old) is None


def test_what_is_wrong_is_repaired_and_logged(caplog: pytest.LogCaptureFixture) -> None:
    anna, ben = people("anna", "ben")
    matched(anna, ben)
    need_id = publish(anna, type_id=CARE)
    caplog.set_level("INFO")
    assert totals.check() == 0
    db.write(forget_counts)
    db.write(spoil_phase, need_id=need_id)
    assert totals.check() > 0
    assert_counts_are_right()
    assert (
        "repaired a wrong total: 202611 type 1 city 1: published 0 (counted 1), completed 0 (counted 1)" in caplog.text
    )
    assert f"repaired a wrong total: need {need_id}: phase done (should be open)" in caplog.text
    assert "check of totals: 0 were wrong" in caplog.text


def test_a_repair_counts_exactly_while_others_publish() -> None:
    anna, ben = people("anna", "ben")
    publish(anna)
    month, open_needs = Key("202611", PLUMBING, BEIJING), CountKey(PLUMBING, BEIJING, NeedStatus.OPEN)

    def lives() -> None:
        for _ in range(6):
            matched(anna, ben)

    def repairs() -> None:
        for _ in range(15):
            assert not db.write(monthly.repair, key=month)
            assert not db.write(need_counts.repair, at=open_needs)

    assert together([lives, repairs, lives, repairs]) == [None] * 4
    assert_counts_are_right()


def test_totals_are_checked_once_a_day_after_three_o_clock(wait: Wait, monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []
    monkeypatch.setattr(totals, "check", lambda: checked.append(f"{clock.local_now():%d %H}"))
    for _ in range(48):
        totals.check_nightly()
        totals.check_nightly()
        wait(timedelta(hours=1))
    assert checked == ["23 12", "24 03", "25 03"]
