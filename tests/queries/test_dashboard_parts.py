"""What the dashboard shows besides its tiles: unmet needs, the chart, what waits longest, what just happened."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from gsapp import clock, db
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.queries import dashboard_rows
from gsapp.queries.dashboard_parts import NEWEST, NEWEST_OF_ONE
from gsapp.schemas.dashboard import RowsFilter
from gsapp.schemas.needs import ReasonForm
from gsapp.services import matches, needs
from gsapp.vocabulary import MetricKey, NeedStatus
from tests.support import lives
from tests.support.dashboard import desk, ids, later, listed, tile
from tests.support.lives import (
    BEIJING,
    CARE,
    HANGZHOU,
    NINGBO,
    NO_REASON,
    PLUMBING,
    confirmed,
    matched,
    people,
    person,
    publish,
)

Wait = Callable[[timedelta], None]
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def by(wait: Wait) -> Actor:
    """Whoever looks at the lists."""
    return lives.coordinator()


def test_unmet_are_needs_that_never_found_anybody_and_those_waiting_too_long(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    expired = publish(anna, **later(hours=1))
    dropped = matched(anna, ben, **later(hours=1))
    db.write(matches.drop_out, actor=ben, match_id=dropped.match, form=NO_REASON)
    given_up, changed_mind, waiting = (publish(anna, **later(days=60)) for _ in range(3))
    db.write(needs.cancel_need, actor=anna, need_id=changed_mind, form=ReasonForm(reason="It has mended itself."))
    assert ids(by, MetricKey.UNMET) == []
    wait(2 * HOUR)
    assert ids(by, MetricKey.UNMET) == [expired], "the other one was matched once"
    wait(70 * HOUR)
    db.write(needs.cancel_need, actor=anna, need_id=given_up, form=NO_REASON)
    wait(timedelta(seconds=1))
    assert ids(by, MetricKey.UNMET) == [expired, given_up, waiting], "called off at its target or later"
    wait(27 * DAY)
    assert ids(by, MetricKey.UNMET) == [given_up, waiting], "ended more than 30 days ago"
    wait(4 * DAY)
    assert ids(by, MetricKey.UNMET) == [waiting]


def test_the_matrix_counts_unmet_needs_by_city_and_type(by: Actor, wait: Wait) -> None:
    anna = person("anna")
    publish(anna, city_id=NINGBO, type_id=CARE, **later(hours=1))
    for _ in range(2):
        publish(anna, city_id=BEIJING, type_id=PLUMBING, **later(days=9))
    publish(anna, city_id=BEIJING, type_id=CARE, **later(days=9))
    wait(4 * DAY)
    publish(anna, city_id=HANGZHOU)
    matrix = desk().matrix
    assert [row.city_name for row in matrix.rows] == ["北京", "宁波"], "most first"
    assert [kind.id for kind in matrix.types][:2] == [PLUMBING, CARE]
    assert [(cell.n, cell.overdue) for cell in matrix.rows[0].cells][:3] == [(2, 2), (1, 1), (0, 0)]
    assert [(cell.n, cell.overdue) for cell in matrix.rows[1].cells][:3] == [(0, 0), (1, 0), (0, 0)]
    assert (matrix.total, matrix.most, matrix.cities, matrix.totals[:2]) == (4, 2, 2, (2, 2))
    for row in matrix.rows:
        assert row.total == sum(cell.n for cell in row.cells)
        for kind, cell in zip(matrix.types, row.cells, strict=True):
            assert len(listed(by, MetricKey.UNMET, city_id=row.city_id, type_id=kind.id)) == cell.n


def test_the_chart_counts_by_the_days_of_the_time_zone(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    wait(12 * HOUR - timedelta(seconds=1))
    first = matched(anna, ben, **later(seconds=0))
    wait(timedelta(seconds=1))  # midnight in Shanghai
    second = confirmed(anna, ben, **later(seconds=0))
    db.write(needs.cancel_need, actor=anna, need_id=publish(anna, **later(hours=1)), form=NO_REASON)
    publish(anna, **later(days=1))
    days = desk().days
    assert [day.day for day in days] == [datetime(2026, 10, 26).date() + number * DAY for number in range(30)]
    yesterday, today = days[-2:]
    assert (yesterday.published, yesterday.matched, yesterday.fulfilled) == (1, 1, 0)
    assert (today.published, today.matched, today.fulfilled) == (2, 1, 1), "by the day they begin; cancelled ones, too"
    assert sum(day.published + day.matched + day.fulfilled for day in days[:-2]) == 0
    assert ids(by, MetricKey.MATCHED, day=yesterday.day) == [first.match]
    assert ids(by, MetricKey.FULFILLED, day=today.day) == [second.match]
    assert len(listed(by, MetricKey.PUBLISHED, day=today.day)) == 2
    assert len(listed(by, MetricKey.PUBLISHED)) == 3, "without a day, all that the chart shows"


def test_the_oldest_waiting_come_first(by: Actor, wait: Wait) -> None:
    anna = person("anna")
    publish(anna, title="Old", **later(days=30))
    wait(4 * DAY)
    publish(anna, title="New", **later(days=30))
    wait(HOUR)
    oldest = desk().oldest
    assert [(need.title, need.minutes, need.overdue) for need in oldest] == [
        ("Old", 97 * 60, True),
        ("New", 60, False),
    ]


def test_the_feed_tells_what_just_happened_the_newest_first(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    life = matched(anna, ben, title="Pipe", city_id=NINGBO)
    told = [(step.action, step.need_id, step.title, step.username) for step in desk().feed]
    assert told[:3] == [
        ("OfferAccepted", life.need, "Pipe", "anna"),
        ("OfferMade", life.need, "Pipe", "ben"),
        ("NeedPublished", life.need, "Pipe", "anna"),
    ]
    assert told[3] == ("UserRegistered", None, "", "ben")
    assert len(desk(province="浙江").feed) == 3, "of one place: only what belongs to it"
    assert desk(city_id=BEIJING).feed == ()


def test_one_person_does_not_fill_the_feed(by: Actor) -> None:
    anna, ben = people("anna", "ben")
    publish(ben, title="Of Ben")
    for _ in range(2 * NEWEST):
        publish(anna)
    told = [step.username for step in desk().feed]
    assert told.count("anna") == NEWEST_OF_ONE
    assert "Of Ben" in [step.title for step in desk().feed]


def test_every_number_is_for_the_part_of_the_community_that_was_asked_for(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    for place in (BEIJING, HANGZHOU, NINGBO):
        publish(anna, city_id=place, type_id=CARE)
        confirmed(anna, ben, city_id=place, type_id=PLUMBING)
    for key, everywhere in {MetricKey.OPEN: 3, MetricKey.FULFILLED_THIS_MONTH: 3, MetricKey.MATCHED_TODAY: 3}.items():
        assert tile(key).value == everywhere
        assert tile(key, province="浙江").value == 2
        assert tile(key, city_id=NINGBO, province="浙江").value == 1
        assert tile(key, city_id=BEIJING, province="浙江").value == 0
        kinds = [tile(key, city_id=NINGBO, type_id=kind).value for kind in (PLUMBING, CARE)]
        assert kinds == ([0, 1] if key is MetricKey.OPEN else [1, 0])


def test_the_rows_say_what_they_are(by: Actor, wait: Wait) -> None:
    anna, ben = people("anna", "ben")
    life = confirmed(anna, ben, title="Pipe", city_id=NINGBO)
    (row,) = listed(by, MetricKey.FULFILLED_THIS_MONTH)
    assert (row.id, row.need_id, row.title, row.city_name, row.province) == (
        life.match,
        life.need,
        "Pipe",
        "宁波",
        "浙江",
    )
    assert (row.member_id, row.member, row.at, row.status) == (ben.user_id, "ben", clock.now(), NeedStatus.DONE)
    need = publish(anna)
    wait(HOUR)
    (row,) = listed(by, MetricKey.OPEN)
    assert (row.id, row.member, row.minutes) == (need, "anna", 60)


def test_a_member_gets_no_rows(by: Actor) -> None:
    with pytest.raises(CoordinatorsOnly):
        db.read(dashboard_rows.rows, actor=person("anna"), filter=RowsFilter(metric=MetricKey.OPEN))
