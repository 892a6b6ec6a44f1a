"""What a visit leaves behind: a session that lives on, a language that follows its member."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import event

from gsapp import clock, db
from gsapp.services import accounts, sessions
from gsapp.vocabulary import AdminArea, Role
from pages.core import actions
from pages.shell import onboarding
from tests.support.api.people import browser, member, sign_in, who

NOON = datetime(2026, 3, 5, 4, tzinfo=UTC)


async def test_whoever_comes_by_stays_signed_in_and_whoever_stays_away_does_not(visitor: httpx.AsyncClient) -> None:
    with clock.at(NOON) as move:
        member("anna")
        await sign_in(visitor)
        move(timedelta(hours=300))
        assert (await visitor.get("/members")).status_code == 200
        move(timedelta(hours=300))  # more than the 336 of a session since signing in, fewer since the last visit
        assert (await visitor.get("/members")).status_code == 200
        move(timedelta(hours=337))
        assert (await visitor.get("/members")).status_code == 303


async def test_a_visit_right_after_another_writes_nothing(visitor: httpx.AsyncClient) -> None:
    with clock.at(NOON) as move:
        member("anna")
        await sign_in(visitor)
        await visitor.get("/members")
        before = who(visitor)
        move(timedelta(minutes=9))
        await visitor.get("/members")
        assert who(visitor) == before


@contextmanager
def held() -> Iterator[None]:
    """Another writer has the database."""
    with db.current()._write_lock:
        yield


@contextmanager
def read_only() -> Iterator[None]:
    """The database takes no writes."""
    engine = db.current().engine

    def forbid(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only=ON")

    def allow(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute("PRAGMA query_only=OFF")

    event.listen(engine, "checkout", forbid)
    event.listen(engine, "checkin", allow)
    yield
    event.remove(engine, "checkout", forbid)


@pytest.mark.parametrize("trouble", [held, read_only])
async def test_a_page_loads_though_nothing_can_be_written_and_the_next_visit_writes_it(
    app: FastAPI,
    visitor: httpx.AsyncClient,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    trouble: Callable[[], AbstractContextManager[None]],
) -> None:
    monkeypatch.setattr(onboarding, "ADMIN_AREAS", {"/coordinators": AdminArea.DASHBOARD})
    monkeypatch.setattr(actions, "SAVE_SECONDS", 0.2)
    with clock.at(NOON) as move:
        member("bert", 2)
        user_id = member("anna")
        db.write(accounts.set_role, actor=None, user_id=user_id, role=Role.COORDINATOR)
        async with browser(app) as neighbour:
            await sign_in(visitor)
            await sign_in(neighbour, "bert")
            before = who(visitor), who(neighbour)
            move(timedelta(hours=11))
            with trouble():
                assert (await visitor.get("/coordinators")).status_code == 200
                assert (await neighbour.get("/members")).status_code == 200
                assert (who(visitor), who(neighbour)) == before
            for reader, page in ((visitor, "/coordinators"), (neighbour, "/members")):
                assert (await reader.get(page)).status_code == 200
            chief, bert = who(visitor), who(neighbour)
        assert chief is not None
        assert bert is not None
        assert chief.first_steps == {AdminArea.DASHBOARD.value}
        assert bert.session_expires_at == clock.now() + timedelta(hours=336)
    if trouble is read_only:
        assert "background write prolong_session failed" in caplog.text
        assert "background write look_at failed" in caplog.text


async def test_pages_do_not_queue_behind_a_database_that_takes_nothing(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(actions, "SAVE_SECONDS", 0.01)
    with clock.at(NOON) as move:
        member("anna")
        await sign_in(visitor)
        await visitor.get("/members")
        move(timedelta(hours=300))
        with held():
            for _ in range(3):
                assert (await visitor.get("/members")).status_code == 200
            assert len(actions._saving) == 1, "visits of one member share the write"
            reader = who(visitor)
            assert reader is not None
            for number in range(1, actions.MAX_SAVING + 2):
                another = replace(reader, user_id=reader.user_id + number)
                assert not await actions.try_to_save(sessions.prolong_session, another, hours=336)
            assert len(actions._saving) == actions.MAX_SAVING
        async with asyncio.timeout(5):
            while actions._saving:  # noqa: ASYNC110 - what is waited for has no event of its own
                await asyncio.sleep(0.01)
    assert caplog.text.count("too many writes") == 2


async def test_the_language_a_member_chose_follows_to_another_browser(visitor: httpx.AsyncClient) -> None:
    member("anna")
    await sign_in(visitor)
    await visitor.post("/auth/preferences", data={"lang": "zh-CN", "next": "/members"})
    del visitor.cookies["gs_lang"]
    response = await visitor.get("/members", headers={"Accept-Language": "en"})
    assert '<html lang="zh-CN"' in response.text
