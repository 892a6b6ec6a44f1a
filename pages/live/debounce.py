"""When open pages refresh: soon after a change, four times a second at most, and less often while much is going on."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from weakref import WeakKeyDictionary

from nicegui import background_tasks

log = logging.getLogger(__name__)
DEBOUNCE_SECONDS = 0.05  # seconds: what is committed together is shown together
THROTTLE_SECONDS = 0.25  # seconds from the start of one refresh to the start of the next
PERIOD_SECONDS = 30.0  # seconds: the safety net; it also moves what is told relative to now
RETRY_SECONDS = 2.0  # seconds until the next try, when the database is away
MAX_CONCURRENT = 4
_waiting: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class RetryLater(Exception):
    """A refresh could not be made now; it will be tried again."""


class Debouncer:
    """Calls `refresh` after `wake()`, never twice at once, and only while `watched()`: else at the next `look()`.

    Without any wake it refreshes every half minute, if `slowly()` says that this makes sense now.

    A refresh that took long is followed by a rest as long: whatever happens, this page is busy half of the time at
    most, and many pages slow each other down evenly instead of drowning the process. They also wait for a turn, unless
    `waits` is false: a few at a time, so that somebody's click is never behind a hundred refreshes.
    """

    def __init__(
        self,
        refresh: Callable[[], Awaitable[None]],
        *,
        watched: Callable[[], bool],
        periodic: Callable[[], bool] = lambda: True,
        waits: bool = True,
    ) -> None:
        self._refresh, self._watched, self._periodic, self._waits = refresh, watched, periodic, waits
        self._loop = asyncio.get_running_loop()
        self._wanted = self._running = self._closed = False
        self._rest_until = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._slow = self._later(self._tick)

    def wake(self) -> None:
        """Something has changed."""
        self._wanted = True
        self.look()

    def look(self) -> None:
        """Somebody watches again: refresh if something has changed meanwhile."""
        if self._wanted and self._timer is None and not self._running and not self._closed and self._watched():
            rest = self._rest_until - self._loop.time()
            self._timer = self._loop.call_later(max(DEBOUNCE_SECONDS, rest), self._start)

    def close(self) -> None:
        self._closed = True
        self._slow.cancel()
        if self._timer is not None:
            self._timer.cancel()

    def _later(self, callback: Callable[[], None]) -> asyncio.TimerHandle:
        # Jittered: pages that were opened together must not all ask together for ever.
        return self._loop.call_later(PERIOD_SECONDS * random.uniform(0.8, 1.2), callback)  # noqa: S311 - not for secrets

    def _tick(self) -> None:
        self._slow = self._later(self._tick)
        if self._periodic():
            self.wake()

    def _start(self) -> None:
        self._timer = None
        if self._watched() and not self._closed:
            self._wanted, self._running = False, True
            background_tasks.create(self._run(), name="refresh")

    async def _run(self) -> None:
        started = self._loop.time()
        try:
            async with _turns() if self._waits else nullcontext():
                await self._refresh()
            taken = self._loop.time() - started
            rest = max(THROTTLE_SECONDS - taken, taken)
        except Exception as error:
            if not isinstance(error, RetryLater):
                log.exception("page refresh failed")
            self._wanted, rest = True, RETRY_SECONDS
        finally:
            self._running = False
        self._rest_until = self._loop.time() + rest
        self.look()


def _turns() -> asyncio.Semaphore:
    return _waiting.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(MAX_CONCURRENT))
