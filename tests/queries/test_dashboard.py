"""What each number of the dashboard counts: one test for each sentence that says so."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import Session, col

from gsapp import db
from gsapp.access import Actor
from gsapp.models import ServiceType
from gsapp.schemas.needs import ReasonForm
from gsapp.services import asking, matches, needs, offers, suspension
from gsapp.vocabulary import MetricKey
from gsapp.workers import scheduler
from tests.services.test_on_behalf import recorded
from tests.support import lives
from tests.support.dashboard import ids, later, listed, tile
from tests.support.lives import (
    CARE,
    HANGZHOU,
    NINGBO,
    NO_REASON,
    PLUMBING,
    accept,
    confirmed,
    matched,
    offer,
    people,
    person,
    publish,
    reported,
)

Wait = Callable[[timedelta], None]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def by(wait: Wait) -> Actor:
    """Whoever looks at the lists."""
    return lives.coordinator()


def set_target(type_id: int, hours: int) -> None:
    def write(session: Session) -> None:
        session.connection().execute(
            update(ServiceType).where(col(ServiceType.id) == type_id).values(target_hours=hours)
        )

    db.write(write)


def test_open_now_are_needs_neither_over_nor_called_off_with_a_place_left(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    waiting = publish(anna)
    half = matched(anna, ben, helpers_wanted=2).need
    matched(anna, ben)
    over = publish(anna, **later(minutes=30))
    db.write(needs.cancel_need, actor=anna, need_id=publish(anna), form=NO_REASON)
    assert ids(by, MetricKey.OPEN) == [waiting, half, over]
    wait(HOUR)
    assert ids(by, MetricKey.OPEN) == [waiting, half], "at once, not at the next tick of the clock"
    assert tile(MetricKey.OPEN).value == 2
    scheduler.run_due_jobs()
    assert (ids(by, MetricKey.OPEN), tile(MetricKey.OPEN).value) == ([waiting, half], 2)


def test_waiting_beyond_target_are_open_needs_older_than_the_target_hours_of_their_type(by: Actor, wait: Wait) -> None:
    anna = person("anna")
    set_target(CARE, 3)
    slow, quick = publish(anna, type_id=PLUMBING), publish(anna, type_id=CARE)
    wait(3 * HOUR)
    assert ids(by, MetricKey.BEYOND_TARGET) == [], "not yet at the very hour"
    wait(timedelta(seconds=1))
    assert ids(by, MetricKey.BEYOND_TARGET) == [quick]
    assert tile(MetricKey.BEYOND_TARGET).oldest == 180
    db.write(needs.edit_need, actor=anna, need_id=slow, form=lives.need_form(**later(days=9)))
    db.write(needs.edit_need, actor=anna, need_id=quick, form=lives.need_form(type_id=CARE, **later(days=9)))
    wait(3 * DAY)
    assert ids(by, MetricKey.BEYOND_TARGET) == [slow, quick]
    assert tile(MetricKey.BEYOND_TARGET, type_id=PLUMBING).value == 1
    db.write(needs.cancel_need, actor=anna, need_id=quick, form=NO_REASON)
    assert ids(by, MetricKey.BEYOND_TARGET) == [slow], "what is over waits no longer"


def test_offers_awaiting_a_decision_are_unanswered_ones_to_needs_with_a_place_left(by: Actor, wait: Wait) -> None:
    anna, ben, cleo, dan = people("anna", "ben", "cleo", "dan")
    need = publish(anna, helpers_wanted=1)
    first, second, third = (offer(each, need) for each in (ben, cleo, dan))
    db.write(offers.withdraw_offer, actor=dan, offer_id=third)
    assert ids(by, MetricKey.TO_DECIDE) == [first, second]
    accept(anna, first)
    assert ids(by, MetricKey.TO_DECIDE) == [], "a stand-by waits for nothing"
    ended = publish(anna, **later(minutes=30))
    offer(cleo, ended)
    assert tile(MetricKey.TO_DECIDE).value == 1
    wait(HOUR)
    assert tile(MetricKey.TO_DECIDE).value == 0


def test_matched_today_are_acceptances_of_this_day_not_dropped(by: Actor, wait: Wait) -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    wait(12 * HOUR - timedelta(seconds=1))  # a second before midnight
    matched(anna, ben)
    wait(timedelta(seconds=1))
    assert ids(by, MetricKey.MATCHED_TODAY) == []
    today, dropped = matched(anna, ben), matched(anna, cleo)
    db.write(matches.drop_out, actor=cleo, match_id=dropped.match, form=NO_REASON)
    assert ids(by, MetricKey.MATCHED_TODAY) == [today.match]


def test_fulfilled_are_matches_confirmed_in_the_month_by_the_author_or_by_itself(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    early = confirmed(anna, ben)
    by_itself = reported(anna, ben)
    assert ids(by, MetricKey.FULFILLED_THIS_MONTH) == [early.match]
    wait(7 * DAY)
    scheduler.run_due_jobs()
    assert ids(by, MetricKey.FULFILLED_THIS_MONTH) == [early.match, by_itself.match]
    wait(DAY)  # 1 December
    assert ids(by, MetricKey.FULFILLED_THIS_MONTH) == []


def test_the_time_to_the_first_offer_is_a_median_of_those_that_ended_in_30_days(by: Actor, wait: Wait) -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    old = publish(anna, **later(days=80))
    wait(10 * DAY)
    offer(ben, old)
    wait(30 * DAY)  # too long ago
    found = []
    for hours in (1, 2, 3, 4, 50):
        need = publish(anna, **later(days=9))
        wait(timedelta(hours=hours))
        found.append(offer(ben, need))
        offer(cleo, need)  # later ones do not count
    shown = tile(MetricKey.FIRST_OFFER)
    assert (shown.value, shown.n) == (180, 5), "no outlier rules a median"
    assert ids(by, MetricKey.FIRST_OFFER) == found
    assert sorted(row.minutes or 0 for row in listed(by, MetricKey.FIRST_OFFER)) == [60, 120, 180, 240, 3000]


def test_a_median_is_hidden_below_five(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    for _ in range(4):
        matched(anna, ben)
    for key in (MetricKey.FIRST_OFFER, MetricKey.FIRST_MATCH):
        assert (tile(key).value, tile(key).n) == (None, 4)
    matched(anna, ben)
    assert (tile(MetricKey.FIRST_MATCH).value, tile(MetricKey.FIRST_MATCH).n) == (0, 5)


def test_what_still_waits_stands_beside_the_median_and_is_not_dropped(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    nobody = publish(anna, **later(days=9))
    wait(DAY)
    asked = publish(anna, **later(days=9))
    offer(ben, asked)
    publish(anna, **later(minutes=1))
    wait(HOUR)
    shown = tile(MetricKey.FIRST_OFFER)
    assert (shown.waiting, shown.oldest) == (1, 25 * 60)
    assert ids(by, MetricKey.WITHOUT_OFFER) == [nobody]
    shown = tile(MetricKey.FIRST_MATCH)
    assert (shown.waiting, shown.oldest) == (2, 25 * 60)
    assert ids(by, MetricKey.WITHOUT_MATCH) == [nobody, asked]


def test_the_time_to_match_is_that_of_the_first_acceptance_also_if_it_was_dropped(by: Actor, wait: Wait) -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    need = publish(anna, **later(days=9))
    wait(HOUR)
    first = accept(anna, offer(ben, need))
    db.write(matches.drop_out, actor=ben, match_id=first, form=NO_REASON)
    wait(DAY)
    accept(anna, offer(cleo, need))
    assert [(row.id, row.minutes) for row in listed(by, MetricKey.FIRST_MATCH)] == [(first, 60)]
    assert tile(MetricKey.FIRST_MATCH).waiting == 0


def test_the_fill_rate_is_of_the_needs_published_last_month(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    filled = [matched(anna, ben, helpers_wanted=2, **later(days=60)).need for _ in range(3)]
    empty = [publish(anna, **later(days=60)) for _ in range(2)]
    early = publish(anna)
    db.write(needs.cancel_need, actor=anna, need_id=early, form=NO_REASON)
    answered = publish(anna)
    offer(ben, answered)
    db.write(needs.cancel_need, actor=anna, need_id=answered, form=NO_REASON)
    assert tile(MetricKey.FILL_RATE).n == 0, "of this month nothing is told yet"
    wait(12 * DAY)
    publish(anna)
    shown = tile(MetricKey.FILL_RATE)
    assert (shown.value, shown.n) == (50, 6)
    assert shown.more == {"filled": 3, "called_off_early": 1, "places_taken": 3, "places_wanted": 9}
    assert ids(by, MetricKey.FILL_RATE) == [*filled, *empty, answered]
    assert ids(by, MetricKey.FILLED) == filled
    assert ids(by, MetricKey.CALLED_OFF_EARLY) == [early], "apart"
    accept(anna, offer(ben, empty[0]))
    assert tile(MetricKey.FILL_RATE).value == 67, "also when somebody is found a month later"


def test_a_rate_is_hidden_below_five(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    for _ in range(4):
        matched(anna, ben)
    wait(12 * DAY)
    assert (tile(MetricKey.FILL_RATE).value, tile(MetricKey.FILL_RATE).n) == (None, 4)


def test_active_volunteers_are_distinct_and_of_30_days(by: Actor, wait: Wait) -> None:
    anna, ben, cleo, dan, eve = people("anna", "ben", "cleo", "dan", "eve")
    waiting = reported(anna, dan)
    confirmed(anna, eve)
    wait(5 * DAY)
    scheduler.run_due_jobs()
    wait(25 * DAY + 12 * HOUR)
    confirmed(anna, ben)
    matched(anna, ben, city_id=HANGZHOU)
    gone = matched(anna, cleo)
    db.write(matches.drop_out, actor=cleo, match_id=gone.match, form=NO_REASON)
    assert ids(by, MetricKey.ACTIVE_VOLUNTEERS) == [ben.user_id]
    db.write(matches.confirm_done, actor=anna, match_id=waiting.match)
    assert ids(by, MetricKey.ACTIVE_VOLUNTEERS) == [ben.user_id, dan.user_id], "confirmed now, accepted long ago"
    assert ids(by, MetricKey.ACTIVE_VOLUNTEERS, province="浙江") == [ben.user_id]
    db.write(suspension.suspend, actor=by, user_id=ben.user_id, form=ReasonForm(reason="x"))
    assert ids(by, MetricKey.ACTIVE_VOLUNTEERS) == [dan.user_id]


def test_never_asked_are_members_of_14_days_without_a_match_or_a_need_of_their_own(by: Actor, wait: Wait) -> None:
    anna, ben, cleo, dan = people("anna", "ben", "cleo", "dan")
    offer(cleo, publish(anna))
    dropped = matched(anna, ben)
    db.write(matches.drop_out, actor=ben, match_id=dropped.match, form=NO_REASON)
    db.write(suspension.suspend, actor=by, user_id=person("frank").user_id, form=ReasonForm(reason="x"))
    recorded(by)  # somebody without the internet
    wait(14 * DAY)
    assert tile(MetricKey.NEVER_ASKED).value == 0, "only over 14 days"
    wait(timedelta(seconds=1))
    assert ids(by, MetricKey.NEVER_ASKED) == [cleo.user_id, dan.user_id]
    assert tile(MetricKey.NEVER_ASKED, city_id=NINGBO).value == 2, "members belong to no place"
    db.write(asking.ask_volunteer, actor=anna, need_id=publish(anna), volunteer_id=cleo.user_id)
    assert ids(by, MetricKey.NEVER_ASKED) == [dan.user_id], "asked by name is asked"
