"""A sign-in from a browser that an account has not used before is news for its owner."""

from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import col, update

from gsapp import access, clock, db
from gsapp.models import User
from gsapp.vocabulary import NotificationKind
from tests.support.api.people import PASSWORD, browser, sign_in
from tests.support.news import kinds


@pytest.fixture
def old_anna(anna: int) -> int:
    with db.current().transaction() as session:
        of_old = clock.now() - timedelta(days=9)
        session.exec(update(User).where(col(User.id) == anna).values(registered_at=of_old))
    return anna


async def test_a_browser_is_new_once(app: FastAPI, visitor: httpx.AsyncClient, old_anna: int) -> None:
    owner = db.read(access.actor_for, user_id=old_anna)
    await sign_in(visitor)
    assert kinds(owner) == [NotificationKind.NEW_BROWSER]
    await visitor.post("/auth/logout")
    await sign_in(visitor)
    assert kinds(owner) == [NotificationKind.NEW_BROWSER], "its cookie has stayed"
    async with browser(app) as thief:
        thief.cookies.set("gs_browser", "forged.by.hand")
        await sign_in(thief)
    assert kinds(owner) == [NotificationKind.NEW_BROWSER] * 2


async def test_a_program_beside_the_browser_is_no_news(visitor: httpx.AsyncClient, anna: int) -> None:
    await sign_in(visitor)
    await visitor.post("/api/v1/auth/login", json={"username": "anna", "password": PASSWORD})
    assert kinds(db.read(access.actor_for, user_id=anna)) == []


async def test_a_program_is_new_once_for_each_network(app: FastAPI, old_anna: int) -> None:
    owner = db.read(access.actor_for, user_id=old_anna)
    for address, news in (("203.0.113.7", 1), ("203.0.113.7", 1), ("198.51.100.9", 2)):
        async with browser(app, address=address) as program:
            given = {"username": "anna", "password": PASSWORD}
            response = await program.post("/api/v1/auth/login", json=given)
        assert response.status_code == 200, response.text
        assert kinds(owner) == [NotificationKind.NEW_BROWSER] * news
