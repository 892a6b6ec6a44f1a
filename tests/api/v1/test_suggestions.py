"""What to offer help with next."""

from datetime import timedelta

import pytest

from gsapp import clock
from gsapp.access import Actor
from tests.support import lives
from tests.support.api.calls import Caller, data

pytestmark = [pytest.mark.rules, pytest.mark.usefixtures("unlimited_steps")]


def published(author: Actor, hours_ago: int, **changes: object) -> int:
    ends = clock.local_now() + timedelta(days=2)
    with clock.at(lives.NOON - timedelta(hours=hours_ago)):
        return lives.publish(author, **({"starts_at": ends} | changes))


async def suggested(call: Caller, who: Actor, query: str = "") -> list[int]:
    return [item["id"] for item in data(await call(f"GET /match/suggestions{query}", who))["items"]]


@pytest.fixture
def helped(anna: Actor, ben: Actor) -> None:
    """Ben has repaired a pipe in Beijing, and offered to clean in Hangzhou."""
    lives.confirmed(anna, ben)
    lives.offer(ben, lives.publish(anna, type_id=lives.CLEANING, city_id=lives.HANGZHOU))


async def test_what_fits_comes_with_its_reasons_the_longest_waiting_first(
    call: Caller, anna: Actor, ben: Actor, helped: None
) -> None:
    pipe = published(anna, 5, city_id=lives.CHENGDU)
    city = published(anna, 20, type_id=lives.CARE, city_id=lives.HANGZHOU)
    both = published(anna, 9, type_id=lives.CLEANING, city_id=lives.BEIJING)
    published(anna, 30, type_id=lives.CARE, city_id=lives.CHENGDU)
    found = data(await call("GET /match/suggestions", ben))
    assert [item["id"] for item in found["items"]] == [city, both, pipe]
    assert found["total"] == 3
    assert [item["reasons"] for item in found["items"]] == [
        ["You have offered to help in this city before: 杭州."],
        ["You have offered this kind of help before: 保洁服务.", "You have helped in this city before: 北京."],
        ["You have helped with this before: 管道维修."],
    ]
    assert await suggested(call, ben, "?size=1&page=2") == [both]
    assert found == data(await call("GET /match/suggestions", ben))


async def test_only_what_can_still_be_answered_is_suggested(
    call: Caller, anna: Actor, ben: Actor, eve: Actor, helped: None
) -> None:
    published(ben, 1)
    full, answered, rejected, cancelled = (published(anna, hours) for hours in (2, 3, 4, 5))
    lives.accept(anna, lives.offer(eve, full))
    lives.offer(ben, answered)
    data(await call(f"POST /match/reject/{lives.offer(ben, rejected)}", anna))
    data(await call(f"DELETE /service-requests/{cancelled}", anna))
    roomy = published(anna, 6, helpers_wanted=2)
    lives.accept(anna, lives.offer(eve, roomy))
    assert await suggested(call, ben) == [roomy]
    with clock.at(lives.NOON + timedelta(days=9)):
        assert await suggested(call, ben) == []


async def test_who_has_never_offered_anything_sees_all_that_is_open(call: Caller, anna: Actor, eve: Actor) -> None:
    second, first = published(anna, 1), published(anna, 2, type_id=lives.CARE)
    assert await suggested(call, eve) == [first, second]
    answer = data(await call("GET /match/suggestions", eve, headers={"Accept-Language": "en"}))
    assert all(len(item["reasons"]) == 1 for item in answer["items"])
    assert await suggested(call, anna) == []
