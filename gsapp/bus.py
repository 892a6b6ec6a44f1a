"""Telling everybody in this process, whatever there is to tell."""

import logging
import threading
from collections.abc import Callable
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
E = TypeVar("E")


class Bus(Generic[E]):
    """Hands each published event to every subscriber of this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._subscribers: dict[object, Callable[[E], None]] = {}

    def subscribe(self, callback: Callable[[E], None]) -> Callable[[], None]:
        key = object()
        with self._lock:
            self._subscribers[key] = callback

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers.pop(key, None)

        return unsubscribe

    def publish(self, event: E) -> None:
        with self._lock:
            subscribers = list(self._subscribers.values())
        for callback in subscribers:
            try:
                callback(event)
            except Exception:
                # The change is committed: a broken listener must not tell its author that it failed.
                log.exception("a subscriber failed on %s", type(event).__name__)

    def __len__(self) -> int:
        return len(self._subscribers)
