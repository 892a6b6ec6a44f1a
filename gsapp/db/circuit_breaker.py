"""Circuit breaker with a health probe: while MariaDB does not answer, requests fail immediately with `Busy`.

A query may take long on a healthy server, so no timeout of a statement can be short. Instead, once a call has waited
for PATIENCE seconds, a thread probes the server on a connection of its own. If the probe fails as well, the circuit
opens: the sockets of all pooled connections are shut down, which ends the calls that wait on them, and new calls are
refused without a connection and without a thread that waits. The first probe that succeeds closes it. A long query on a
server that answers the probe is never interrupted.

Why not pybreaker: it counts failures after they happened; here a thread must be freed while it waits.
"""

import logging
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from weakref import WeakSet

from gsapp.errors import Busy

log = logging.getLogger(__name__)
PATIENCE = 1.0  # seconds that a call may wait before the server is probed
PROBE_WITHIN = 2.0  # seconds in which the server must answer the probe
PAUSE = 0.25  # seconds between two looks at the waiting calls, and between two probes while the circuit is open


class CircuitBreaker:
    """The circuit breaker of one database; without `answers`, the probe, it never opens."""

    def __init__(self, answers: Callable[[], bool] | None = None) -> None:
        self.is_open = False
        self._answers = answers
        self._answered_at = 0.0
        self._started_at: dict[object, float] = {}
        self._connections: WeakSet[Any] = WeakSet()
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        if answers is not None:
            threading.Thread(target=self._watch, name="database watch", daemon=True).start()

    def close(self) -> None:
        """End the thread."""
        self._stopped.set()

    def track(self, connection: Any) -> None:
        """Register a connection of PyMySQL, before it is opened: its socket is shut down when the circuit opens."""
        with self._lock:
            self._connections.add(connection)

    @contextmanager
    def call(self) -> Iterator[None]:
        """A call of the database, with all its retries, which the thread watches."""
        key = object()
        self._started_at[key] = time.monotonic()
        try:
            yield
        finally:
            del self._started_at[key]

    def check(self) -> None:
        """Raise `Busy` while the circuit is open."""
        if self.is_open:
            raise Busy

    def _watch(self) -> None:
        while not self._stopped.wait(PAUSE):
            try:
                self._look()
            except Exception:
                log.exception("database watch failed")  # without this thread, calls would wait for their timeouts

    def _look(self) -> None:
        if not self.is_open and not self._is_anyone_waiting():
            return
        if self._answers is None or self._answers():
            if self.is_open:
                log.warning("the database answers again")
            self.is_open, self._answered_at = False, time.monotonic()
            return
        if not self.is_open:
            log.error("the database does not answer; requests are refused until it does")
        self.is_open = True
        self._shut_down_sockets()  # each time, because a call may have passed `check` just before

    def _is_anyone_waiting(self) -> bool:
        """Whether a call has waited for PATIENCE seconds, and the last probe was as long ago."""
        started_at = list(self._started_at.values())
        return bool(started_at) and time.monotonic() - max(min(started_at), self._answered_at) > PATIENCE

    def _shut_down_sockets(self) -> None:
        with self._lock:
            connections = list(self._connections)
        for connection in connections:
            # PyMySQL has no method that another thread may call; `close` would not wake a thread that is reading.
            if (wire := connection._sock) is not None:  # noqa: SLF001
                with suppress(OSError):  # not connected any more
                    wire.shutdown(socket.SHUT_RDWR)
