"""Background tasks, event loop lag, and what other modules count."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta

import pytest

from gsapp import events
from gsapp.cache import Cache
from gsapp.errors import Busy, TooMany
from gsapp.monitoring import loop_lag, tasks
from gsapp.security import vault
from gsapp.security.throttle import Throttle
from gsapp.workers.failures import Failures
from tests.support.lives import NOON
from tests.support.samples_of_metrics import counted, value


@pytest.fixture(autouse=True)
def no_tasks_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tasks, "_tasks", {})


def test_a_run_is_recorded_with_its_end_and_outcome(wait: Callable[[timedelta], None]) -> None:
    succeeded, failed = (counted("task_runs_total", task="sample", outcome=each) for each in ("succeeded", "failed"))
    with tasks.run("sample"):
        wait(timedelta(seconds=7))
    ended = (NOON + timedelta(seconds=7)).timestamp()
    assert (tasks.known()["sample"].last_run, tasks.known()["sample"].last_success) == (ended, ended)
    wait(timedelta(minutes=1))
    with pytest.raises(ZeroDivisionError), tasks.run("sample"):
        raise ZeroDivisionError
    assert (tasks.known()["sample"].last_run, tasks.known()["sample"].last_success) == (ended + 60, ended)
    assert (succeeded(), failed()) == (1, 1)


def test_a_task_that_hangs_has_stalled(monkeypatch: pytest.MonkeyPatch) -> None:
    moment = 0.0
    monkeypatch.setattr(tasks, "monotonic", lambda: moment)
    assert not tasks.stalled("sample", seconds=300), "not started in this process"
    with tasks.run("sample"):
        assert not tasks.stalled("sample", seconds=300)
        moment = 301.0
        assert tasks.stalled("sample", seconds=300)
    assert not tasks.stalled("sample", seconds=300)


async def test_the_end_of_the_process_is_no_failure() -> None:
    failed = counted("task_runs_total", task="sample", outcome="failed")

    async def hang() -> None:
        with tasks.run("sample"):
            await asyncio.sleep(60)

    running = asyncio.create_task(hang())
    await asyncio.sleep(0)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert failed() == 0


async def test_what_blocks_the_event_loop_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop_lag, "EVERY", 0.01)
    count, seconds = counted("event_loop_lag_seconds_count"), counted("event_loop_lag_seconds_sum")
    measuring = asyncio.create_task(loop_lag.measure())
    await asyncio.sleep(0)
    time.sleep(0.2)  # noqa: ASYNC251 - as a bug would
    async with asyncio.timeout(5):
        while not count():  # noqa: ASYNC110 - the counter has no event
            await asyncio.sleep(0.01)
    measuring.cancel()
    assert seconds() > 0.15


def test_records_that_a_task_skips_are_counted_by_task() -> None:
    skipped = counted("task_skipped_records_total", task="scheduler")
    with Failures(logging.getLogger("gsapp.workers.scheduler")).isolated("need 1"):
        int("no number")
    assert skipped() == 1


def test_refusals_are_counted_by_kind() -> None:
    kinds = ("name", "address", "registration", "upload", "calendar")
    before = {kind: counted("throttled_total", kind=kind) for kind in kinds}
    throttle = Throttle()
    for _ in range(6):
        with suppress(TooMany), throttle.sign_in("anna", "203.0.113.7") as attempt:
            attempt.failed()
    with suppress(TooMany):
        for _ in range(62):
            throttle.calendar(1, "key")
    assert {kind: grown() for kind, grown in before.items() if grown()} == {"name": 1, "calendar": 1}


@pytest.mark.usefixtures("keys")
def test_passwords_that_wait_are_a_queue_that_ends_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    passwords, seen = vault().passwords, list[float]()

    def look(*_: object) -> bool:
        seen.append(value("queue_length", queue="passwords"))
        return True

    monkeypatch.setattr(passwords, "_verify", look)
    before = value("queue_length", queue="passwords")
    refused = counted("throttled_total", kind="password_queue")
    assert passwords.verify("x", None)

    def full(*_: object, **__: object) -> None:
        raise Busy

    monkeypatch.setattr(passwords._executor, "submit", full)
    with pytest.raises(Busy):
        passwords.verify("x", None)
    assert refused() == 1
    passwords.close()
    assert value("queue_length", queue="passwords") == before


def test_hits_and_misses_of_the_cache_are_counted() -> None:
    cache = Cache()
    for _ in range(3):
        cache.get("key", (events.NeedEdited,), lambda: 1)
    assert (cache.hits, cache.misses, len(cache)) == (2, 1, 1)


def test_events_are_counted_by_their_kind() -> None:
    edited = counted("events_total", event="NeedEdited")
    events.publish(events.NeedEdited(need_id=1))
    events.deliver(events.NeedEdited(need_id=2))
    assert edited() == 2
