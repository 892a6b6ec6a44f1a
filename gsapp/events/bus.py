"""In-process publish/subscribe; can forward events to other processes."""

import logging
import threading
from collections.abc import Callable
from contextvars import ContextVar
from time import perf_counter
from typing import Generic, TypeVar

from gsapp.monitoring import counters

log = logging.getLogger(__name__)
E = TypeVar("E")
delivered_at: ContextVar[float | None] = ContextVar("delivered_at", default=None)
"""When the event was committed that is being delivered; also in callbacks that a subscriber schedules on a loop."""


class Bus(Generic[E]):
    """Event bus: delivers each published event to all subscribers of this process, and forwards it if configured.

    Callbacks run synchronously in the publishing thread: they must be quick, and their exceptions are logged.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: dict[object, Callable[[E], None]] = {}
        self._forward: Callable[[E], None] | None = None

    def subscribe(self, callback: Callable[[E], None]) -> Callable[[], None]:
        """Call `callback` with every later event, in the publishing thread. Returns the function that unsubscribes.

        Callbacks run in the order of subscription: the cache of the database is invalidated before any page reloads.
        """
        key = object()
        with self._lock:
            self._subscribers[key] = callback

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers.pop(key, None)

        return unsubscribe

    def publish(self, event: E) -> None:
        """Deliver `event` to the subscribers of this process, then forward it to other processes."""
        self.deliver(event)
        if self._forward is not None:
            self._forward(event)

    def deliver(self, event: E) -> None:
        """Deliver `event` to the subscribers of this process only; used for events received from another process."""
        with self._lock:
            subscribers = list(self._subscribers.values())
        counters.EVENTS.labels(type(event).__name__).inc()
        token = delivered_at.set(perf_counter())
        for callback in subscribers:
            try:
                callback(event)
            except Exception:
                # The change is committed: a broken subscriber must not make it look as if it had failed.
                log.exception("event subscriber failed on %s", type(event).__name__)
        delivered_at.reset(token)

    def forward_to(self, callback: Callable[[E], None] | None) -> None:
        """Pass every event published from now on to `callback`, which sends it to other processes; `None` ends it."""
        self._forward = callback

    def __len__(self) -> int:
        return len(self._subscribers)
