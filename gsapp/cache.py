"""Answers that many ask for, kept for a few seconds. Right, because:

- an event that concerns an answer drops it, before the page that made the change is told that it is saved;
- an answer whose making began before such an event is for those who asked before it, and for nobody later;
- what other processes commit unheard is seen after `SECONDS` at the latest.

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
SECONDS = 5
ENTRIES = 2_000
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
class Claim:
    """One answer, made already or still being made."""

    key: Hashable
    heard: int
    since: datetime
    answer: Future[Any] = field(default_factory=_running)


class Cache:
    """Keeps answers for one database. Safe to use from many threads; one makes an answer, the others wait for it."""

    def __init__(self, *, seconds: float = SECONDS, entries: int = ENTRIES) -> None:
        self._lasts, self._entries = timedelta(seconds=seconds), entries
        self._lock = threading.Lock()
        self._claims: OrderedDict[Hashable, Claim] = OrderedDict()
        self._heard: Counter[type] = Counter()

    def hear(self, event: Event) -> None:
        """Drop every answer that depends on events of this kind."""
        with self._lock:
            self._heard.update(type(event).__mro__)
            if isinstance(event, MissedEvents):
                self._claims.clear()

    def get(self, key: Hashable, kinds: Kinds, make: Callable[[], T]) -> T:
        """The answer for `key`: kept, awaited, or made now by `make`. Raises what that raises, which is not kept."""
        claim, mine = self.claim(key, kinds)
        if mine:
            self.fulfil(claim, make)
        answer: T = claim.answer.result()
        return answer

    def claim(self, key: Hashable, kinds: Kinds) -> tuple[Claim, bool]:
        """The present claim for `key`, and whether it is the caller's to `fulfil`: others may be waiting already."""
        with self._lock:
            heard, now = sum(self._heard[kind] for kind in kinds), clock.now()
            known = self._claims.get(key)
            if known is not None and known.heard == heard and abs(now - known.since) < self._lasts:
                self._claims.move_to_end(key)
                return known, False
            claim = self._claims[key] = Claim(key, heard, now)
            self._claims.move_to_end(key)
            while len(self._claims) > self._entries:
                self._claims.popitem(last=False)
            return claim, True

    def fulfil(self, claim: Claim, make: Callable[[], Any]) -> None:
        """Make the answer of a claim, for all who wait for it; a failure is told to them, too."""
        try:
            answer = make()
        except BaseException as error:  # noqa: BLE001 - raised again in whoever asks for the answer
            self._fail(claim, error)
        else:
            with suppress(InvalidStateError):  # given up already, see _make_in_thread
                claim.answer.set_result(answer)

    async def awaited(self, claim: Claim, mine: bool, make: Callable[[], Any], in_thread: InThread) -> Any:
        """The answer of a claim, for an event loop: what is the caller's to make is made by `in_thread`."""
        if mine:
            # Others may wait for it, too: it continues when this caller is cancelled.
            await asyncio.shield(self._make_in_thread(claim, make, in_thread))
        return claim.answer.result() if claim.answer.done() else await asyncio.wrap_future(claim.answer)

    async def _make_in_thread(self, claim: Claim, make: Callable[[], Any], in_thread: InThread) -> None:
        try:
            await in_thread(self.fulfil, claim, make)
        except BaseException as error:  # no thread has run it: without this, the others would wait for ever
            self._fail(claim, error)
            raise

    def _fail(self, claim: Claim, error: BaseException) -> None:
        with self._lock:
            if self._claims.get(claim.key) is claim:
                del self._claims[claim.key]
        with suppress(InvalidStateError):
            claim.answer.set_exception(error)

    def __len__(self) -> int:
        return len(self._claims)
