"""Monitoring: alive, and able to serve; also while passwords are being hashed."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from gsapp import migrations, security
from gsapp.api import checks
from gsapp.migrations import revisions
from tests.support.api.people import PASSWORD, make_settings, member


@pytest.fixture(autouse=True)
def nothing_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each request looks again."""
    monkeypatch.setattr(checks, "KEPT_SECONDS", 0.0)


async def test_alive(visitor: httpx.AsyncClient) -> None:
    response = await visitor.get("/health")
    assert (response.status_code, response.json()) == (200, {"status": "healthy"})


async def test_ready_while_the_database_answers(visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "ready", lambda: True)
    assert (await visitor.get("/ready")).status_code == 200
    monkeypatch.setattr(migrations, "ready", lambda: False)
    assert (await visitor.get("/ready")).status_code == 503
    assert (await visitor.get("/health")).status_code == 200


async def test_a_database_that_hangs_is_not_ready_and_holds_one_thread_only(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks, over = [], threading.Event()

    def hang() -> bool:
        looks.append(1)
        return over.wait(20)

    monkeypatch.setattr(checks, "ANSWER_WITHIN", 0.1)
    monkeypatch.setattr(migrations, "ready", hang)
    start = time.perf_counter()
    answers = await asyncio.gather(*(visitor.get("/ready") for _ in range(10)))
    assert {answer.status_code for answer in answers} == {503}
    assert (await visitor.get("/ready")).status_code == 503
    assert time.perf_counter() - start < 2
    assert looks == [1]
    over.set()
    while (await visitor.get("/ready")).status_code != 200:
        assert time.perf_counter() - start < 5


async def test_whether_it_can_serve_is_asked_without_reading_the_migrations(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrations.newest_revision()
    monkeypatch.setattr(revisions, "ScriptDirectory", None)
    assert (await visitor.get("/ready")).status_code == 503, "these tables were made without migrations"


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """The application on a real server, in a thread; yields its address."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        server.should_exit = True
        thread.join(10)


@pytest.mark.slow
async def test_twenty_sign_ins_at_once_do_not_keep_the_site_from_answering(make_app: Callable[..., FastAPI]) -> None:
    app = make_app(throttle=False, base_url="http://127.0.0.1")
    security.configure(make_settings(app.state.settings.data_dir, throttle=False))  # hashes cost what they cost people
    member("anna")
    with served(app) as url:
        async with httpx.AsyncClient(base_url=url, headers={"Origin": "http://127.0.0.1"}, timeout=60) as people:
            form = {"username": "anna", "password": PASSWORD}
            start = time.perf_counter()
            await people.post("/auth/login", data=form)
            alone = time.perf_counter() - start
            sign_ins = asyncio.gather(*(people.post("/auth/login", data=form) for _ in range(20)))
            waits = []
            while not sign_ins.done():
                start = time.perf_counter()
                assert (await people.get("/health")).status_code == 200
                waits.append(time.perf_counter() - start)
                await asyncio.sleep(0.02)
            assert all("gs_session" in response.headers.get("set-cookie", "") for response in await sign_ins)
    assert len(waits) > 20
    # On the loop, a hash would keep each of them waiting for as long as it takes. The hashes use every core, and others
    # may be at work, so a wait for the scheduler now and then is not ours.
    assert sorted(waits)[int(len(waits) * 0.9)] < alone / 2
