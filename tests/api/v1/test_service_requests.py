"""Requests: publishing, finding, changing, taking back and calling off."""

from typing import Any

import pytest
from sqlmodel import Session, col, update

from gsapp import db
from gsapp.access import Actor
from gsapp.models import City, ServiceType
from tests.support import lives
from tests.support.api.calls import REQUEST, Caller, data, fields, refused

pytestmark = [pytest.mark.rules, pytest.mark.usefixtures("unlimited_steps")]

SMUGGLED = {"id": 99, "ps_state": -1, "psr_userid": 99, "places_taken": 1, "published_at": "2020-01-01T00:00:00Z"}


def disable(session: Session) -> None:
    session.exec(update(ServiceType).where(col(ServiceType.id) == lives.CARE).values(enabled=False))
    session.exec(update(City).where(col(City.id) == lives.NINGBO).values(enabled=False))


async def test_a_published_request_is_the_callers_and_open_whatever_else_was_sent(call: Caller, anna: Actor) -> None:
    sent = (
        REQUEST | SMUGGLED | {"status": "done", "ps_desc": "Under the sink.", "file_list": "a.jpg", "helpers_wanted": 2}
    )
    request = data(await call("POST /service-requests", anna, sent), 201)
    assert request == {
        **REQUEST,
        "id": 1,
        "psr_userid": anna.user_id,
        "publisher_name": "anna",
        "ps_desc": "Under the sink.",
        "file_list": "a.jpg",
        "ps_state": 0,
        "status": "open",
        "closed_reason": "",
        "service_type_name": "管道维修",
        "city_name": "北京",
        "province": "北京",
        "helpers_wanted": 2,
        "places_taken": 0,
        "offers_pending": 0,
        "published_at": "2026-11-23T04:00:00Z",
    }
    assert data(await call("GET /service-requests/1", anna)) == request


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("ps_title", ["", "   ", "x" * 256, None, 5]),
        ("ps_desc", ["x" * 5001, 5, ["x"]]),
        ("stype_id", ["1", 1.5, True, False, None, 0, -1, 2**31, 2**63, "", []]),
        ("cityID", ["1", False, None, 2**31]),
        (
            "ps_begindate",
            ["", None, "tomorrow", 1795000000, "1795000000", "1999-01-01T00:00:00", "2026-13-01T00:00:00"],
        ),
        ("ps_enddate", ["2026-11-24T14:59:59", "2101-01-01T00:00:00", None]),
        ("helpers_wanted", [0, 21, -1, "1", True, 1.5, None]),
        ("file_list", ["x" * 1001, 5]),
    ],
)
async def test_a_field_that_cannot_be_taken_is_named(call: Caller, anna: Actor, field: str, values: list[Any]) -> None:
    for value in values:
        assert fields(await call("POST /service-requests", anna, REQUEST | {field: value})) == {field}, value
    assert lives.everything()["sr_info"] == []


async def test_an_unknown_or_disabled_kind_or_city_is_refused(call: Caller, anna: Actor) -> None:
    db.write(disable)
    for unknown in ({"stype_id": 99}, {"stype_id": lives.CARE}, {"cityID": 99}, {"cityID": lives.NINGBO}):
        refused(await call("POST /service-requests", anna, REQUEST | unknown), 400)
    kinds, cities = data(await call("GET /service-types", anna)), data(await call("GET /cities", anna))
    assert {"id": 1, "name": "管道维修"} in kinds
    assert {"id": 2, "name": "杭州", "province": "浙江"} in cities
    assert lives.CARE not in [kind["id"] for kind in kinds]
    assert lives.NINGBO not in [city["id"] for city in cities]


async def test_a_body_that_is_no_json_object_is_refused(call: Caller, anna: Actor) -> None:
    sent: list[tuple[bytes, str]] = [
        (b"{", "application/json"),
        (b"[1]", "application/json"),
        (b"", "application/json"),
    ]
    sent += [(b'{"ps_title": NaN}', "application/json"), (b"[" * 100_000, "application/json"), (b"a=b", "text/plain")]
    for content, kind in sent:
        response = await call("POST /service-requests", anna, content=content, headers={"Content-Type": kind})
        refused(response, 400, 422)


async def test_times_with_an_offset_become_the_platforms_wall_clock(call: Caller, anna: Actor) -> None:
    sent = REQUEST | {"ps_begindate": "2026-11-24T07:00:00Z", "ps_enddate": "2026-11-24 17:00"}
    assert data(await call("POST /service-requests", anna, sent), 201)["ps_begindate"] == "2026-11-24T15:00:00"


async def test_a_creation_sent_twice_is_one_for_each_caller(call: Caller, anna: Actor, ben: Actor) -> None:
    key = {"Idempotency-Key": "the same"}
    ids = [
        data(await call("POST /service-requests", actor, REQUEST, headers=key), 201)["id"]
        for actor in (anna, anna, ben)
    ]
    assert ids[0] == ids[1] != ids[2]
    assert fields(await call("POST /service-requests", anna, REQUEST, headers={"Idempotency-Key": "x" * 256})) == {
        "Idempotency-Key"
    }


