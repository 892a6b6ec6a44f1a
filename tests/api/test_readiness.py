"""What /ready says does not work, and which of it takes the process out of service."""

import asyncio
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy.exc import OperationalError

from gsapp import db, migrations
from gsapp.api import checks, health
from gsapp.config import Settings
from gsapp.events import relay
from gsapp.media.storage import SPARE_BYTES
from gsapp.monitoring import tasks
from gsapp.queries.outbox_backlog import Backlog
from gsapp.workers import file_sweep
from tests.support.api.people import browser, make_settings
from tests.support.lives import NOON

ROOMY = {"f_bavail": 10**6, "f_frsize": 4096, "f_flag": 0, "f_files": 1000, "f_favail": 10}


@pytest.fixture(autouse=True)
def migrated(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tables of these tests are made without migrations, the disk has room; each request looks again."""
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(**ROOMY))
    monkeypatch.setattr(checks, "KEPT_SECONDS", 0.0)
    monkeypatch.setattr(migrations, "ready", lambda: True)


async def ready(visitor: httpx.AsyncClient) -> tuple[int, dict[str, object]]:
    response = await visitor.get("/ready")
    return response.status_code, response.json()


async def test_nothing_is_wrong(visitor: httpx.AsyncClient) -> None:
    assert await ready(visitor) == (200, {"status": "ready", "degraded": []})


@pytest.mark.parametrize(
    "disk",
    [
        {"f_bavail": 100},
        {"f_flag": os.ST_RDONLY},
        {"f_favail": 0},
    ],
    ids=["full", "read-only", "no inodes"],
)
async def test_pages_are_served_from_a_disk_that_takes_no_more(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, disk: dict[str, int]
) -> None:
    monkeypatch.setattr(os, "statvfs", lambda _: SimpleNamespace(**(ROOMY | disk)))
    assert await ready(visitor) == (200, {"status": "ready", "degraded": ["disk"]})


async def test_a_disk_that_is_gone_is_named(visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(_: object) -> None:
        raise OSError("Stale file handle")

    monkeypatch.setattr(os, "statvfs", gone)
    assert await ready(visitor) == (200, {"status": "ready", "degraded": ["disk"]})


async def test_a_network_disk_that_hangs_is_named_and_the_pages_are_served(
    make_app: Callable[..., FastAPI], monkeypatch: pytest.MonkeyPatch
) -> None:
    over, looks = threading.Event(), []

    def hang(_: object) -> None:
        looks.append(1)
        over.wait(20)
        raise OSError

    monkeypatch.setattr(checks, "DISK_WITHIN", 0.05)
    app = make_app()
    monkeypatch.setitem(app.state._state, "checks", checks.Checks(app.state.settings))
    monkeypatch.setattr(os, "statvfs", hang)
    async with browser(app) as visitor:
        for _ in range(3):
            assert await ready(visitor) == (200, {"status": "ready", "degraded": ["disk"]})
    assert looks == [1], "no thread for each look"
    over.set()


def test_the_check_reads_outbox_and_backup_of_either_database(database: db.Database, tmp_path: Path) -> None:
    settings = make_settings(tmp_path, database_url=database.url)
    found = checks.check(settings, SPARE_BYTES)
    assert found == checks.Findings((), (), SPARE_BYTES, "", Backlog(), None)
    assert found.outbox == Backlog()
    assert checks.check(settings, SPARE_BYTES - 1).degraded == ("disk",)


async def test_files_that_do_not_fit_the_database_are_named(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(file_sweep, "_refusal", "none of 3 files is in this database")
    assert await ready(visitor) == (200, {"status": "ready", "degraded": ["files"]})


async def test_redis_may_be_away(visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(relay, "state", lambda: "down")
    assert await ready(visitor) == (200, {"status": "ready", "degraded": ["redis"], "redis": "down"})


async def test_a_scheduler_that_only_fails_has_stalled(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "_tasks", {})
    with pytest.raises(ZeroDivisionError), tasks.run("scheduler"):
        raise ZeroDivisionError
    assert await ready(visitor) == (200, {"status": "ready", "degraded": []})
    monkeypatch.setattr(health, "SCHEDULER_STALLED", 0.0)
    assert await ready(visitor) == (200, {"status": "ready", "degraded": ["scheduler"]})


@pytest.mark.parametrize(("due", "degraded"), [(timedelta(minutes=-11), ["outbox"]), (timedelta(minutes=5), [])])
async def test_e_mails_that_are_not_tried_in_time_are_stuck(
    make_app: Callable[..., FastAPI],
    monkeypatch: pytest.MonkeyPatch,
    wait: object,
    due: timedelta,
    degraded: list[str],
) -> None:
    def waiting(_: object) -> Backlog:
        return Backlog(waiting=1, due_since=NOON + due)

    monkeypatch.setattr(checks, "backlog", waiting)
    app = make_app(smtp_url="smtp://localhost", mail_from="site@example.org")
    async with browser(app) as visitor:
        assert await ready(visitor) == (200, {"status": "ready", "degraded": degraded})


async def test_a_process_that_is_stopping_is_not_ready(
    visitor: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.state._state, "draining", True)
    assert await ready(visitor) == (503, {"status": "not ready", "reasons": ["draining"], "degraded": []})


async def test_schema_and_database_are_told_apart(visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "ready", lambda: False)
    assert await ready(visitor) == (503, {"status": "not ready", "reasons": ["schema"], "degraded": []})

    def broken(*_: object, **__: object) -> None:
        raise OperationalError("SELECT 1", {}, Exception("server has gone away"))

    monkeypatch.setattr(db.Database, "lone_connection", broken)
    assert await ready(visitor) == (503, {"status": "not ready", "reasons": ["database"], "degraded": []})


async def test_a_flood_of_requests_is_one_check_a_second(
    visitor: httpx.AsyncClient, app: FastAPI, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []

    def look(_: Settings, __: int | None) -> checks.Findings:
        looks.append(1)
        return checks.Findings()

    monkeypatch.setitem(app.state._state, "checks", checks.Checks(app.state.settings))
    monkeypatch.setattr(checks, "KEPT_SECONDS", 30.0)
    monkeypatch.setattr(checks, "check", look)
    for _ in range(3):
        await asyncio.gather(*(visitor.get("/ready") for _ in range(10)))
    assert len(looks) == 1
