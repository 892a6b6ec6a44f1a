"""Telling everybody in this process, whatever there is to tell."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
E = TypeVar("E")


class Bus(Generic[E]):
    """Hands each published event to every subscriber of this process, and on to other processes if there is a way.

    Subscribers run in the thread that publishes: they must be quick, and what they raise is logged.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: dict[object, Callable[[E], None]] = {}
        self._forward: Callable[[E], None] | None = None

    def subscribe(self, callback: Callable[[E], None]) -> Callable[[], None]:
        """Call `callback` with every later event, in the publishing thread. Returns the function that ends it.

        Who subscribed earlier is told earlier: the database's cache comes before every page.
        """
        key = object()
        with self._lock:
            self._subscribers[key] = callback

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers.pop(key, None)

        return unsubscribe

    def publish(self, event: E) -> None:
        """Tell this process at once, and the others if they listen."""
        self.deliver(event)
        if self._forward is not None:
            self._forward(event)

    def deliver(self, event: E) -> None:
        """Tell this process only, of what another one has committed."""
        with self._lock:
            subscribers = list(self._subscribers.values())
        for callback in subscribers:
            try:
                callback(event)
            except Exception:
                # The change is committed: a broken listener must not tell its author that it failed.
                log.exception("event subscriber failed on %s", type(event).__name__)

    def forward_to(self, callback: Callable[[E], None] | None) -> None:
        """Hand all that is published from now on to `callback`, too: the way to other processes. `None` ends it."""
        self._forward = callback

    def __len__(self) -> int:
        return len(self._subscribers)
