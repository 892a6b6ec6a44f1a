"""From the owner's choice to the thanks."""

import pytest

from gsapp.access import Actor
from tests.support import lives
from tests.support.api.calls import Caller, data, fields, refused

pytestmark = pytest.mark.rules


async def test_the_whole_way_from_an_offer_to_the_thanks(call: Caller, anna: Actor, ben: Actor) -> None:
    offer_id = lives.offer(ben, lives.publish(anna))
    accept_id = data(await call(f"POST /match/accept/{offer_id}", anna))["accept_id"]
    seen = data(await call(f"GET /service-responses/{offer_id}", ben))
    assert (seen["response_state"], seen["request_status"]) == (1, "matched")
    assert (seen["match"]["accept_id"], seen["match"]["state"]) == (accept_id, 0)
    refused(await call(f"POST /match/{accept_id}/confirm", anna), 400)
    refused(await call(f"POST /match/{accept_id}/thanks", anna, {"stars": 5}), 400)
    assert data(await call(f"POST /match/{accept_id}/done", ben))["match"]["state"] == 1
    assert data(await call(f"POST /match/{accept_id}/done", ben))["match"]["state"] == 1, "sent again"
    assert data(await call(f"POST /match/{accept_id}/confirm", anna))["match"]["state"] == 2
    assert data(await call(f"POST /match/{accept_id}/confirm", anna))["match"]["state"] == 2, "sent again"
    for who in (anna, ben):
        data(await call(f"POST /match/{accept_id}/thanks", who, {"stars": 4, "text": "Good."}))
        refused(await call(f"POST /match/{accept_id}/thanks", who, {"stars": 4}), 400)
    refused(await call(f"POST /match/{accept_id}/drop", ben, {"reason": "late"}), 400)
    assert data(await call(f"GET /service-requests/{seen['srid']}", ben))["status"] == "done"
    lives.assert_counts_are_right()


async def test_a_full_request_and_a_decided_offer_cannot_be_accepted(
    call: Caller, anna: Actor, ben: Actor, eve: Actor
) -> None:
    need_id = lives.publish(anna)
    first, second = lives.offer(ben, need_id), lives.offer(eve, need_id)
    accepted = data(await call(f"POST /match/accept/{first}", anna))
    assert data(await call(f"POST /match/accept/{first}", anna)) == accepted, "sent again"
    refused(await call(f"POST /match/accept/{second}", anna), 400)
    assert data(await call(f"GET /service-responses/{second}", eve))["response_state"] == 0
    data(await call(f"PUT /service-responses/{second}/cancel", eve))
    refused(await call(f"POST /match/accept/{second}", anna), 400)
    refused(await call(f"POST /match/reject/{second}", anna), 400)


async def test_a_rejected_offer_says_why(call: Caller, anna: Actor, ben: Actor) -> None:
    offer_id = lives.offer(ben, lives.publish(anna))
    rejected = data(await call(f"POST /match/reject/{offer_id}", anna, {"reason": "Found somebody near."}))
    assert (rejected["response_state"], rejected["reason"]) == (2, "Found somebody near.")
    refused(await call(f"POST /match/accept/{offer_id}", anna), 400)


@pytest.mark.parametrize("side", ["the volunteer", "the owner"])
async def test_either_side_ends_a_match_and_the_next_can_be_accepted(
    call: Caller, anna: Actor, ben: Actor, eve: Actor, side: str
) -> None:
    who, state, offer_state = (ben, -1, 3) if side == "the volunteer" else (anna, -2, 2)
    need_id = lives.publish(anna)
    first, second = lives.offer(ben, need_id), lives.offer(eve, need_id)
    accept_id = data(await call(f"POST /match/accept/{first}", anna))["accept_id"]
    ended = data(await call(f"POST /match/{accept_id}/drop", who, {"reason": "Ill."}))
    assert (ended["match"]["state"], ended["match"]["reason"], ended["response_state"]) == (state, "Ill.", offer_state)
    assert ended["request_status"] == "open"
    assert data(await call(f"POST /match/{accept_id}/drop", who, {"reason": "Ill."})) == ended, "sent again"
    refused(await call(f"POST /match/{accept_id}/drop", who, {"reason": "Late."}), 400)
    data(await call(f"POST /match/accept/{second}", anna))
    lives.assert_counts_are_right()


async def test_thanks_have_one_to_five_stars(call: Caller, anna: Actor, ben: Actor) -> None:
    accept_id = lives.confirmed(anna, ben).match
    for stars in (0, 6, "5", True, 4.5, None):
        assert fields(await call(f"POST /match/{accept_id}/thanks", anna, {"stars": stars})) == {"stars"}
    assert fields(await call(f"POST /match/{accept_id}/thanks", anna, {})) == {"stars"}
    assert fields(await call(f"POST /match/{accept_id}/thanks", anna, {"stars": 5, "text": "x" * 501})) == {"text"}
    assert fields(await call(f"POST /match/{accept_id}/drop", anna, {"reason": "x" * 501})) == {"reason"}


async def test_phone_numbers_are_for_the_two_sides_while_the_match_runs(
    call: Caller, anna: Actor, ben: Actor, eve: Actor, chief: Actor
) -> None:
    phones = {who.username: lives.user(who).phone for who in (anna, ben)}
    need_id = lives.publish(anna, helpers_wanted=2)
    offer_id = lives.offer(ben, need_id)
    lives.offer(eve, need_id)

    async def texts(who: Actor) -> str:
        paths = [f"/service-requests/{need_id}", "/service-requests", f"/service-requests/{need_id}/responses"]
        paths += ["/service-responses", f"/service-responses/{offer_id}", "/match/suggestions"]
        return "".join([(await call(f"GET {path}", who)).text for path in paths])

    async def nobody_sees_them(*people: Actor) -> None:
        for who in people:
            text = await texts(who)
            assert not any(phone in text for phone in phones.values())
            assert "Wang" not in text, "nor the names"

    await nobody_sees_them(anna, ben, eve, chief)
    accept_id = lives.accept(anna, offer_id)
    assert phones["ben"] in await texts(anna)
    assert phones["anna"] in await texts(ben)
    await nobody_sees_them(eve, chief)
    data(await call(f"POST /match/{accept_id}/done", ben))
    data(await call(f"POST /match/{accept_id}/confirm", anna))
    await nobody_sees_them(anna, ben, eve, chief)
