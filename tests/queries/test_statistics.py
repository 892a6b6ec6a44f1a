"""The monthly statistics: what is counted in which month, and that every view of it agrees."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest

from gsapp import clock, db
from gsapp.effects import monthly
from gsapp.queries.statistics import statistics
from gsapp.schemas.forms import parse
from gsapp.schemas.statistics import GridRow, Statistics, StatisticsFilter
from gsapp.services import matches, needs
from tests.support.lives import (
    BEIJING,
    CARE,
    CHENGDU,
    CLEANING,
    HANGZHOU,
    NINGBO,
    NO_REASON,
    NOON,
    PLUMBING,
    accept,
    confirmed,
    matched,
    need_form,
    offer,
    people,
    person,
    publish,
    reported,
)

Wait = Callable[[timedelta], None]
SECOND = timedelta(seconds=1)
SORTS = ("month", "city", "type", "published", "completed", "rate")
pytestmark = pytest.mark.usefixtures("database")


def shown(**filter: Any) -> Statistics:
    return db.read(statistics, filter=parse(StatisticsFilter, {"size": 100} | filter))


def by_month(**filter: Any) -> dict[str, tuple[int, int]]:
    """Published and completed of the months that have any."""
    counts = {month.month: (month.published, month.completed) for month in shown(**filter).months}
    return {month: count for month, count in counts.items() if any(count)}


@pytest.fixture
def new_york() -> Iterator[None]:
    clock.set_zone("America/New_York")
    yield
    clock.set_zone("Asia/Shanghai")


def test_without_data_every_month_is_zero() -> None:
    found = shown()
    assert [month.month for month in found.months] == [f"2026-{month:02}" for month in (6, 7, 8, 9, 10, 11)]
    assert {(m.published, m.completed, m.rate, str(m.by_type)) for m in found.months} == {(0, 0, None, "{}")}
    assert (found.total.published, found.total.completed, found.total.rate) == (0, 0, None)
    assert (found.grid.items, found.grid.total) == ((), 0)


def test_months_between_those_with_data_are_zero_and_the_year_turns() -> None:
    anna = person("anna")
    for year, month in ((2026, 11), (2027, 2)):
        publish(anna, starts_at=datetime(year, month, 15))
    found = shown(start_month="2026-10", end_month="2027-03")
    assert [(month.month, month.published) for month in found.months] == [
        ("2026-10", 0),
        ("2026-11", 1),
        ("2026-12", 0),
        ("2027-01", 0),
        ("2027-02", 1),
        ("2027-03", 0),
    ]


@pytest.mark.parametrize(
    ("last_second", "month", "next_month"),
    [
        (datetime(2026, 11, 30, 23, 59, 59), "2026-11", "2026-12"),
        (datetime(2026, 12, 31, 23, 59, 59), "2026-12", "2027-01"),
        (datetime(2028, 2, 29, 23, 59, 59), "2028-02", "2028-03"),
    ],
)
def test_a_need_counts_in_the_month_of_its_begin_to_the_last_second(
    last_second: datetime, month: str, next_month: str
) -> None:
    anna = person("anna")
    publish(anna, starts_at=last_second)
    publish(anna, starts_at=last_second + SECOND)
    publish(anna, starts_at=last_second + SECOND)
    assert by_month(start_month=month, end_month=next_month) == {month: (1, 0), next_month: (2, 0)}
    assert by_month(start_month=month, end_month=month) == {month: (1, 0)}
    assert by_month(start_month=next_month, end_month=next_month) == {next_month: (2, 0)}


@pytest.mark.parametrize(
    ("last_second", "month", "next_month"),
    [
        (datetime(2026, 11, 30, 23, 59, 59), "2026-11", "2026-12"),
        (datetime(2026, 12, 31, 23, 59, 59), "2026-12", "2027-01"),
    ],
)
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York", "UTC"])
def test_a_match_counts_in_the_month_of_its_acceptance_in_the_time_zone(
    last_second: datetime, month: str, next_month: str, zone: str
) -> None:
    clock.set_zone(zone)
    try:
        anna, ben = people("anna", "ben")
        with clock.at(clock.to_utc(last_second)) as wait:
            needs_of_june = [publish(anna, starts_at=datetime(2026, 6, 1), ends_at=datetime(2027, 6, 1)) for _ in "123"]
            made = [offer(ben, need_id) for need_id in needs_of_june]
            accept(anna, made[0])
            wait(SECOND)
            accept(anna, made[1])
            accept(anna, made[2])
        expected = {"2026-06": (3, 0), month: (0, 1), next_month: (0, 2)}
        assert by_month(start_month="2026-06", end_month="2027-06") == expected
        assert db.read(monthly.differences) == []
    finally:
        clock.set_zone("Asia/Shanghai")


@pytest.mark.usefixtures("new_york")
def test_the_hour_that_the_clocks_go_back_belongs_to_its_month() -> None:
    anna, ben = people("anna", "ben")
    with clock.at(datetime(2026, 11, 1, 3, 59, 59, tzinfo=UTC)):  # 23:59:59 of 31 October, an hour before the change
        accept(anna, offer(ben, publish(anna)))
    assert by_month(start_month="2026-10", end_month="2026-11") == {"2026-10": (0, 1), "2026-11": (1, 0)}


def test_cancelled_and_deleted_needs_count_as_published() -> None:
    anna = person("anna")
    db.write(needs.cancel_need, actor=anna, need_id=publish(anna), form=NO_REASON)
    db.write(needs.delete_need, actor=anna, need_id=publish(anna))
    assert by_month() == {"2026-11": (2, 0)}


def test_a_match_counts_as_completed_until_it_is_dropped_or_nobody_came() -> None:
    anna, ben = people("anna", "ben")
    assert by_month() == {}
    dropped, missed = matched(anna, ben), reported(anna, ben)
    confirmed(anna, ben)
    assert by_month() == {"2026-11": (3, 3)}
    with clock.at(NOON + timedelta(days=20)):
        db.write(matches.drop_out, actor=ben, match_id=dropped.match, form=NO_REASON)
        db.write(matches.report_no_show, actor=anna, match_id=missed.match, form=NO_REASON)
        assert by_month(start_month="2026-11", end_month="2026-12") == {"2026-11": (3, 1)}, "not the month of dropping"


def test_an_edit_moves_a_need_to_its_new_month_kind_and_city() -> None:
    anna = person("anna")
    need_id = publish(anna, type_id=PLUMBING, city_id=BEIJING)
    form = need_form(starts_at=datetime(2026, 12, 24), type_id=CARE, city_id=NINGBO)
    db.write(needs.edit_need, actor=anna, need_id=need_id, form=form)
    found = shown(start_month="2026-11", end_month="2026-12")
    assert [(row.month, row.type_id, row.city_id, row.published) for row in found.grid.items] == [
        ("2026-12", CARE, NINGBO, 1)
    ]
    assert found.months[0].published == 0


def test_the_grid_names_kind_and_city_and_the_rate() -> None:
    anna, ben = people("anna", "ben")
    matched(anna, ben, type_id=CARE, city_id=HANGZHOU)
    publish(anna, type_id=CARE, city_id=HANGZHOU)
    (row,) = shown().grid.items
    assert (row.month, row.type_name, row.type_icon, row.city_name) == ("2026-11", "助老服务", "care", "杭州")
    assert (row.published, row.completed, row.rate) == (2, 1, 0.5)


def play() -> None:
    """Needs in five months, three kinds and four cities; some matched, some dropped, some of them months later."""
    anna, ben = people("anna", "ben")
    places = (BEIJING, HANGZHOU, NINGBO, CHENGDU)
    for number, (month, type_id, city_id) in enumerate(product(range(7, 12), (PLUMBING, CARE, CLEANING), places)):
        if number % 4 == 3:
            continue
        with clock.at(datetime(2026, month, 10, tzinfo=UTC)) as wait:
            need_id = publish(anna, type_id=type_id, city_id=city_id, ends_at=datetime(2027, 1, 1))
            if number % 5 == 0:
                publish(anna, type_id=type_id, city_id=city_id)
            if number % 3 == 0:
                wait(timedelta(days=25))
                match_id = accept(anna, offer(ben, need_id))
                if number % 2 == 0:
                    db.write(matches.drop_out, actor=ben, match_id=match_id, form=NO_REASON)


def test_chart_grid_totals_and_recount_agree_and_every_sort_shows_every_row_once() -> None:
    play()
    assert db.read(monthly.differences) == []
    counted = db.read(monthly.counted)
    scopes: list[dict[str, Any]] = [
        {},
        {"type_id": CARE},
        {"city_id": NINGBO},
        {"province": "浙江"},
        {"province": "浙江", "type_id": PLUMBING},
        {"province": "四川", "city_id": BEIJING},
    ]
    in_province = {"浙江": {HANGZHOU, NINGBO}, "四川": {CHENGDU}, None: {BEIJING, HANGZHOU, NINGBO, CHENGDU}}
    for scope in scopes:
        filter = {"start_month": "2026-08", "end_month": "2026-12"} | scope
        found = shown(**filter)
        expected = {
            (f"{key.month[:4]}-{key.month[4:]}", key.type_id, key.city_id): count
            for key, count in counted.items()
            if "202608" <= key.month <= "202612"
            and any(count)
            and key.type_id == scope.get("type_id", key.type_id)
            and key.city_id == scope.get("city_id", key.city_id)
            and key.city_id in in_province[scope.get("province")]
        }
        assert {key(row): (row.published, row.completed) for row in found.grid.items} == expected
        assert found.grid.total == len(expected)
        total = tuple(sum(column) for column in zip(*expected.values(), strict=True)) if expected else (0, 0)
        assert (found.total.published, found.total.completed) == total
        assert (sum(m.published for m in found.months), sum(m.completed for m in found.months)) == total
        for month in found.months:
            rows = [row for row in found.grid.items if row.month == month.month]
            assert month.published == sum(row.published for row in rows)
            assert month.completed == sum(row.completed for row in rows)
            assert sum(published for published, _ in month.by_type.values()) == month.published
    assert len(shown().grid.items) > 30
    for sort, descending in product(SORTS, (True, False)):
        pages = [shown(sort=sort, descending=descending, page=number, size=7).grid for number in range(1, 9)]
        rows = [row for page in pages for row in page.items]
        assert sorted(map(key, rows)) == sorted(map(key, shown().grid.items)), sort
        values = [value for row in rows if (value := worth(row, sort)) is not None]
        assert values == sorted(values, reverse=descending), sort
        if sort == "rate":
            assert all(row.rate is None for row in rows[len(values) :]), "no rate comes last"


def key(row: GridRow) -> tuple[str, int, int]:
    return row.month, row.type_id, row.city_id


def worth(row: GridRow, sort: str) -> Any:
    return {"city": row.city_id, "type": row.type_id}.get(sort) or getattr(row, sort, None)


def test_the_comparison_is_with_as_many_months_right_before() -> None:
    anna = person("anna")
    for month, count in ((7, 1), (8, 2), (9, 3), (10, 4), (11, 5)):
        for _ in range(count):
            publish(anna, starts_at=datetime(2026, month, 20), city_id=NINGBO)
    publish(anna, starts_at=datetime(2026, 9, 20), city_id=BEIJING)
    found = shown(start_month="2026-10", end_month="2026-11", province="浙江")
    assert (found.total.published, found.before.published) == (9, 5)
    found = shown(start_month="2026-11", end_month="2026-11", city_id=NINGBO)
    assert (found.total.published, found.before.published) == (5, 4)
    assert shown(start_month="2026-07", end_month="2026-07").before.published == 0
