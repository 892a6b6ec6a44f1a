"""Keys that programs choose for their creations: any text, compared letter by letter, and each caller's own."""

import pytest

from gsapp.access import Actor
from gsapp.models import Need
from tests.support import lives
from tests.support.api.calls import REQUEST, Caller, data

pytestmark = pytest.mark.usefixtures("unlimited_steps")

LONG = "k" * 254


async def publish(call: Caller, by: Actor, key: str) -> int:
    answer = data(await call("POST /service-requests", by, REQUEST, headers={"Idempotency-Key": key}), 201)
    return int(answer["id"])


async def test_long_keys_are_told_apart_by_their_last_letter_and_by_upper_and_lower_case(
    call: Caller, anna: Actor
) -> None:
    keys = (f"{LONG}a", f"{LONG}b", f"{LONG}A", "'; DROP TABLE sr_info; --", "' OR ''='", "%", "_")
    first = [await publish(call, anna, key) for key in keys]
    assert len(set(first)) == len(keys)
    assert [await publish(call, anna, key) for key in keys] == first
    assert all(len(lives.row(Need, need_id).client_key) <= 64 for need_id in first)


@pytest.mark.parametrize("key", ["1", LONG])
async def test_two_members_may_choose_the_same_key(call: Caller, anna: Actor, ben: Actor, key: str) -> None:
    assert await publish(call, anna, key) != await publish(call, ben, key)
