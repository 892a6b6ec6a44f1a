"""A system clock that jumps, is put right again, or repeats an hour: nothing stays expired by mistake."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from gsapp import clock, db, events
from gsapp.guards import NeedNotOpen
from gsapp.models import LoginSession, Need, Offer
from gsapp.queries.needs import found_needs
from gsapp.schemas.needs import NeedFilter
from gsapp.schemas.offers import OfferForm
from gsapp.services import offers, sessions
from gsapp.vocabulary import NeedStatus, OfferState
from gsapp.workers import scheduler
from tests.support.lives import assert_counts_are_right, facts, offer, people, person, publish, refused, row

Wait = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("database", "keys")


class Seconds:
    """The monotonic clock of the scheduler."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        patch.setattr(time, "monotonic", self.read)

    def read(self) -> float:
        return self.now


@pytest.fixture
def both(wait: Wait, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Lets seconds pass on both clocks; `wait` moves the system clock only."""
    seconds = Seconds(monkeypatch)

    def passes(number: float) -> None:
        seconds.now += number
        wait(timedelta(seconds=number))

    return passes


def test_a_clock_that_jumps_forward_and_back_expires_nothing(
    wait: Wait, both: Callable[[float], None], caplog: pytest.LogCaptureFixture
) -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    pending = offer(ben, need_id)
    login = db.write(sessions.open_session, user_id=anna.user_id, token_hash="0" * 64, hours=1)
    jobs = scheduler.Scheduler()
    jobs.run()
    wait(timedelta(days=3))
    for _ in range(20):
        both(15)
        jobs.run()
    wait(-timedelta(days=3))
    both(15)
    jobs.run()
    assert row(Need, need_id).phase is NeedStatus.OPEN
    assert row(Offer, pending).state is OfferState.PENDING
    assert row(LoginSession, login)
    assert caplog.text.count("the clock jumped forward by 3 days, 0:00:00") == 1
    both(3700)
    jobs.run()
    with db.current().read_only() as session:
        assert session.get(LoginSession, login) is None, "the jobs run again"


def test_a_clock_that_stays_where_it_jumped_to_is_trusted_after_ten_minutes(
    wait: Wait, both: Callable[[float], None]
) -> None:
    need_id = publish(person("anna"))
    jobs = scheduler.Scheduler()
    jobs.run()
    wait(timedelta(days=3))
    for seconds in (0, 300, 299):
        both(seconds)
        jobs.run()
        assert row(Need, need_id).phase is NeedStatus.OPEN
    both(1)
    jobs.run()
    assert row(Need, need_id).phase is NeedStatus.EXPIRED


def test_time_that_passes_on_both_clocks_is_no_jump(both: Callable[[float], None]) -> None:
    need_id = publish(person("anna"))
    jobs = scheduler.Scheduler()
    jobs.run()
    both(3 * 24 * 3600)
    jobs.run()
    assert row(Need, need_id).phase is NeedStatus.EXPIRED


def test_a_need_that_a_wrong_clock_has_expired_is_open_again(wait: Wait, caplog: pytest.LogCaptureFixture) -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    pending = offer(ben, need_id)
    wait(timedelta(days=3))
    scheduler.run_due_jobs()
    assert row(Need, need_id).phase is NeedStatus.EXPIRED
    wait(-timedelta(days=3))
    with facts() as heard:
        scheduler.run_due_jobs()
    assert heard == [events.NeedChanged(need_id)]
    assert row(Need, need_id).phase is NeedStatus.OPEN
    assert f"need {need_id} had expired before its end" in caplog.text
    assert row(Offer, pending).state is OfferState.REJECTED
    offer(ben, need_id)
    assert_counts_are_right()
    with facts() as heard:
        scheduler.run_due_jobs()
    assert not heard


def test_a_clock_some_seconds_behind_does_not_undo_what_another_process_has_expired(wait: Wait) -> None:
    need_id = publish(person("anna"))
    wait(timedelta(days=1, hours=2, seconds=1))
    scheduler.run_due_jobs()
    wait(-timedelta(seconds=30))
    scheduler.run_due_jobs()
    assert row(Need, need_id).phase is NeedStatus.EXPIRED


def test_the_repeated_hour_in_autumn_reopens_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_zone", ZoneInfo("Europe/Berlin"))
    with clock.at(datetime(2026, 10, 24, 12, 0, tzinfo=UTC)) as move:
        anna, ben = people("anna", "ben")
        night = datetime(2026, 10, 25, 1, 45)
        need_id = publish(anna, starts_at=night, ends_at=night + timedelta(hours=1))
        move(timedelta(hours=12, minutes=50))
        assert f"{clock.local_now():%H:%M}" == "02:50"
        scheduler.run_due_jobs()
        for _ in range(3):
            move(timedelta(minutes=20))  # 02:10, 02:30, 02:50 again
            with facts() as heard:
                scheduler.run_due_jobs()
            assert not heard
            assert row(Need, need_id).status(clock.local_now()) is NeedStatus.EXPIRED
            assert db.read(found_needs, filter=NeedFilter(status=NeedStatus.OPEN)).total == 0
            refused(NeedNotOpen, offers.make_offer, actor=ben, need_id=need_id, form=OfferForm())
            assert_counts_are_right()
