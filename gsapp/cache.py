"""Short-lived cache of query results, invalidated by events; concurrent misses share one query (single-flight).

Guarantees:

- An event invalidates every result that depends on it before `db.write` returns: users see their own changes.
- A query that started before such an event is only returned to callers that asked before the event.
- A commit whose event does not reach this process is visible after `TTL_SECONDS` at most.

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
"""Upper limit of entries; the least recently used are evicted first (LRU)."""

Kinds = tuple[type[Event], ...]
InThread = Callable[..., Awaitable[None]]


def kinds_of(query: Callable[..., Any]) -> Kinds:
    """The kinds of event that invalidate the result of a query. Raises `TypeError` for a query not marked as shared.

    Unlike in pages, the query's arguments are not compared with the event: invalidating too often does no harm.
    """
    marks = invalidations_of(query)
    if not any(mark.shared for mark in marks):
        raise TypeError(f"{query.__name__} is not marked with invalidated_by(..., shared=True)")
    return tuple(kind for mark in marks for kind in mark.kinds)


def key_of(*parts: Any) -> Hashable:
    """The cache key of a query and its arguments. Forms and read models are compared by class and values."""
    return tuple((type(part), part.model_dump_json()) if isinstance(part, BaseModel) else part for part in parts)


def _running() -> Future[Any]:
    """A future that cannot be cancelled: otherwise, cancelling one waiter would cancel it for all others."""
    future: Future[Any] = Future()
    future.set_running_or_notify_cancel()
    return future


@dataclass(eq=False)
class Entry:
    """One cached result, complete or still being computed."""

    key: Hashable
    version: int
    created_at: datetime
    future: Future[Any] = field(default_factory=_running)


class Cache:
    """Thread-safe cache of one database: the first caller computes a result, concurrent callers wait for it.

    `seconds` is the lifetime of an entry, `entries` their maximum number.
    """

    def __init__(self, *, seconds: float = TTL_SECONDS, entries: int = MAX_ENTRIES) -> None:
        self._ttl, self._max_entries = timedelta(seconds=seconds), entries
        self._lock = threading.Lock()
        self._entries_by_key: OrderedDict[Hashable, Entry] = OrderedDict()
        self._versions: Counter[type] = Counter()
        self.hits = self.misses = 0

    def invalidate(self, event: Event) -> None:
        """Invalidate every result that depends on events of this kind; after `MissedEvents`, all of them."""
        with self._lock:
            self._versions.update(type(event).__mro__)
            if isinstance(event, MissedEvents):
                self._entries_by_key.clear()

    def get(self, key: Hashable, kinds: Kinds, make: Callable[[], T]) -> T:
        """The result for `key`: cached, computed by another thread, or computed now by `make`.

        `kinds` are the events that invalidate it. Exceptions of `make` reach all waiting callers and are not cached.
        """
        entry, is_owner = self.entry(key, kinds)
        if is_owner:
            self.fill(entry, make)
        result: T = entry.future.result()
        return result

    def entry(self, key: Hashable, kinds: Kinds) -> tuple[Entry, bool]:
        """The valid entry for `key`, created if there was none, and whether the caller owns it.

        The owner must `fill` it, because other callers may already be waiting.
        """
        with self._lock:
            version, now = sum(self._versions[kind] for kind in kinds), clock.now()
            cached = self._entries_by_key.get(key)
            if cached is not None and cached.version == version and abs(now - cached.created_at) < self._ttl:
                self._entries_by_key.move_to_end(key)
                self.hits += 1
                return cached, False
            self.misses += 1
            entry = self._entries_by_key[key] = Entry(key, version, now)
            self._entries_by_key.move_to_end(key)
            while len(self._entries_by_key) > self._max_entries:
                self._entries_by_key.popitem(last=False)
            return entry, True

    def fill(self, entry: Entry, make: Callable[[], Any]) -> None:
        """Compute the result of an entry and wake all waiting callers; an exception is raised in each of them."""
        try:
            result = make()
        except BaseException as error:  # noqa: BLE001 - raised again in every waiting caller
            self._fail(entry, error)
        else:
            with suppress(InvalidStateError):  # failed before, see _make_in_thread
                entry.future.set_result(result)

    async def wait_for(self, entry: Entry, is_owner: bool, make: Callable[[], Any], in_thread: InThread) -> Any:
        """Await the result of an entry on the event loop; if the caller owns it, it is computed by `in_thread`."""
        if is_owner:
            # It continues when this caller is cancelled, because other callers may be waiting for it.
            await asyncio.shield(self._make_in_thread(entry, make, in_thread))
        return entry.future.result() if entry.future.done() else await asyncio.wrap_future(entry.future)

    async def _make_in_thread(self, entry: Entry, make: Callable[[], Any], in_thread: InThread) -> None:
        try:
            await in_thread(self.fill, entry, make)
        except BaseException as error:  # no thread ran it: without this, the other callers would wait forever
            self._fail(entry, error)
            raise

    def _fail(self, entry: Entry, error: BaseException) -> None:
        with self._lock:
            if self._entries_by_key.get(entry.key) is entry:
                del self._entries_by_key[entry.key]
        with suppress(InvalidStateError):
            entry.future.set_exception(error)

    def __len__(self) -> int:
        return len(self._entries_by_key)
