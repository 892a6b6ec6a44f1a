"""How a reader likes the pages, and the one-time link of the first coordinator."""

import httpx
from fastapi import FastAPI

from gsapp import db
from gsapp.security.cookies import preferences
from gsapp.security.tokens import hash_token
from gsapp.services import accounts
from tests.support.api.people import browser, member, sign_in, who


async def test_preferences_are_remembered_and_rubbish_is_not(visitor: httpx.AsyncClient) -> None:
    data = {"lang": "en", "theme": "dark", "large": "yes<script>", "next": "/stats"}
    response = await visitor.post("/auth/preferences", data=data)
    assert (response.status_code, response.headers["location"]) == (303, "/stats")
    assert preferences(dict(visitor.cookies)) == {"lang": "en", "theme": "dark"}
    await visitor.post("/auth/preferences", data={"theme": "purple", "large": "1", "keys": "0"})
    kept = preferences(dict(visitor.cookies))
    assert kept == {"lang": "en", "theme": "dark", "large": "1", "keys": "0"}


async def test_the_language_is_kept_with_the_account_too(visitor: httpx.AsyncClient, anna: int) -> None:
    await sign_in(visitor)
    await visitor.post("/auth/preferences", data={"lang": "zh-CN"})
    assert (actor := who(visitor))
    assert actor.language == "zh-CN"


async def test_a_one_time_link_makes_the_first_who_signs_in_a_coordinator(app: FastAPI, anna: int) -> None:
    db.write(accounts.invite_coordinator, token_hash=hash_token("a-one-time-link-of-the-first-start"), hours=24)
    member("bert", 2)
    async with browser(app) as first, browser(app) as second:
        for visitor in (first, second):
            response = await visitor.get("/auth/coordinator/a-one-time-link-of-the-first-start")
            assert (response.status_code, response.headers["location"]) == (303, "/register")
        landed = [(await sign_in(first)).headers["location"], (await sign_in(second, "bert")).headers["location"]]
        assert landed == ["/dashboard", "/board"]
        assert [actor.is_coordinator for actor in (who(first), who(second)) if actor] == [True, False]
        assert "gs_invite" not in first.cookies


async def test_following_the_link_alone_uses_nothing_up(app: FastAPI, anna: int) -> None:
    db.write(accounts.invite_coordinator, token_hash=hash_token("a-one-time-link-of-the-first-start"), hours=24)
    async with browser(app) as preview, browser(app) as visitor:
        for _ in range(3):
            await preview.get("/auth/coordinator/a-one-time-link-of-the-first-start")
        await visitor.get("/auth/coordinator/a-one-time-link-of-the-first-start")
        await sign_in(visitor, password="Wrong12345")
        await sign_in(visitor)
        assert (actor := who(visitor))
        assert actor.is_coordinator


async def test_a_made_up_or_late_link_makes_nobody_a_coordinator(visitor: httpx.AsyncClient, anna: int) -> None:
    assert (await visitor.get("/auth/coordinator/short")).status_code == 404
    assert (await visitor.get("/auth/coordinator/a%0d%0aSet-Cookie:x=y-and-more-and-more")).status_code == 404
    await visitor.get("/auth/coordinator/a-link-that-nobody-ever-made-here")
    await sign_in(visitor)
    assert (actor := who(visitor))
    assert not actor.is_coordinator
