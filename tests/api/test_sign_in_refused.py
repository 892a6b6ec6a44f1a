"""Who is not let in, however right or often they try."""

from collections.abc import Callable
from typing import Any

import bcrypt
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import update
from sqlmodel import col, select

from gsapp import clock, db, security
from gsapp.errors import Busy
from gsapp.flows import authentication
from gsapp.models import User
from gsapp.security.passwords import Passwords
from tests.support.api.people import PASSWORD, WRONG, browser, member, sign_in, store, told, who


def stored_hash(user_id: int) -> str:
    return db.read(lambda session: session.exec(select(User.password_hash).where(User.id == user_id)).one())


async def test_a_suspended_member_is_told_only_after_the_right_password(visitor: httpx.AsyncClient, anna: int) -> None:
    store(update(User).where(col(User.id) == anna).values(suspended_at=clock.now()))
    await sign_in(visitor, password="Wrong12345")
    assert told(visitor) == WRONG
    await sign_in(visitor)
    assert "suspended" in told(visitor)
    assert who(visitor) is None


async def test_a_member_of_an_older_database_signs_in_and_is_upgraded(visitor: httpx.AsyncClient, anna: int) -> None:
    old = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    store(update(User).where(col(User.id) == anna).values(password_hash=old))
    await sign_in(visitor)
    assert who(visitor)
    assert stored_hash(anna).startswith("gs1$")
    await visitor.post("/auth/logout")
    await sign_in(visitor)
    assert who(visitor)


async def test_a_password_changed_while_it_was_being_checked_opens_nothing(
    visitor: httpx.AsyncClient, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    verify = Passwords.verify
    newer = security.vault().passwords.hash_password("Another12word")

    def verify_slowly(self: Passwords, password: str, stored: str | None, **how: Any) -> bool:
        right = verify(self, password, stored, **how)
        store(update(User).where(col(User.id) == anna).values(password_hash=newer))
        return right

    monkeypatch.setattr(Passwords, "verify", verify_slowly)
    await sign_in(visitor)
    assert who(visitor) is None
    assert told(visitor) == WRONG
    assert stored_hash(anna) == newer


async def test_five_wrong_passwords_make_the_sixth_try_wait_even_if_right(app: FastAPI, anna: int) -> None:
    async with browser(app) as guesser, browser(app, address="198.51.100.9") as owner:
        for number in range(5):
            await sign_in(guesser, password=f"Wrong{number}1234")
        response = await sign_in(guesser)
        assert 0 < int(response.headers["retry-after"]) <= 121
        assert "wait" in told(guesser)
        assert who(guesser) is None
        await sign_in(owner)
        assert who(owner)


async def test_a_refused_try_costs_no_hash(app: FastAPI, anna: int, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browser(app) as guesser:
        for _ in range(5):
            await sign_in(guesser, password="Wrong12345")
        monkeypatch.setattr(Passwords, "verify", lambda *_, **__: pytest.fail("hashed"))
        assert (await sign_in(guesser)).status_code == 303


async def test_when_hashing_is_overloaded_the_form_says_so(
    visitor: httpx.AsyncClient, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> bool:
        raise Busy

    monkeypatch.setattr(Passwords, "verify", busy)
    await sign_in(visitor)
    assert told(visitor) == Busy.sentence
    monkeypatch.undo()
    await sign_in(visitor)
    assert who(visitor)


async def test_throttle_off_lets_a_load_test_pass(make_app: Callable[..., FastAPI]) -> None:
    app = make_app(throttle=False)
    member("anna")
    async with browser(app) as visitor:
        for _ in range(7):
            await sign_in(visitor, password="x")
        await sign_in(visitor)
        assert who(visitor)


def test_the_right_and_the_unknown_name_take_the_same_flow(app: FastAPI, anna: int) -> None:
    for name in ("anna", "nobody"):
        with pytest.raises(authentication.WrongSignIn, match="is not right"):
            authentication.sign_in(username=name, password="Wrong12345", address="", user_agent="")
