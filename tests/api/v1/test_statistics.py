"""The monthly statistics."""

from datetime import datetime, timedelta

import pytest

from gsapp import clock
from gsapp.access import Actor
from tests.support import lives
from tests.support.api.calls import Caller, data, refused

pytestmark = pytest.mark.rules

MONTHLY = "GET /stats/monthly?start_month={}&end_month={}"


@pytest.fixture
def year(anna: Actor, ben: Actor) -> None:
    """Needs of September to December, one cancelled; matches of November, one dropped."""
    last_second = datetime(2026, 11, 30, 23, 59, 59)
    lives.publish(anna, starts_at=datetime(2026, 12, 1))
    lives.publish(anna, starts_at=last_second, type_id=lives.CARE, city_id=lives.HANGZHOU)
    with clock.at(lives.NOON - timedelta(days=60)):
        lives.publish(anna, starts_at=datetime(2026, 9, 30, 12))
    lives.matched(anna, ben)


async def test_chart_and_rows_tell_the_same_and_empty_months_are_zero(call: Caller, anna: Actor, year: None) -> None:
    found = data(await call(MONTHLY.format("2026-09", "2026-12"), anna))
    assert found["chart_data"] == {
        "months": ["2026-09", "2026-10", "2026-11", "2026-12"],
        "published": [1, 0, 2, 1],
        "completed": [0, 0, 1, 0],
    }
    assert found["items"] == [
        {"month": "2026-12", "publishedCount": 1, "completedCount": 0},
        {"month": "2026-11", "publishedCount": 2, "completedCount": 1},
        {"month": "2026-10", "publishedCount": 0, "completedCount": 0},
        {"month": "2026-09", "publishedCount": 1, "completedCount": 0},
    ]
    assert (found["total"], found["page"], found["size"]) == (4, 1, 10)


async def test_rows_are_paged_and_sorted_and_the_chart_never_is(call: Caller, anna: Actor, year: None) -> None:
    asked = MONTHLY.format("2026-09", "2026-12")
    whole = data(await call(asked, anna))["chart_data"]
    for query, months in (
        ("&sort=month", ["2026-12", "2026-11", "2026-10", "2026-09"]),
        ("&sort=published", ["2026-11", "2026-12", "2026-09", "2026-10"]),
        ("&sort=completed", ["2026-11", "2026-12", "2026-10", "2026-09"]),
        ("&sort=published&descending=false", ["2026-10", "2026-12", "2026-09", "2026-11"]),
        ("&size=3&page=2", ["2026-09"]),
        ("&size=2&page=3", []),
    ):
        found = data(await call(asked + query, anna))
        assert [item["month"] for item in found["items"]] == months, query
        assert (found["chart_data"], found["total"]) == (whole, 4)


async def test_both_figures_obey_the_filters(call: Caller, anna: Actor, year: None) -> None:
    for query, published, completed in (
        ("&city_id=1", [1, 0, 1, 1], [0, 0, 1, 0]),
        ("&city_id=2", [0, 0, 1, 0], [0, 0, 0, 0]),
        ("&service_type_id=2", [0, 0, 1, 0], [0, 0, 0, 0]),
        ("&service_type_id=1&city_id=2", [0, 0, 0, 0], [0, 0, 0, 0]),
        ("&service_type_id=99", [0, 0, 0, 0], [0, 0, 0, 0]),
    ):
        chart = data(await call(MONTHLY.format("2026-09", "2026-12") + query, anna))["chart_data"]
        assert (chart["published"], chart["completed"]) == (published, completed), query


async def test_cancelled_needs_count_and_dropped_matches_do_not(call: Caller, anna: Actor, ben: Actor) -> None:
    data(await call(f"DELETE /service-requests/{lives.publish(anna)}", anna))
    life = lives.matched(anna, ben)
    data(await call(f"POST /match/{life.match}/drop", ben, {"reason": "Ill."}))
    chart = data(await call(MONTHLY.format("2026-11", "2026-11"), anna))["chart_data"]
    assert chart == {"months": ["2026-11"], "published": [2], "completed": [0]}


async def test_ten_years_are_the_most(call: Caller, anna: Actor) -> None:
    assert data(await call(MONTHLY.format("2017-01", "2026-12"), anna))["total"] == 120
    refused(await call(MONTHLY.format("2016-12", "2026-12"), anna), 400, 422)


@pytest.mark.parametrize(
    "query",
    [
        "start_month=2026-12&end_month=2026-11",
        "start_month=2026-11",
        "end_month=2026-11",
        "",
        *(f"start_month={odd}&end_month=2026-11" for odd in ("2026-13", "2026-1", "202611", "x", "", "2026-00")),
        *(
            f"start_month=2026-01&end_month=2026-11&{odd}"
            for odd in ("sort=city", "size=0", "size=101", "page=0", "city_id=x", f"service_type_id={2**31}")
        ),
    ],
)
async def test_what_cannot_be_counted_is_refused_with_a_sentence(call: Caller, anna: Actor, query: str) -> None:
    answer = refused(await call(f"GET /stats/monthly?{query}", anna), 400, 422)
    assert all(problem["reason"].endswith((".", "!")) for problem in answer["detail"])
