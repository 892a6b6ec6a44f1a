"""Registering, signing in, and one's own account."""

from typing import Any

import pytest

from gsapp import db
from gsapp.access import Actor
from gsapp.models import User
from gsapp.schemas.needs import ReasonForm
from gsapp.services.suspension import suspend
from tests.support import lives
from tests.support.api.calls import Caller, data, fields, refused

pytestmark = pytest.mark.rules

ANNA = {
    "uname": "Anna",
    "ctype": "身份证",
    "idno": "110101199003071234",
    "bname": "安娜",
    "bpwd": "Spring2026rain",
    "phoneNo": "13800000001",
}
LOGIN = {"username": "Anna", "password": "Spring2026rain"}


async def registered(call: Caller, **changes: Any) -> int:
    user_id: int = data(await call("POST /auth/register", json=ANNA | changes), 201)["user_id"]
    return user_id


async def logged_in(call: Caller, **changes: str) -> str:
    token: str = data(await call("POST /auth/login", json=LOGIN | changes))["token"]
    return token


async def test_who_registers_can_sign_in_and_see_their_account(call: Caller) -> None:
    user_id = await registered(call, desc="By the park.", userlvl=1, id=77, registered_at="2000-01-01")
    answer = data(await call("POST /auth/login", json=LOGIN))
    assert set(answer) == {"token", "user_info"}
    assert answer["user_info"] == {"id": user_id, "uname": "Anna", "bname": "安娜", "phoneNo": "13800000001"}
    me = await call("GET /users/me", answer["token"])
    assert data(me) == {
        "id": user_id,
        "uname": "Anna",
        "ctype": "身份证",
        "idno": "1101**********1234",
        "bname": "安娜",
        "phoneNo": "13800000001",
        "desc": "By the park.",
        "psrDate": "2026-11-23T04:00:00Z",
        "userlvl": 0,
    }


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("uname", ["ab", "x" * 51, "a\u0000bc", 5, None, ["anna"]]),
        ("ctype", ["", "driving licence", 1, None]),
        ("idno", ["12345", "1" * 51, 110101199003071234]),
        ("bname", ["x", "安" * 51, None]),
        ("bpwd", ["Ab12", "abcdefgh", "abcdef12", "ABCDEF12", "Abcdefg1", "A1" * 51, 12345678, None]),
        ("phoneNo", ["12800000001", "1380000000", "138000000011", "138 0000 0001", "+8613800000001", 13800000001]),
        ("desc", ["x" * 1001, 5]),
    ],
)
async def test_what_cannot_be_registered_is_named_and_not_repeated(call: Caller, field: str, values: list[Any]) -> None:
    for value in values:
        response = await call("POST /auth/register", json=ANNA | {field: value})
        assert fields(response) == {field}, value
        assert "Spring2026rain" not in response.text
    if field != "desc":
        assert fields(await call("POST /auth/register", json={k: v for k, v in ANNA.items() if k != field})) == {field}
    assert lives.everything()["buser_table"] == []


async def test_a_username_a_phone_and_an_id_number_belong_to_one_account(call: Caller) -> None:
    await registered(call)
    other = {"uname": "ben", "phoneNo": "13800000002", "idno": "E12345678"}
    for field, value in (("uname", "Anna"), ("phoneNo", "13800000001"), ("idno", "110101199003071234")):
        answer = refused(await call("POST /auth/register", json=ANNA | other | {field: value}), 400)
        # Which of the two numbers is a member's is not said.
        assert answer["detail"]["field"] == {"idno": "phoneNo"}.get(field, field)
    await registered(call, **other)


async def test_an_unknown_name_and_a_wrong_password_are_told_alike(call: Caller) -> None:
    await registered(call)
    wrong = [{"password": "Spring2026rai"}, {"username": "anna"}, {"username": "Annb"}, {"username": "x" * 999}]
    answers = [refused(await call("POST /auth/login", json=LOGIN | each), 401) for each in wrong]
    assert all(answer == answers[0] for answer in answers)
    for incomplete in (
        {"username": "Anna"},
        {"password": "x"},
        {},
        LOGIN | {"username": 1},
        LOGIN | {"password": None},
    ):
        assert fields(await call("POST /auth/login", json=incomplete)) <= {"username", "password"}


async def test_guessing_is_slowed_down(call: Caller) -> None:
    await registered(call)
    for _ in range(5):
        refused(await call("POST /auth/login", json=LOGIN | {"password": "wrong"}), 401)
    response = await call("POST /auth/login", json=LOGIN)
    refused(response, 429)
    assert int(response.headers["retry-after"]) > 0


async def test_a_suspended_member_gets_no_token(call: Caller, chief: Actor) -> None:
    user_id = await registered(call)
    db.write(suspend, actor=chief, user_id=user_id, form=ReasonForm(reason="spam"))
    refused(await call("POST /auth/login", json=LOGIN), 403)
    refused(await call("POST /auth/login", json=LOGIN | {"password": "wrong"}), 401)


async def test_one_changes_phone_and_bio_and_nothing_else(call: Caller, anna: Actor, ben: Actor) -> None:
    before = lives.user(anna)
    changed = data(await call("PUT /users/me", anna, {"desc": "New.", "userlvl": 1, "uname": "x", "bname": "xx"}))
    assert (changed["desc"], changed["phoneNo"]) == ("New.", before.phone)
    changed = data(await call("PUT /users/me", anna, {"phoneNo": "13911112222"}))
    assert (changed["desc"], changed["phoneNo"]) == ("New.", "13911112222")
    assert data(await call("PUT /users/me", anna, {"phoneNo": None, "desc": None})) == changed
    after = lives.user(anna)
    assert (after.username, after.name, after.role) == (before.username, before.name, before.role)
    refused(await call("PUT /users/me", anna, {"phoneNo": lives.user(ben).phone}), 400)
    assert fields(await call("PUT /users/me", anna, {"phoneNo": "1", "desc": "x" * 1001})) == {"phoneNo", "desc"}


async def test_the_old_password_must_be_right(call: Caller) -> None:
    user_id = await registered(call)
    token = await logged_in(call)
    change = {"old_password": "Spring2026rain", "new_password": "Autumn2026leaf"}
    before = lives.row(User, user_id).password_hash
    refused(await call("PUT /users/me/password", token, change | {"old_password": "wrong"}), 400)
    assert fields(await call("PUT /users/me/password", token, change | {"new_password": "x"})) == {"new_password"}
    assert fields(await call("PUT /users/me/password", token, {})) == {"old_password", "new_password"}
    assert lives.row(User, user_id).password_hash == before
    data(await call("PUT /users/me/password", token, change))
    refused(await call("POST /auth/login", json=LOGIN), 401)
    await logged_in(call, password="Autumn2026leaf")


async def test_guessing_the_old_password_is_slowed_down_for_each_member_apart(call: Caller) -> None:
    await registered(call)
    await registered(call, uname="Ben", phoneNo="13800000002", idno="E12345678")
    anna, ben = await logged_in(call), await logged_in(call, username="Ben")
    wrong = {"old_password": "wrong", "new_password": "Autumn2026leaf"}
    for _ in range(5):
        refused(await call("PUT /users/me/password", anna, wrong), 400)
    refused(await call("PUT /users/me/password", anna, wrong), 429)
    refused(await call("PUT /users/me/password", ben, wrong), 400)
