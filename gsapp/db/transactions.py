"""Transactions: commit or rollback, events published after the commit. The only module that commits."""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from itertools import chain
from typing import Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from gsapp import events
from gsapp.cache import Cache
from gsapp.db import engine
from gsapp.db.retries import outcome_unknown, with_retries
from gsapp.errors import DomainError, Unsure

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
Doubts = list[list[events.Event]]


class Database:
    """One engine with what its kind of database needs to be safe under concurrent writers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.embedded = make_url(url).get_backend_name() == "sqlite"
        self.engine = engine.sqlite(url) if self.embedded else engine.mariadb(url)
        self.reader = self.engine.execution_options(gs_readonly=True) if self.embedded else engine.mariadb_reader(url)
        # SQLite has one writer at a time and an unfair queue (3 s at worst); a lock of our own keeps the queue short.
        self._turn = threading.Lock() if self.embedded else nullcontext()
        self.cache = Cache()
        # Subscribed first: a page that reloads after an event must not get the answer from before it.
        self._unsubscribe = events.subscribe(self.cache.invalidate)

    def close(self) -> None:
        self._unsubscribe()
        self.engine.dispose()
        self.reader.dispose()

    @contextmanager
    def transaction(self, doubts: Doubts | None = None) -> Iterator[Session]:
        """A session that commits at the end, then publishes the events recorded in it. Any exception rolls back.

        The events of a commit whose outcome is unknown are appended to `doubts`.
        """
        with self._turn, Session(self.engine, expire_on_commit=False, autoflush=True) as session:
            yield session
            try:
                session.commit()
            except DBAPIError as error:
                if doubts is not None and outcome_unknown(error):
                    doubts.append(_recorded(session))
                raise
        for event in _recorded(session):
            events.publish(event)
        for work in _left_over(session):
            try:
                work()
            except Exception:
                log.exception("after-commit callback failed")  # what was committed stays so

    @contextmanager
    def read_only(self) -> Iterator[Session]:
        """A session for reading; a write is refused by MariaDB, and rolled back on SQLite."""
        with Session(self.reader, autoflush=False) as session:
            yield session

    @contextmanager
    def lone_connection(self, *, seconds: float) -> Iterator[Connection]:
        """A connection outside the pool, closed afterwards; the server may take `seconds` for each answer, no more."""
        if self.embedded:
            with self.reader.connect() as connection:
                yield connection
            return
        alone = engine.mariadb(self.url, seconds=seconds, poolclass=NullPool)
        with alone.connect() as connection:
            yield connection

    def answers(self) -> bool:
        try:
            with self.reader.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            log.warning("database not responding", exc_info=True)
            return False
        return True


_database: Database | None = None


def connect(url: str) -> Database:
    """Make `url` the database of this process, in place of an earlier one."""
    global _database
    dispose()
    _database = Database(url)
    return _database


def dispose() -> None:
    """Close all connections; the process has no database until the next `connect`."""
    global _database
    if _database is not None:
        _database.close()
    _database = None


def current() -> Database:
    """The database of this process. Raises `RuntimeError` before `connect`."""
    if _database is None:
        raise RuntimeError("no database: call db.connect(url) first")
    return _database


def publish_after_commit(session: Session, event: events.Event) -> None:
    """Publish `event` after the commit of this session, and never if it rolls back."""
    _recorded(session).append(event)


def after_commit(session: Session, work: Callable[[], None]) -> None:
    """Call `work` after the commit of this session. It is skipped after a rollback or an unknown outcome."""
    _left_over(session).append(work)


def write(use_case: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a use case in a transaction of its own.

    Deadlocks, lock waits and lost connections make it run again from the start, a bounded number of times; then
    `Busy`. A use case must therefore do nothing outside its session. `Unsure` when a connection was lost around a
    commit and the run after it was refused, perhaps because that commit had succeeded.
    """
    doubts: Doubts = []

    def once() -> R:
        with current().transaction(doubts) as session:
            return use_case(session, *args, **kwargs)

    try:
        return with_retries(once)
    except DomainError as error:
        if doubts:
            raise Unsure from error
        raise
    finally:
        # Events only cause a reload: one too many does no harm, a missing one does.
        for event in chain.from_iterable(doubts):
            events.publish(event)


def read(query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a query in a read-only session; retried like `write`."""

    def once() -> R:
        with current().read_only() as session:
            return query(session, *args, **kwargs)

    return with_retries(once)


def _recorded(session: Session) -> list[events.Event]:
    recorded: list[events.Event] = session.info.setdefault("facts", [])
    return recorded


def _left_over(session: Session) -> list[Callable[[], None]]:
    return session.info.setdefault("afterwards", [])  # type: ignore[no-any-return]
