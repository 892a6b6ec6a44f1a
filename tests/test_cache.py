"""The query cache: hits, invalidation, expiry and concurrent misses."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from gsapp import clock, db, events
from gsapp.cache import Cache, kinds_of
from gsapp.db import shared_queries
from gsapp.queries import needs as need_queries
from gsapp.queries import places, status
from gsapp.schemas.api_forms import NeedQuery
from gsapp.schemas.needs import NeedFilter
from tests.support import lives
from tests.support.lives import PLUMBING, publish

NEEDS = (events.NeedChanged,)
NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


class Counted:
    """Makes a new number at each call."""

    def __init__(self) -> None:
        self.calls = 0

    def __call__(self) -> int:
        self.calls += 1
        return self.calls


class Making(Counted):
    """The same, when told to go on."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Event()
        self.trouble: Exception | None = None

    def __call__(self) -> int:
        number = super().__call__()
        self.begun.set()
        assert self.go.wait(5)
        if self.trouble is not None:
            raise self.trouble
        return number


async def asked(cache: Cache, make: Callable[[], int]) -> int:
    """As pages and endpoints ask: on an event loop, and made in a thread."""
    entry, mine = cache.entry("board", NEEDS)
    result: int = await cache.wait_for(entry, mine, make, asyncio.to_thread)
    return result


def test_an_answer_is_made_once_for_all_who_ask_the_same() -> None:
    cache, make = Cache(), Counted()
    assert [cache.get("board", NEEDS, make) for _ in range(3)] == [1, 1, 1]
    assert cache.get("another", NEEDS, make) == 2


def test_an_event_drops_the_answers_that_it_concerns_and_no_others() -> None:
    cache, make = Cache(), Counted()
    cache.get("board", NEEDS, make)
    cache.get("types", (events.TypeChanged,), make)
    cache.invalidate(events.OfferMade(1, 2))
    assert cache.get("types", (events.TypeChanged,), make) == 2
    assert cache.get("board", NEEDS, make) == 3


def test_when_events_have_been_missed_no_answer_is_given_again() -> None:
    cache, make = Cache(), Counted()
    cache.get("board", NEEDS, make)
    cache.invalidate(events.MissedEvents())
    assert cache.get("board", NEEDS, make) == 2


def test_what_nobody_heard_of_is_seen_after_five_seconds() -> None:
    cache, make = Cache(), Counted()
    with clock.at(NOON) as wait:
        cache.get("board", NEEDS, make)
        wait(timedelta(seconds=4))
        assert cache.get("board", NEEDS, make) == 1
        wait(timedelta(seconds=1))
        assert cache.get("board", NEEDS, make) == 2


def test_an_answer_begun_before_a_change_is_not_given_to_who_asks_after_it() -> None:
    cache, change = Cache(), events.NeedEdited(1)
    begun, changed = threading.Event(), threading.Event()

    def slow() -> str:
        begun.set()
        assert changed.wait(5)
        return "old"

    with ThreadPoolExecutor(1) as other:
        early = other.submit(cache.get, "board", NEEDS, slow)
        assert begun.wait(5)
        cache.invalidate(change)
        assert cache.get("board", NEEDS, lambda: "new") == "new"
        changed.set()
        assert early.result() == "old"
    assert cache.get("board", NEEDS, lambda: "made anew") == "new"


def test_many_who_ask_at_once_wait_for_one_answer() -> None:
    cache, make, asked = Cache(), Counted(), threading.Barrier(8)

    def slow() -> int:
        asked.wait(5)
        return make()

    def ask(first: bool) -> int:
        if not first:
            asked.wait(5)
        return cache.get("board", NEEDS, slow)

    with ThreadPoolExecutor(8) as crowd:
        answers = list(crowd.map(ask, [True, *[False] * 7]))
    assert (answers, make.calls) == ([1] * 8, 1)


def test_a_failure_is_told_to_all_who_wait_and_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    cache, made = Cache(), Counted()
    begun, fails, arrived = threading.Event(), threading.Event(), threading.Semaphore(0)

    def fail() -> int:
        made()
        begun.set()
        assert fails.wait(5)
        raise ZeroDivisionError

    with ThreadPoolExecutor(3) as crowd:
        first = crowd.submit(cache.get, "board", NEEDS, fail)
        assert begun.wait(5)
        entry, mine = cache.entry("board", NEEDS)
        assert not mine
        result = entry.future.result

        def wait_for_it() -> int:
            arrived.release()
            return int(result())

        monkeypatch.setattr(entry.future, "result", wait_for_it)
        others = [crowd.submit(cache.get, "board", NEEDS, fail) for _ in range(2)]
        assert all(arrived.acquire(timeout=5) for _ in others)
        fails.set()
        for one in (first, *others):
            assert isinstance(one.exception(5), ZeroDivisionError)
    assert made.calls == 1, "it failed once, for all of them"
    assert cache.get("board", NEEDS, lambda: 1) == 1


