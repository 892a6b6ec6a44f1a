"""Signing in and out by native forms, and what comes back."""

import asyncio
import threading
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlmodel import select

from gsapp import access, clock, db, security
from gsapp.i18n import translator
from gsapp.models import LoginSession
from gsapp.security.tokens import hash_token
from gsapp.security.turns import ADDRESS, BROWSER, STRANGER, Turn
from tests.support.api.people import PASSWORD, WRONG, browser, flash, member, sign_in, told, who


def cookie(response: httpx.Response, name: str) -> str:
    """The Set-Cookie line of a cookie."""
    return next(line for line in response.headers.get_list("set-cookie") if line.startswith(f"{name}="))


async def test_a_right_password_opens_a_session_and_goes_on(visitor: httpx.AsyncClient, anna: int) -> None:
    response = await sign_in(visitor)
    assert (response.status_code, response.headers["location"]) == (303, "/board")
    actor = who(visitor)
    assert actor is not None
    assert (actor.user_id, actor.username) == (anna, "anna")


async def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(
    visitor: httpx.AsyncClient, anna: int
) -> None:
    line = cookie(await sign_in(visitor), "gs_session").lower()
    assert "httponly" in line
    assert "samesite=lax" in line
    assert "path=/" in line
    assert "secure" not in line


async def test_under_https_every_cookie_is_secure_and_bound_to_the_host(make_app: Callable[..., FastAPI]) -> None:
    app = make_app(base_url="https://help.example.org")
    member("anna")
    async with browser(app, "https://help.example.org") as visitor:
        for response in (await sign_in(visitor), await sign_in(visitor, password="x")):
            lines = response.headers.get_list("set-cookie")
            assert lines, "the right password opens a session, the wrong one leaves a sentence for the form"
            for line in lines:
                assert line.startswith("__Host-gs_")
                assert "; secure" in line.lower()
                assert "domain" not in line.lower()


async def test_the_database_does_not_hold_the_token(visitor: httpx.AsyncClient, anna: int) -> None:
    await sign_in(visitor)
    signed = visitor.cookies["gs_session"]
    kept = db.read(lambda session: session.exec(select(LoginSession.token_hash)).all())
    assert kept == [security.vault().cookies.session_hash(dict(visitor.cookies))]
    assert kept[0] not in signed


@pytest.mark.parametrize(("username", "password"), [("anna", "Wrong12345"), ("nobody", PASSWORD), ("Anna", PASSWORD)])
async def test_a_wrong_name_or_password_goes_back_to_the_form_with_one_sentence(
    visitor: httpx.AsyncClient, anna: int, username: str, password: str
) -> None:
    response = await sign_in(visitor, username, password, next="/needs/3")
    assert (response.status_code, response.headers["location"]) == (303, "/login?next=/needs/3")
    assert flash(visitor) == {"error": WRONG, "username": username, "next": "/needs/3"}
    assert who(visitor) is None


async def test_the_password_never_comes_back(visitor: httpx.AsyncClient, anna: int) -> None:
    response = await sign_in(visitor, password="Secret98Sesame")
    assert "Secret98Sesame" not in str(response.headers) + response.text + str(flash(visitor))


async def test_after_an_error_the_next_right_try_leaves_nothing_behind(visitor: httpx.AsyncClient, anna: int) -> None:
    await sign_in(visitor, password="Wrong12345")
    await sign_in(visitor)
    assert flash(visitor) is None
    assert who(visitor)


@pytest.mark.parametrize("data", [{}, {"username": "anna"}, {"password": PASSWORD}, {"username": "", "password": ""}])
async def test_empty_fields_are_a_wrong_sign_in(visitor: httpx.AsyncClient, anna: int, data: dict[str, str]) -> None:
    response = await visitor.post("/auth/login", data=data)
    assert response.status_code == 303
    assert told(visitor) == WRONG


@pytest.mark.parametrize(
    "username", ["' OR 1=1 --", "\0", "😀" * 50, "a" * 5000, "<script>alert(1)</script>", "a\r\nb"]
)
async def test_hostile_names_are_wrong_names(visitor: httpx.AsyncClient, anna: int, username: str) -> None:
    response = await sign_in(visitor, username, "\0'\"<x>")
    assert response.status_code == 303
    assert told(visitor) == WRONG
    assert all(len(line) < 4096 for line in response.headers.get_list("set-cookie"))


async def test_a_file_in_place_of_a_name_is_refused_and_nothing_sent_is_repeated(visitor: httpx.AsyncClient) -> None:
    response = await visitor.post("/auth/login", files={"username": b"x" * 100}, data={"password": "Secret98Sesame"})
    assert response.status_code == 422
    assert response.headers["content-type"].startswith("text/plain")
    assert "Secret98Sesame" not in response.text


async def test_the_sentence_is_in_the_readers_language(visitor: httpx.AsyncClient, anna: int) -> None:
    visitor.cookies.set("gs_lang", "zh-CN")
    await sign_in(visitor, password="Wrong12345")
    assert told(visitor) == translator("zh-CN")(WRONG)
    visitor.cookies.set("gs_lang", "rubbish")
    await sign_in(visitor, password="Wrong12345")
    assert told(visitor) == WRONG


