"""Concurrent reads of single records are batched into one query."""

import asyncio
import threading
from collections.abc import Mapping

import pytest

from gsapp.api import reading
from gsapp.api.reading import RequestBatcher


class Shelf:
    """Answers when told to, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []
        self.go = threading.Semaphore(0)
        self.begun = asyncio.Event()
        self._loop = asyncio.get_running_loop()

    def find(self, ids: list[int]) -> Mapping[int, str]:
        self.asked.append(ids)
        self._loop.call_soon_threadsafe(self.begun.set)
        assert self.go.acquire(timeout=5)
        if 13 in ids:
            raise ZeroDivisionError
        return {record_id: f"record {record_id}" for record_id in ids if record_id < 100}


async def test_who_comes_while_the_shelf_is_asked_is_answered_by_one_next_question() -> None:
    shelf = Shelf()
    together = RequestBatcher(shelf.find)
    first = asyncio.create_task(together.get(1))
    await shelf.begun.wait()
    others = [asyncio.create_task(together.get(record_id)) for record_id in (2, 3, 2, 100)]
    await asyncio.sleep(0)
    shelf.go.release(2)
    assert await first == "record 1"
    assert await asyncio.gather(*others) == ["record 2", "record 3", "record 2", None]
    assert shelf.asked == [[1], [2, 3, 100]]


async def test_what_is_asked_after_a_change_is_not_answered_by_a_question_from_before_it() -> None:
    shelf = Shelf()
    together = RequestBatcher(shelf.find)
    before = asyncio.create_task(together.get(1))
    await shelf.begun.wait()
    after = asyncio.create_task(together.get(1))
    await asyncio.sleep(0)
    shelf.go.release(2)
    await asyncio.gather(before, after)
    assert shelf.asked == [[1], [1]]


async def test_a_caller_who_leaves_takes_nothing_from_the_others() -> None:
    shelf = Shelf()
    together = RequestBatcher(shelf.find)
    leaving, staying = asyncio.create_task(together.get(1)), asyncio.create_task(together.get(1))
    await shelf.begun.wait()
    leaving.cancel()
    shelf.go.release()
    assert await staying == "record 1"


async def test_a_failure_reaches_those_who_waited_for_it_and_nobody_later() -> None:
    shelf = Shelf()
    together = RequestBatcher(shelf.find)
    shelf.go.release(2)
    with pytest.raises(ZeroDivisionError):
        await together.get(13)
    assert await together.get(1) == "record 1"


async def test_no_question_is_for_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BATCH", 2)
    shelf = Shelf()
    together = RequestBatcher(shelf.find)
    shelf.go.release(9)
    assert await asyncio.gather(*map(together.get, range(5))) == [f"record {record_id}" for record_id in range(5)]
    assert [len(ids) for ids in shelf.asked] == [2, 2, 1]
