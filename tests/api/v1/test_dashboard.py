"""The numbers of the community for programs of coordinators."""

import pytest

from gsapp import metrics
from gsapp.access import Actor
from gsapp.vocabulary import MetricKey
from tests.support import lives
from tests.support.api.calls import Caller, data, fields, refused

pytestmark = pytest.mark.rules


async def test_each_number_comes_with_its_meaning_and_its_rows(
    call: Caller, chief: Actor, anna: Actor, ben: Actor
) -> None:
    lives.publish(anna, city_id=lives.NINGBO)
    lives.matched(anna, ben, city_id=lives.NINGBO)
    lives.publish(anna, city_id=lives.BEIJING)
    desk = {}
    for query, expected in {"": 2, "?province=浙江": 1, "?city_id=2": 0, "?service_type_id=1": 2}.items():
        desk = data(await call(f"GET /dashboard{query}", chief))
        shown = {number["key"]: number for number in desk["numbers"]}
        assert shown["open"]["value"] == expected
        assert shown["open"]["sentence"] == metrics.OPEN_NOW.sentence
        assert (shown["first_match"]["unit"], shown["first_match"]["value"]) == ("minutes", None)
        for key, number in shown.items():
            listed = data(await call(f"GET /dashboard/rows{query}{'&' if query else '?'}metric={key}", chief))
            assert listed["total"] == len(listed["items"]) == number["n"], key
    assert len(desk["days"]) == 30
    assert desk["as_of"] == "2026-11-23T12:00:00"


async def test_a_row_says_which_need_and_whom(call: Caller, chief: Actor, anna: Actor, ben: Actor) -> None:
    life = lives.confirmed(anna, ben, city_id=lives.NINGBO, title="Pipe")
    (row,) = data(await call("GET /dashboard/rows?metric=fulfilled&day=2026-11-23", chief))["items"]
    assert row == {
        "id": life.match,
        "srid": life.need,
        "ps_title": "Pipe",
        "service_type_name": "管道维修",
        "city_name": "宁波",
        "province": "浙江",
        "status": "done",
        "user_id": ben.user_id,
        "uname": "ben",
        "at": "2026-11-23T04:00:00Z",
        "minutes": None,
    }
    assert data(await call("GET /dashboard/rows?metric=fulfilled&day=2026-11-22", chief))["total"] == 0


@pytest.mark.parametrize("what", ["GET /dashboard", "GET /dashboard/rows?metric=open"])
async def test_members_are_refused(call: Caller, anna: Actor, what: str) -> None:
    assert refused(await call(what, anna), 403)["detail"] == {"error": "CoordinatorsOnly"}
    refused(await call(what), 401)


async def test_what_makes_no_sense_is_refused_by_its_name(call: Caller, chief: Actor) -> None:
    assert fields(await call("GET /dashboard/rows", chief)) == {"metric"}
    bad = "metric=secrets&day=yesterday&city_id=0&service_type_id=x"
    assert fields(await call(f"GET /dashboard/rows?{bad}", chief)) == {"metric", "day", "city_id", "service_type_id"}
    assert fields(await call("GET /dashboard/rows?metric=open&day=0001-01-01", chief)) == {"day"}


def test_every_number_has_a_definition() -> None:
    assert set(metrics.COUNTED) == set(MetricKey)
    assert all(metric.name and metric.sentence.endswith(".") for metric in metrics.COUNTED.values())
