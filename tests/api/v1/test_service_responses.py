"""Responses: offering, finding, changing and withdrawing."""

from datetime import timedelta
from typing import Any

import pytest

from gsapp import clock
from gsapp.access import Actor
from tests.support import lives
from tests.support.api.calls import Caller, data, fields, refused

pytestmark = pytest.mark.rules


async def test_an_offer_is_the_callers_and_pending_whatever_else_was_sent(
    call: Caller, anna: Actor, ben: Actor
) -> None:
    need_id = lives.publish(anna)
    sent = {"srid": need_id, "response_desc": "I can.", "file_list": "a.jpg", "response_state": 1, "response_userid": 9}
    response = data(await call("POST /service-responses", ben, sent), 201)
    assert response == {
        "id": 1,
        "srid": need_id,
        "ps_title": "The kitchen pipe leaks",
        "request_status": "open",
        "response_userid": ben.user_id,
        "responder_name": "ben",
        "response_desc": "I can.",
        "file_list": "a.jpg",
        "response_state": 0,
        "response_date": "2026-11-23T04:00:00Z",
        "reason": "",
        "match": None,
    }
    for reader in (anna, ben):
        assert data(await call("GET /service-responses/1", reader)) == response


@pytest.mark.parametrize("srid", ["1", True, 1.5, None, [], 0, -1, 2**31, 2**63])
async def test_an_odd_request_number_is_refused(call: Caller, anna: Actor, ben: Actor, srid: Any) -> None:
    lives.publish(anna)
    assert fields(await call("POST /service-responses", ben, {"srid": srid})) == {"srid"}


async def test_an_offer_that_cannot_be_made_says_why(call: Caller, anna: Actor, ben: Actor) -> None:
    need_id = lives.publish(anna)
    refused(await call("POST /service-responses", anna, {"srid": need_id}), 400)
    refused(await call("POST /service-responses", ben, {"srid": 999}), 404)
    assert fields(await call("POST /service-responses", ben, {"response_desc": 5})) == {"srid", "response_desc"}
    assert fields(await call("POST /service-responses", ben, {"srid": need_id, "response_desc": "x" * 2001})) == {
        "response_desc"
    }
    data(await call("POST /service-responses", ben, {"srid": need_id}), 201)
    refused(await call("POST /service-responses", ben, {"srid": need_id}), 400)
    with clock.at(lives.NOON + timedelta(days=3)):
        late = await call("POST /service-responses", lives.person("late"), {"srid": need_id})
    refused(late, 400)


async def test_an_offer_sent_twice_with_a_key_is_one(call: Caller, anna: Actor, ben: Actor) -> None:
    need_id, key = lives.publish(anna), {"Idempotency-Key": "1"}
    sent = [await call("POST /service-responses", ben, {"srid": need_id}, headers=key) for _ in range(2)]
    assert data(sent[0], 201) == data(sent[1], 201)


async def test_everybody_finds_what_concerns_them(
    call: Caller, anna: Actor, ben: Actor, eve: Actor, chief: Actor
) -> None:
    first, second = lives.publish(anna), lives.publish(ben)
    to_anna, to_ben = lives.offer(ben, first), lives.offer(anna, second)
    eves = lives.offer(eve, first)
    data(await call(f"DELETE /service-responses/{eves}", eve))
    for who, path, filter in (
        (anna, "", [eves, to_ben, to_anna]),
        (anna, "?srid=1", [eves, to_anna]),
        (anna, "?response_state=0", [to_ben, to_anna]),
        (anna, "?response_state=3&srid=1", [eves]),
        (anna, "?size=1&page=2", [to_ben]),
        (anna, "/my", [to_ben]),
        (anna, "/my?srid=1", []),
        (ben, "", [to_ben, to_anna]),
        (eve, "", [eves]),
        (eve, "/my", [eves]),
        (chief, "", []),
    ):
        found = data(await call(f"GET /service-responses{path}", who))
        assert [item["id"] for item in found["items"]] == filter, (who.username, path)
    for odd in ("response_state=4", "response_state=x", "srid=0", f"srid={2**63}"):
        assert fields(await call(f"GET /service-responses?{odd}", anna)) == {odd.partition("=")[0]}


async def test_a_requests_responses_are_all_for_its_owner_and_ones_own_for_others(
    call: Caller, anna: Actor, ben: Actor, eve: Actor, chief: Actor
) -> None:
    need_id = lives.publish(anna)
    offers = [lives.offer(ben, need_id), lives.offer(eve, need_id)]
    stranger = lives.person("stranger")
    for who, filter in (
        (anna, offers[::-1]),
        (chief, offers[::-1]),
        (ben, offers[:1]),
        (eve, offers[1:]),
        (stranger, []),
    ):
        found = data(await call(f"GET /service-requests/{need_id}/responses", who))
        assert ([item["id"] for item in found["items"]], found["total"]) == (filter, len(filter))
    second = data(await call(f"GET /service-requests/{need_id}/responses?size=1&page=2", anna))
    assert ([item["id"] for item in second["items"]], second["total"]) == (offers[:1], 2)
    refused(await call("GET /service-requests/99/responses", anna), 404)


async def test_an_offer_is_changed_in_part_while_it_is_pending(call: Caller, anna: Actor, ben: Actor) -> None:
    need_id = lives.publish(anna)
    sent = {"srid": need_id, "response_desc": "I can.", "file_list": "a.jpg"}
    before = data(await call("POST /service-responses", ben, sent), 201)
    path = f"/service-responses/{before['id']}"
    changes = {"response_desc": "Tomorrow.", "response_state": 1, "srid": 99, "response_userid": anna.user_id}
    after = data(await call(f"PUT {path}", ben, changes))
    assert after == before | {"response_desc": "Tomorrow."}
    assert data(await call(f"PUT {path}", ben, {})) == after
    assert data(await call(f"PUT {path}", ben, {"file_list": ""})) == after | {"file_list": ""}
    assert fields(await call(f"PUT {path}", ben, {"response_desc": 1})) == {"response_desc"}
    data(await call(f"POST /match/reject/{before['id']}", anna))
    refused(await call(f"PUT {path}", ben, {"response_desc": "Please."}), 400)
    refused(await call(f"PUT {path}", ben, {}), 400)


@pytest.mark.parametrize("how", ["DELETE /service-responses/{}", "PUT /service-responses/{}/cancel"])
async def test_a_withdrawn_offer_stays_readable_and_can_be_made_again(
    call: Caller, anna: Actor, ben: Actor, how: str
) -> None:
    need_id = lives.publish(anna)
    offer_id = lives.offer(ben, need_id)
    withdrawn = data(await call(how.format(offer_id), ben))
    assert withdrawn["response_state"] == 3
    assert data(await call(how.format(offer_id), ben)) == withdrawn, "sent again"
    assert data(await call(f"GET /service-responses/{offer_id}", ben))["response_state"] == 3
    data(await call("POST /service-responses", ben, {"srid": need_id}), 201)
    lives.assert_counts_are_right()
