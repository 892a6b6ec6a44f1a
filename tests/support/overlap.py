"""Concurrent steps: simultaneous in threads, or one interleaved with another, independent of timing."""

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

import pytest
from sqlmodel import Session

from gsapp import access, db, models
from tests.support import mariadb

R = TypeVar("R")
PATIENCE = 20


class Meeting:
    """Threads wait here for each other; each once, however often it is sent round again."""

    def __init__(self, parties: int) -> None:
        self._barrier = threading.Barrier(parties)
        self._seen = threading.local()

    def wait(self) -> None:
        if not getattr(self._seen, "was_here", False):
            self._seen.was_here = True
            self._barrier.wait(PATIENCE)


def together(calls: Sequence[Callable[[], R]]) -> list[R | Exception]:
    """Start all calls at the same moment; what each returned or raised, in their order."""
    start = threading.Barrier(len(calls))

    def one(call: Callable[[], R]) -> R | Exception:
        start.wait(PATIENCE)
        try:
            return call()
        except Exception as error:  # noqa: BLE001 - the test looks at each
            return error

    with ThreadPoolExecutor(len(calls)) as threads:
        return list(threads.map(one, calls, timeout=3 * PATIENCE))


def warm_up(database: db.Database, connections: int) -> None:
    """Open connections beforehand: opening them would spread the threads out."""
    with ExitStack() as stack:
        for _ in range(connections):
            stack.enter_context(database.engine.connect())


def meet_after(patch: pytest.MonkeyPatch, owner: Any, name: str, parties: int) -> None:
    """Whoever has called `owner.name` waits until `parties` threads have."""
    _around(patch, owner, name, after=Meeting(parties).wait)


def meet_before(patch: pytest.MonkeyPatch, owner: Any, name: str, parties: int) -> None:
    """Whoever is about to call `owner.name` waits until `parties` threads are."""
    _around(patch, owner, name, before=Meeting(parties).wait)


def meanwhile(patch: pytest.MonkeyPatch, owner: Any, name: str, step: Callable[[], object]) -> None:
    """Somebody else takes a whole `step` right after the first call of `owner.name`."""
    due = [step]

    def take_it() -> None:
        if due:
            due.pop()()

    _around(patch, owner, name, after=take_it)


def without_row_locks(patch: pytest.MonkeyPatch) -> None:
    """Load records as on another node of a cluster, where a row lock does not reach."""
    row = access.row

    def row_unlocked(session: Session, table: Any, row_id: int, *missing: Any, lock: bool = False) -> Any:
        return row(session, table, row_id, *missing)

    patch.setattr(access, "row", row_unlocked)


@contextmanager
def without_key(server: mariadb.Server, database: db.Database, table: str, name: str, columns: str) -> Iterator[None]:
    """A unique key is gone meanwhile; all rows are, afterwards."""
    schema = database.engine.url.database
    server.execute(f"ALTER TABLE {schema}.{table} DROP INDEX {name}")
    try:
        yield
    finally:
        database.engine.dispose()
        server.empty(database.engine.url.render_as_string(hide_password=False), models.metadata.tables)
        server.execute(f"ALTER TABLE {schema}.{table} ADD UNIQUE INDEX {name} ({columns})")


def _around(
    patch: pytest.MonkeyPatch,
    owner: Any,
    name: str,
    *,
    before: Callable[[], None] | None = None,
    after: Callable[[], None] | None = None,
) -> None:
    original = getattr(owner, name)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        if before:
            before()
        result = original(*args, **kwargs)
        if after:
            after()
        return result

    patch.setattr(owner, name, wrapped)