async def test_a_failure_reaches_a_caller_who_waits_in_a_thread_and_one_who_waits_on_the_loop() -> None:
    cache, making = Cache(), Making()
    making.trouble = ZeroDivisionError()
    waiting = [asyncio.create_task(asked(cache, making))]
    assert await asyncio.to_thread(making.begun.wait, 5)
    waiting.append(asyncio.create_task(asyncio.to_thread(cache.get, "board", NEEDS, making)))
    waiting.append(asyncio.create_task(asked(cache, making)))
    await asyncio.sleep(0.05)
    making.go.set()
    results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [ZeroDivisionError] * 3
    assert making.calls == 1
    making.trouble = None
    assert await asked(cache, making) == 2


@pytest.mark.parametrize("cancelled", ["the maker", "a waiter", "the maker and a waiter"])
async def test_a_cancelled_caller_takes_the_answer_from_nobody(cancelled: str) -> None:
    cache, making = Cache(), Making()
    maker = asyncio.create_task(asked(cache, making))
    assert await asyncio.to_thread(making.begun.wait, 5)
    waiter, other = asyncio.create_task(asked(cache, making)), asyncio.create_task(asked(cache, making))
    await asyncio.sleep(0)
    for name, task in (("maker", maker), ("waiter", waiter)):
        if name in cancelled:
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
    later = asyncio.create_task(asked(cache, making))
    await asyncio.sleep(0)
    making.go.set()
    assert (await other, await later, making.calls) == (1, 1, 1)
    assert await asked(cache, making) == 1, "what was made is kept"


async def test_when_no_thread_can_make_it_nobody_waits_for_ever() -> None:
    cache, refused = Cache(), asyncio.Event()

    async def no_thread(*_: object) -> None:
        await refused.wait()
        raise RuntimeError("cannot schedule new futures after shutdown")

    waiting = []
    for _ in range(2):
        entry, mine = cache.entry("board", NEEDS)
        waiting.append(asyncio.create_task(cache.wait_for(entry, mine, Counted(), no_thread)))
        await asyncio.sleep(0)
    refused.set()
    async with asyncio.timeout(5):
        results = await asyncio.gather(*waiting, return_exceptions=True)
    assert [type(result) for result in results] == [RuntimeError] * 2
    assert cache.get("board", NEEDS, lambda: 1) == 1


def test_only_so_many_answers_are_kept_and_those_in_use_stay_longest() -> None:
    cache, make = Cache(entries=2), Counted()
    for key in ("a", "b", "a", "c"):
        cache.get(key, NEEDS, make)
    assert len(cache) == 2
    assert cache.get("a", NEEDS, make) == 1
    assert cache.get("b", NEEDS, make) == 4


@pytest.mark.usefixtures("database")
def test_ones_own_change_is_seen_at_once() -> None:
    with lives.keys():
        anna = lives.person("anna")
        assert db.read_shared(status.open_by_type) == {}
        publish(anna)
    assert db.read_shared(status.open_by_type) == {PLUMBING: 1}
    assert db.read_shared(need_queries.found_needs, filter=NeedFilter()).total == 1


@pytest.mark.usefixtures("sqlite_database")
def test_forms_are_told_apart_by_their_values_and_their_class(monkeypatch: pytest.MonkeyPatch) -> None:
    asked, ask = Counted(), db.read

    def counted(query: Callable[..., object], **kwargs: object) -> object:
        asked()
        return ask(query, **kwargs)

    monkeypatch.setattr(shared_queries, "read", counted)
    for wanted in (NeedFilter(), NeedFilter(), NeedFilter(page=2), NeedQuery()):
        db.read_shared(need_queries.found_needs, filter=wanted)
    assert asked.calls == 3


@pytest.mark.usefixtures("sqlite_database")
def test_the_answers_of_another_database_are_not_given() -> None:
    before = db.read_shared(places.service_types)
    first = db.current()
    db.connect(first.url)
    assert len(db.current().cache) == 0
    assert db.read_shared(places.service_types) == before


def test_a_query_that_is_not_the_same_for_everybody_cannot_be_shared() -> None:
    with pytest.raises(TypeError, match="need_draft"):
        kinds_of(need_queries.need_draft)
