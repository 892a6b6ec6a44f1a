"""Tokens: whose they are, how they end, and what does not pass for one."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta

import jwt
import pytest

from gsapp import clock, db, security
from gsapp.access import Actor
from gsapp.schemas.needs import ReasonForm
from gsapp.security.access_tokens import AccessTokens
from gsapp.services import accounts, sessions
from gsapp.services.suspension import restore, suspend
from tests.support import lives
from tests.support.api.calls import Caller, data, refused, token_of

pytestmark = pytest.mark.rules

WHY = ReasonForm(reason="spam")


def claims(actor: Actor) -> dict[str, object]:
    end = int((clock.now() + timedelta(hours=1)).timestamp())
    return {"sub": str(actor.user_id), "username": actor.username, "exp": end, "generation": 0}


def our_key() -> bytes:
    return security.vault().access_tokens._keys[0]


def unsigned(actor: Actor) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, claims(actor))
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts) + "."


def resigned(actor: Actor) -> str:
    """Anna's signature under the claims of another token."""
    mine = token_of(actor).split(".")
    other = jwt.encode(claims(actor) | {"sub": "1", "username": "chief"}, our_key() + b"x", algorithm="HS256").split(
        "."
    )
    return ".".join([mine[0], other[1], mine[2]])


FORGED: dict[str, Callable[[Actor], str]] = {
    "no algorithm": unsigned,
    "another algorithm": lambda a: jwt.encode(claims(a), our_key().ljust(64, b"x"), algorithm="HS512"),
    "another algorithm, our key": lambda a: jwt.encode(claims(a), our_key() * 2, algorithm="HS384"),
    "a foreign key": lambda a: jwt.encode(claims(a), "another key, long enough for the algorithm", algorithm="HS256"),
    "other claims": resigned,
    "no signature": lambda a: token_of(a).rpartition(".")[0] + ".",
    "no end": lambda a: jwt.encode({"sub": str(a.user_id), "generation": 0}, our_key(), algorithm="HS256"),
    "over": lambda a: jwt.encode(claims(a) | {"exp": int(clock.now().timestamp())}, our_key(), algorithm="HS256"),
    "no generation": lambda a: jwt.encode(claims(a) | {"generation": None}, our_key(), algorithm="HS256"),
    "nobody": lambda a: jwt.encode(claims(a) | {"sub": "4000000000"}, our_key(), algorithm="HS256"),
    "not a number": lambda a: jwt.encode(claims(a) | {"sub": "anna"}, our_key(), algorithm="HS256"),
    "empty": lambda a: "",
    "rubbish": lambda a: "a.b.c",
    "a secret": lambda a: "x" * 5000,
}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
async def test_what_was_not_issued_here_is_no_token(call: Caller, anna: Actor, forge: Callable[[Actor], str]) -> None:
    refused(await call("GET /users/me", forge(anna)), 401)


async def test_the_control_signed_with_our_key_is_a_token(call: Caller, anna: Actor) -> None:
    data(await call("GET /users/me", jwt.encode(claims(anna), our_key(), algorithm="HS256")))


async def test_a_token_says_whose_it_is_and_until_when(call: Caller, anna: Actor) -> None:
    said = jwt.decode(token_of(anna), options={"verify_signature": False})
    assert jwt.get_unverified_header(token_of(anna))["alg"] == "HS256"
    assert (said["sub"], said["username"]) == (str(anna.user_id), "anna")
    assert said["exp"] == int((clock.now() + timedelta(days=1)).timestamp())


async def test_a_token_ends_at_its_time(call: Caller, anna: Actor) -> None:
    token = token_of(anna)
    with clock.at(lives.NOON + timedelta(days=1) - timedelta(seconds=1)):
        data(await call("GET /users/me", token))
    with clock.at(lives.NOON + timedelta(days=1)):
        refused(await call("GET /users/me", token), 401)


@pytest.mark.parametrize("header", ["Bearer", "Basic YW5uYTp4", "bearer: x", "Token x", "\xfc\xfc"])
async def test_other_ways_of_signing_in_do_not_count(call: Caller, header: str) -> None:
    refused(await call("GET /users/me", headers={"Authorization": header.encode("latin-1")}), 401)
    refused(await call("GET /users/me"), 401)


async def test_every_token_dies_with_the_password(call: Caller, anna: Actor, ben: Actor) -> None:
    tokens, other = [token_of(anna), token_of(anna)], token_of(ben)
    db.write(accounts.replace_password, actor=anna, password_hash="another")
    for token in tokens:
        refused(await call("GET /users/me", token), 401)
    data(await call("GET /users/me", other))
    data(await call("GET /users/me", token_of(anna)))


@pytest.mark.parametrize("where", ["from a browser", "by a coordinator"])
async def test_signing_out_everywhere_reaches_programs(call: Caller, anna: Actor, where: str) -> None:
    token = token_of(anna)
    if where == "from a browser":
        db.write(sessions.end_other_sessions, actor=anna)
    else:
        db.write(sessions.end_all_sessions, actor=None, user_id=anna.user_id)
    refused(await call("GET /users/me", token), 401)
    refused(await call("POST /service-requests", token, {}), 401)


async def test_a_suspended_members_tokens_die_and_stay_dead(call: Caller, anna: Actor, chief: Actor) -> None:
    token = token_of(anna)
    db.write(suspend, actor=chief, user_id=anna.user_id, form=WHY)
    refused(await call("GET /users/me", token), 401)
    refused(await call("GET /users/me", token_of(anna)), 401)
    db.write(restore, actor=chief, user_id=anna.user_id, form=WHY)
    refused(await call("GET /users/me", token), 401)
    data(await call("GET /users/me", token_of(anna)))


def test_a_new_key_signs_and_the_old_one_still_reads() -> None:
    old, new = AccessTokens("old", minutes=5), AccessTokens("new, old", minutes=5)
    token = old.issue(user_id=1, username="anna", generation=2)
    assert new.read(token) == (1, 2)
    assert old.read(new.issue(user_id=1, username="anna", generation=2)) is None
