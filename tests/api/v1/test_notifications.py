"""Notifications in the API: in the caller's language, only one's own, marked as read once."""

import pytest

from gsapp.access import Actor
from tests.support.api.calls import Caller, data, fields, refused
from tests.support.lives import HOSTILE_IDS, offer, publish

pytestmark = pytest.mark.rules


async def test_news_is_told_in_the_callers_language(call: Caller, anna: Actor, ben: Actor) -> None:
    need_id = publish(anna)
    offer_id = offer(ben, need_id)
    page = data(await call("GET /notifications", anna))
    assert (page["total"], page["unread"], page["page"], page["size"]) == (1, 1, 1, 10)
    [item] = page["items"]
    assert item == {
        "id": item["id"],
        "kind": "offer_made",
        "topic": "my_needs",
        "text": "ben offers to help with “The kitchen pipe leaks”.",
        "reason": "",
        "srid": need_id,
        "response_id": offer_id,
        "accept_id": None,
        "at": "2026-11-23T04:00:00Z",
        "read_at": None,
    }
    chinese = data(await call("GET /notifications", anna, headers={"Accept-Language": "zh-CN"}))
    assert "愿意来帮忙" in chinese["items"][0]["text"]
    assert data(await call("GET /notifications", ben))["items"] == []


async def test_one_is_marked_read_and_then_the_rest(call: Caller, anna: Actor, ben: Actor, eve: Actor) -> None:
    for need_id in (publish(anna), publish(anna), publish(anna)):
        offer(ben, need_id)
    newest = data(await call("GET /notifications?size=1", anna))["items"][0]["id"]
    for _ in range(2):
        assert data(await call(f"POST /notifications/{newest}/read", anna))["read_at"] == "2026-11-23T04:00:00Z"
    left = data(await call("GET /notifications?unread=true", anna))
    assert (left["total"], len(left["items"])) == (2, 2)
    assert data(await call("GET /notifications/unread", anna)) == {"unread": 2}
    assert data(await call("POST /notifications/read-all", anna)) == {"unread": 0}
    assert data(await call("GET /notifications", anna))["total"] == 3
    assert data(await call("GET /notifications/unread", eve)) == {"unread": 0}


async def test_other_peoples_news_does_not_exist(call: Caller, anna: Actor, ben: Actor, eve: Actor) -> None:
    offer(ben, publish(anna))
    [item] = data(await call("GET /notifications", anna))["items"]
    for unknown in (item["id"], *HOSTILE_IDS):
        refused(await call(f"POST /notifications/{unknown}/read", eve), 404)
    assert data(await call("GET /notifications/unread", anna)) == {"unread": 1}


async def test_only_members_have_news(call: Caller) -> None:
    for what in ("GET /notifications", "GET /notifications/unread", "POST /notifications/read-all"):
        refused(await call(what), 401)


async def test_what_makes_no_sense_is_refused(call: Caller, anna: Actor) -> None:
    answer = await call("GET /notifications?unread=perhaps&size=1000&page=0", anna)
    assert fields(answer) == {"unread", "size", "page"}
