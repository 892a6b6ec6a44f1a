"""Debounce and throttle for open pages: refresh soon after an event, at most four times a second, less under load."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from contextlib import nullcontext
from time import perf_counter
from weakref import WeakKeyDictionary

from nicegui import background_tasks

from gsapp.errors import Busy
from gsapp.events.bus import delivered_at
from gsapp.monitoring import counters

log = logging.getLogger(__name__)
DEBOUNCE_SECONDS = 0.05  # seconds; events within this time cause one refresh
THROTTLE_SECONDS = 0.25  # seconds from the start of one refresh to the start of the next
PERIOD_SECONDS = 30.0  # seconds between refreshes without an event, for events that were missed and for relative times
RETRY_SECONDS = 2.0  # seconds until a failed refresh is retried
MAX_CONCURRENT = 4  # refreshes at a time in this process, of those that are `limited`
_semaphores: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


class RetryLater(Exception):
    """Raised by a refresh that is not possible now, to be retried without an entry in the log."""


class Debouncer:
    """Debounces and throttles calls of `refresh`, which is requested by `trigger()` and never runs twice concurrently.

    While `watched()` is false, the refresh is postponed until `resume()`. A refresh is also requested about every half
    minute, if `periodic()` is true then.

    A refresh that took long is followed by a pause as long: under load a page is busy half of the time at most, and
    many pages slow each other down evenly. `limited` refreshes wait for one of `MAX_CONCURRENT` places, so that a click
    is never queued behind a hundred of them.
    """

    def __init__(
        self,
        refresh: Callable[[], Awaitable[None]],
        *,
        watched: Callable[[], bool],
        periodic: Callable[[], bool] = lambda: True,
        limited: bool = True,
    ) -> None:
        self._refresh, self._watched, self._periodic, self._limited = refresh, watched, periodic, limited
        self._loop = asyncio.get_running_loop()
        self._requested = self._running = self._closed = False
        self._paused_until = 0.0
        self._event_at: float | None = None  # of the oldest event that a visible page does not show yet
        self._timer: asyncio.TimerHandle | None = None
        self._period_timer = self._schedule_period(self._on_period)

    def trigger(self) -> None:
        """Request a refresh."""
        self._requested = True
        if self._event_at is None and self._watched():
            self._event_at = delivered_at.get()
        self.resume()

    def resume(self) -> None:
        """Schedule a requested refresh, if it can run now: for a page that is visible again."""
        if self._requested and self._timer is None and not self._running and not self._closed and self._watched():
            pause = self._paused_until - self._loop.time()
            self._timer = self._loop.call_later(max(DEBOUNCE_SECONDS, pause), self._start)

    def close(self) -> None:
        """Cancel what is scheduled. A refresh that is running completes."""
        self._closed = True
        self._period_timer.cancel()
        if self._timer is not None:
            self._timer.cancel()

    def _schedule_period(self, callback: Callable[[], None]) -> asyncio.TimerHandle:
        # Jitter: pages that were opened together must not refresh together for ever.
        return self._loop.call_later(PERIOD_SECONDS * random.uniform(0.8, 1.2), callback)  # noqa: S311 - not for secrets

    def _on_period(self) -> None:
        self._period_timer = self._schedule_period(self._on_period)
        if self._periodic():
            self.trigger()

    def _start(self) -> None:
        self._timer = None
        if self._watched() and not self._closed:
            self._requested, self._running = False, True
            background_tasks.create(self._run(), name="refresh")
        else:
            self._event_at = None  # time in which the page is hidden is not a delay

    async def _run(self) -> None:
        started = self._loop.time()
        delivered_at.set(None)  # what this refresh schedules is not caused by the event
        event_at, self._event_at = self._event_at, None
        try:
            async with _semaphore() if self._limited else nullcontext():
                await self._refresh()
            duration = self._loop.time() - started
            pause = max(THROTTLE_SECONDS - duration, duration)
            if event_at is not None:
                counters.EVENT_SECONDS.observe(perf_counter() - event_at)
        except Exception as error:
            if not isinstance(error, RetryLater | Busy):  # an outage must not log a traceback for each open page
                log.exception("page refresh failed")
            self._requested, pause, self._event_at = True, RETRY_SECONDS, event_at
        finally:
            self._running = False
        self._paused_until = self._loop.time() + pause
        self.resume()


def _semaphore() -> asyncio.Semaphore:
    return _semaphores.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(MAX_CONCURRENT))
