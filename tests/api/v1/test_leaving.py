"""Taking one's data along, and leaving, by token."""

from typing import Any

import pytest

from gsapp import access, db
from gsapp.access import Actor
from gsapp.queries.own_data import PARTS
from gsapp.schemas.api_own_data import KeptData
from tests.api.v1.test_accounts import LOGIN, logged_in, registered
from tests.support import lives
from tests.support.api.calls import Caller, data, fields, refused

pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


async def test_everything_that_is_kept_is_told(call: Caller) -> None:
    await registered(call)
    kept: dict[str, Any] = data(await call("GET /users/me/data", await logged_in(call)))
    assert set(kept) == set(KeptData.model_fields) == {"as_of", "account", *PARTS}
    assert kept["account"]["id_number_masked"] == "1101**********1234"
    refused(await call("GET /users/me/data"), 401)


async def test_leaving_wants_the_password_and_ends_every_token(call: Caller) -> None:
    await registered(call)
    token = await logged_in(call)
    assert fields(await call("POST /users/me/leave", token, {})) == {"password"}
    assert refused(await call("POST /users/me/leave", token, {"password": "wrong"}), 400)["detail"] == {
        "error": "WrongPassword"
    }
    data(await call("GET /users/me", token))
    assert data(await call("POST /users/me/leave", token, {"password": LOGIN["password"]})) == {}
    refused(await call("GET /users/me", token), 401)
    refused(await call("POST /users/me/leave", token, {"password": LOGIN["password"]}), 401)
    refused(await call("POST /auth/login", json=LOGIN), 401)


async def test_guessing_the_password_is_slowed_down(call: Caller, anna: Actor, ben: Actor) -> None:
    for _ in range(5):
        refused(await call("POST /users/me/leave", anna, {"password": "wrong"}), 400)
    refused(await call("POST /users/me/leave", anna, {"password": "wrong"}), 429)
    refused(await call("POST /users/me/leave", ben, {"password": "wrong"}), 400)


async def test_help_under_way_comes_first(call: Caller) -> None:
    user_id = await registered(call)
    anna, ben = db.read(access.actor_for, user_id=user_id), lives.person("ben")
    token = await logged_in(call)
    lives.matched(anna, ben)
    answer = refused(await call("POST /users/me/leave", token, {"password": LOGIN["password"]}), 400)
    assert answer["detail"] == {"error": "HelpUnderWay"}
    data(await call("GET /users/me", token))
