"""Times SQL statements and transactions: histograms, and a log of slow queries with the function that ran each.

The line names the use case or query, such as `queries.needs.board`, and neither the statement nor its parameters, which
are personal data. Statements outside of `db.read` and `db.write` (migrations, health checks) are not timed.
"""

import logging
import threading
from collections.abc import Callable
from functools import partial
from time import monotonic, perf_counter
from typing import Any, Literal, Self

from sqlalchemy import Engine, event

from gsapp import logs
from gsapp.monitoring import counters

log = logging.getLogger(__name__)
Kind = Literal["read", "write"]

SLOW_SECONDS = 0.5
LOG_EVERY = 10.0  # seconds between two lines about the same function

_statements = {kind: counters.STATEMENT_SECONDS.labels(kind) for kind in ("read", "write")}
_transactions = {kind: counters.TRANSACTION_SECONDS.labels(kind) for kind in ("read", "write")}
_thread = threading.local()


class Timed:
    """Context manager around a transaction: attributes the statements of this thread to `function`."""

    __slots__ = ("_began", "_outer", "function", "kind", "started")

    def __init__(self, kind: Kind, function: Callable[..., Any]) -> None:
        self.kind, self.function = kind, function
        self.started: float | None = None  # of the statement that is running

    def __enter__(self) -> Self:
        self._outer = getattr(_thread, "current", None)
        _thread.current = self
        self._began = perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        _thread.current = self._outer
        if self.started is not None:  # a statement that raised, for example after a time limit
            self.statement_ended()
        _transactions[self.kind].observe(perf_counter() - self._began)

    def statement_ended(self) -> None:
        if self.started is not None:
            seconds = perf_counter() - self.started
            self.started = None
            _statements[self.kind].observe(seconds)
            if seconds >= SLOW_SECONDS:
                _slow_queries.report(self.kind, name_of(self.function), seconds)


def observe(engine: Engine) -> None:
    """Time the statements of an engine."""

    @event.listens_for(engine, "before_cursor_execute")
    def before(*_: Any) -> None:
        current: Timed | None = getattr(_thread, "current", None)
        if current is not None:
            current.started = perf_counter()

    @event.listens_for(engine, "after_cursor_execute")
    def after(*_: Any) -> None:
        current: Timed | None = getattr(_thread, "current", None)
        if current is not None:
            current.statement_ended()


def name_of(function: Callable[..., Any]) -> str:
    """Module and name of a use case or query, such as `queries.needs.board`."""
    while isinstance(function, partial):
        function = function.func
    module = getattr(function, "__module__", None) or ""
    return f"{module.removeprefix('gsapp.')}.{getattr(function, '__qualname__', type(function).__name__)}"


class _SlowQueryLog:
    """Logs slow queries, at most one line per function in `LOG_EVERY` seconds; `more` are those left out before it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._logged_at: dict[str, float] = {}
        self._left_out: dict[str, int] = {}

    def report(self, kind: Kind, name: str, seconds: float) -> None:
        now = monotonic()
        with self._lock:
            if now - self._logged_at.get(name, -LOG_EVERY) < LOG_EVERY:
                self._left_out[name] = self._left_out.get(name, 0) + 1
                return
            self._logged_at[name] = now
            more = self._left_out.pop(name, 0)
        fields = {"more": more} if more else {}
        logs.event(log, "slow_query", level=logging.WARNING, query=name, kind=kind, ms=round(seconds * 1000), **fields)


_slow_queries = _SlowQueryLog()
