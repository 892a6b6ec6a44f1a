"""Answers that many ask for, kept for a few seconds. Right, because:

- an event that concerns an answer drops it, before the page that made the change is told that it is saved;
- an answer whose making began before such an event is for those who asked before it, and for nobody later;
- what other processes commit unheard is seen after `TTL_SECONDS` at the latest.

Why not cachetools (for threads only), aiocache or cashews (for coroutines only): an entry here is shared by endpoints
that block in threads and pages that await it on the event loop.
"""

import asyncio
import threading
from collections import Counter, OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from pydantic import BaseModel

from gsapp import clock
from gsapp.events import Event, MissedEvents
from gsapp.events.invalidation import invalidations_of

T = TypeVar("T")
TTL_SECONDS = 5
MAX_ENTRIES = 2_000
"""At most so many answers are kept; those that nobody asked for the longest go first."""

Kinds = tuple[type[Event], ...]
InThread = Callable[..., Awaitable[None]]


def kinds_of(query: Callable[..., Any]) -> Kinds:
    """The events that invalidate a shared answer. Raises `TypeError` for a query whose answers must not be shared.

    Arguments are not compared, unlike in pages: an answer is rather dropped too often.
    """
    marks = invalidations_of(query)
    if not any(mark.shared for mark in marks):
        raise TypeError(f"{query.__name__} is not marked with invalidated_by(..., shared=True)")
    return tuple(kind for mark in marks for kind in mark.kinds)


def key_of(*parts: Any) -> Hashable:
    """What tells one question from another. Forms and read models count by their class and their values."""
    return tuple((type(part), part.model_dump_json()) if isinstance(part, BaseModel) else part for part in parts)


def _running() -> Future[Any]:
    """A future that cannot be cancelled: a waiter that is cancelled would otherwise cancel it for all the others."""
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    return future


@dataclass(eq=False)
class Entry:
    """One answer, made already or still being made."""

    key: Hashable
    version: int
    created_at: datetime
    result: Future[Any] = field(default_factory=_running)


class Cache:
    """Keeps answers for one database. Safe to use from many threads; one makes an answer, the others wait for it."""

    def __init__(self, *, seconds: float = TTL_SECONDS, entries: int = MAX_ENTRIES) -> None:
        self._ttl, self._max_entries = timedelta(seconds=seconds), entries
        self._lock = threading.Lock()
        self._entries_by_key: OrderedDict[Hashable, Entry] = OrderedDict()
        self._versions: Counter[type] = Counter()

    def invalidate(self, event: Event) -> None:
        """Drop every answer that depends on events of this kind."""
        with self._lock:
            self._versions.update(type(event).__mro__)
            if isinstance(event, MissedEvents):
                self._entries_by_key.clear()

    def get(self, key: Hashable, kinds: Kinds, make: Callable[[], T]) -> T:
        """The answer for `key`: kept, awaited, or made now by `make`. Raises what that raises, which is not kept."""
        entry, mine = self.entry(key, kinds)
        if mine:
            self.fill(entry, make)
        result: T = entry.result.result()
        return result

    def entry(self, key: Hashable, kinds: Kinds) -> tuple[Entry, bool]:
        """The present claim for `key`, and whether it is the caller's to `fill`: others may be waiting already."""
        with self._lock:
            version, now = sum(self._versions[kind] for kind in kinds), clock.now()
            cached = self._entries_by_key.get(key)
            if cached is not None and cached.version == version and abs(now - cached.created_at) < self._ttl:
                self._entries_by_key.move_to_end(key)
                return cached, False
            entry = self._entries_by_key[key] = Entry(key, version, now)
            self._entries_by_key.move_to_end(key)
            while len(self._entries_by_key) > self._max_entries:
                self._entries_by_key.popitem(last=False)
            return entry, True

    def fill(self, entry: Entry, make: Callable[[], Any]) -> None:
        """Make the answer of a claim, for all who wait for it; a failure is told to them, too."""
        try:
            result = make()
        except BaseException as error:  # noqa: BLE001 - raised again in whoever asks for the answer
            self._fail(entry, error)
        else:
            with suppress(InvalidStateError):  # given up already, see _make_in_thread
                entry.result.set_result(result)

    async def wait_for(self, entry: Entry, mine: bool, make: Callable[[], Any], in_thread: InThread) -> Any:
        """The answer of a claim, for an event loop: what is the caller's to make is made by `in_thread`."""
        if mine:
            # Others may wait for it, too: it continues when this caller is cancelled.
            await asyncio.shield(self._make_in_thread(entry, make, in_thread))
        return entry.result.result() if entry.result.done() else await asyncio.wrap_future(entry.result)

    async def _make_in_thread(self, entry: Entry, make: Callable[[], Any], in_thread: InThread) -> None:
        try:
            await in_thread(self.fill, entry, make)
        except BaseException as error:  # no thread has run it: without this, the others would wait for ever
            self._fail(entry, error)
            raise

    def _fail(self, entry: Entry, error: BaseException) -> None:
        with self._lock:
            if self._entries_by_key.get(entry.key) is entry:
                del self._entries_by_key[entry.key]
        with suppress(InvalidStateError):
            entry.result.set_exception(error)

    def __len__(self) -> int:
        return len(self._entries_by_key)