async def test_requests_are_found_by_each_filter(call: Caller, anna: Actor, ben: Actor) -> None:
    pipe = lives.publish(anna, title="100% leak_age", description="cold \\ water")
    care = lives.publish(anna, type_id=lives.CARE, city_id=lives.HANGZHOU)
    gone = lives.publish(ben, title="1000 leakXage")
    data(await call(f"DELETE /service-requests/{gone}", ben))
    done = lives.confirmed(ben, anna).need
    everything = [done, gone, care, pipe]
    for query, filter in (
        ("", everything),
        ("?sort=oldest", everything[::-1]),
        ("?size=2", everything[:2]),
        ("?size=2&page=2", everything[2:]),
        ("?page=3", []),
        (f"?user_id={anna.user_id}", [care, pipe]),
        ("?stype_id=2", [care]),
        ("?city_id=2", [care]),
        ("?stype_id=99", []),
        ("?ps_state=-1", [gone]),
        ("?ps_state=0", [done, care, pipe]),
        ("?status=open", [care, pipe]),
        ("?status=cancelled", [gone]),
        ("?status=done", [done]),
        ("?status=matched", []),
        ("?status=expired", []),
        ("?q=%25", []),
        ("?q=leak_", [done, care, pipe]),
        ("?q=COLD \\", [pipe]),
        ("?q=管道", []),
        ("?q=leak&status=open", [care, pipe]),
    ):
        found = data(await call(f"GET /service-requests{query}", ben))
        assert [item["id"] for item in found["items"]] == filter, query
        if "page" not in query and "size" not in query:
            assert found["total"] == len(filter)
    mine = data(await call(f"GET /service-requests/my?user_id={ben.user_id}", anna))
    assert ([item["id"] for item in mine["items"]], mine["total"]) == ([care, pipe], 2)


@pytest.mark.parametrize(
    "path", ["/service-requests", "/service-requests/my", "/service-responses", "/match/suggestions"]
)
async def test_pages_have_limits(call: Caller, anna: Actor, path: str) -> None:
    first = data(await call(f"GET {path}", anna))
    assert (first["page"], first["size"], first["total"], first["items"]) == (1, 10, 0, [])
    assert data(await call(f"GET {path}?size=100&page=2147483647", anna))["items"] == []
    for query in ("page=0", "page=-1", "page=x", "page=1.5", "page=", f"page={2**31}", f"page={10**30}"):
        assert fields(await call(f"GET {path}?{query}", anna)) == {"page"}
    for query in ("size=0", "size=101", "size=-1", "size=x", f"size={2**63}"):
        assert fields(await call(f"GET {path}?{query}", anna)) == {"size"}


@pytest.mark.parametrize(
    "query", ["status=gone", "ps_state=1", "sort=id", "user_id=x", "stype_id=0", f"city_id={2**63}"]
)
async def test_an_odd_filter_is_refused(call: Caller, anna: Actor, query: str) -> None:
    assert fields(await call(f"GET /service-requests?{query}", anna)) == {query.partition("=")[0]}


async def test_a_request_is_changed_in_part(call: Caller, anna: Actor) -> None:
    before = data(await call("POST /service-requests", anna, REQUEST | {"ps_desc": "x", "file_list": "a.jpg"}), 201)
    path = f"/service-requests/{before['id']}"
    after = data(await call(f"PUT {path}", anna, {"ps_title": "Two pipes", "ps_desc": None} | SMUGGLED))
    assert after == before | {"ps_title": "Two pipes"}
    after = data(await call(f"PUT {path}", anna, {"ps_desc": "", "cityID": 2, "helpers_wanted": 3}))
    assert (after["ps_desc"], after["city_name"], after["helpers_wanted"]) == ("", "杭州", 3)
    assert data(await call(f"PUT {path}", anna, {})) == after
    assert fields(await call(f"PUT {path}", anna, {"ps_enddate": "2026-11-23T00:00:00"})) == {"ps_enddate"}
    assert fields(await call(f"PUT {path}", anna, {"stype_id": "1", "ps_title": ""})) == {"stype_id", "ps_title"}
    refused(await call(f"PUT {path}", anna, {"stype_id": 99}), 400)
    assert data(await call(f"GET {path}", anna)) == after
    lives.assert_counts_are_right()


async def test_a_cancelled_request_says_why(call: Caller, anna: Actor, ben: Actor) -> None:
    need_id = lives.publish(anna)
    offer_id = lives.offer(ben, need_id)
    cancelled = data(await call(f"PUT /service-requests/{need_id}/cancel", anna, {"reason": "Mended."}))
    assert (cancelled["ps_state"], cancelled["status"], cancelled["closed_reason"]) == (-1, "cancelled", "Mended.")
    answer = data(await call(f"GET /service-responses/{offer_id}", ben))
    assert (answer["response_state"], answer["reason"]) == (2, "Mended.")
    refused(await call(f"PUT /service-requests/{need_id}/cancel", anna), 400)


async def test_an_answered_request_stays_as_it_is(call: Caller, anna: Actor, ben: Actor) -> None:
    need_id = lives.publish(anna)
    lives.offer(ben, need_id)
    for what in (f"PUT /service-requests/{need_id}", f"DELETE /service-requests/{need_id}"):
        refused(await call(what, anna, {"ps_title": "x"}), 400)
    life = lives.matched(anna, ben)
    refused(await call(f"PUT /service-requests/{life.need}/cancel", anna), 400)
    gone = lives.publish(anna)
    deleted = data(await call(f"DELETE /service-requests/{gone}", anna))
    assert (deleted["ps_state"], deleted["status"]) == (-1, "cancelled")
    assert data(await call(f"DELETE /service-requests/{gone}", anna)) == deleted, "sent again"
    refused(await call(f"PUT /service-requests/{gone}", anna, {"ps_title": "x"}), 400)