@pytest.mark.parametrize(
    "outside", ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
async def test_next_does_not_lead_away_from_the_site(visitor: httpx.AsyncClient, anna: int, outside: str) -> None:
    assert (await sign_in(visitor, password="x", next=outside)).headers["location"] == "/login"
    assert (await sign_in(visitor, next=outside)).headers["location"] == "/board"


async def test_next_leads_to_any_page_of_the_site(visitor: httpx.AsyncClient, anna: int) -> None:
    location = (await sign_in(visitor, next="/board?city=杭州市&page=2")).headers["location"]
    assert httpx.URL(location) == httpx.URL("/board?city=杭州市&page=2")


async def test_every_sign_in_is_a_new_session_and_ends_the_one_before(visitor: httpx.AsyncClient, anna: int) -> None:
    await sign_in(visitor)
    first = security.vault().cookies.session_hash(dict(visitor.cookies))
    await sign_in(visitor)
    assert first
    assert first != security.vault().cookies.session_hash(dict(visitor.cookies))
    assert db.read(access.identify, first) is None
    assert who(visitor)


async def test_a_token_chosen_by_somebody_else_is_never_taken_over(visitor: httpx.AsyncClient, anna: int) -> None:
    planted = security.vault().cookies.session("a token that an attacker knows, too").value
    visitor.cookies.set("gs_session", planted, domain="localhost.local")
    await sign_in(visitor)
    assert db.read(access.identify, hash_token("a token that an attacker knows, too")) is None


async def test_signing_out_ends_the_session_for_everybody_who_holds_the_cookie(
    visitor: httpx.AsyncClient, anna: int
) -> None:
    await sign_in(visitor)
    session = security.vault().cookies.session_hash(dict(visitor.cookies))
    response = await visitor.post("/auth/logout")
    assert (response.status_code, response.headers["location"]) == (303, "/")
    assert "gs_session" not in visitor.cookies
    assert session
    assert db.read(access.identify, session) is None


@pytest.mark.parametrize("value", ["", "rubbish", "a.b.c"])
async def test_signing_out_without_a_session_is_no_error(visitor: httpx.AsyncClient, value: str) -> None:
    response = await visitor.post("/auth/logout", headers={"Cookie": f"gs_session={value}"})
    assert response.status_code == 303


async def test_reading_never_signs_anybody_out(visitor: httpx.AsyncClient, anna: int) -> None:
    await sign_in(visitor)
    for path in ("/auth/logout", "/auth/login", "/auth/preferences"):
        assert (await visitor.get(path)).status_code == 405
    assert who(visitor)


async def test_a_session_ends_after_its_hours(visitor: httpx.AsyncClient, anna: int) -> None:
    with clock.at(clock.now()) as move:
        await sign_in(visitor)
        move(timedelta(hours=security.vault().cookies.session_hours, seconds=1))
        assert who(visitor) is None


async def test_nothing_under_auth_is_kept_by_caches(visitor: httpx.AsyncClient, anna: int) -> None:
    assert (await sign_in(visitor)).headers["cache-control"] == "no-store"


async def test_a_browser_that_has_signed_in_to_the_account_has_a_queue_of_its_own(
    visitor: httpx.AsyncClient, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    member("ben", 2)
    passwords, turns = security.vault().passwords, list[tuple[str, str | None]]()
    real = passwords.verify

    def noted(password: str, stored: str | None, *, turn: Turn) -> bool:
        turns.append(turn)
        return real(password, stored, turn=turn)

    monkeypatch.setattr(passwords, "verify", noted)
    await sign_in(visitor)
    await visitor.post("/auth/logout")
    for name in ("anna", "ben", "nobody"):
        await sign_in(visitor, name)
    visitor.cookies.clear()
    visitor.cookies.set("gs_browser", "forged", domain="localhost.local")
    await sign_in(visitor)
    here = "203.0.113.7"
    assert turns == [(STRANGER, here), (BROWSER, here), (ADDRESS, here), (ADDRESS, here), (ADDRESS, here)]


async def test_sign_ins_that_wait_leave_the_threads_of_files_and_of_the_api(
    app: FastAPI, visitor: httpx.AsyncClient, anna: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More of them than the shared pool has threads."""
    await sign_in(visitor)
    go_on, begun, passwords = threading.Event(), list[str](), security.vault().passwords

    def waiting(*_: object, **__: object) -> bool:
        begun.append(threading.current_thread().name)
        return go_on.wait(20)

    monkeypatch.setattr(passwords, "verify", waiting)
    try:
        asked = [
            asyncio.create_task(visitor.post("/api/v1/auth/login", json={"username": f"x{n}", "password": PASSWORD}))
            for n in range(60)
        ]
        async with asyncio.timeout(10):
            while len(begun) < 60:  # noqa: ASYNC110 - there is no event to wait for
                await asyncio.sleep(0.01)
            assert (await visitor.get(f"/files/{'0' * 32}.jpg")).status_code == 404
    finally:
        go_on.set()
        await asyncio.gather(*asked)
    assert all(name.startswith("sign-in") for name in begun)
