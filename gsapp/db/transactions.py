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
from gsapp.db import engine, statements
from gsapp.db.retries import outcome_unknown, with_retries
from gsapp.errors import DomainError, Unsure

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
Doubts = list[list[events.Event]]


class Database:
    """The engines, write lock and cache of one database, SQLite or MariaDB."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.embedded = make_url(url).get_backend_name() == "sqlite"
        self.engine = engine.sqlite(url) if self.embedded else engine.mariadb(url)
        self.reader = self.engine.execution_options(gs_readonly=True) if self.embedded else engine.mariadb_reader(url)
        # SQLite has one writer at a time and an unfair queue (3 s at worst); our own lock keeps the queue short.
        self._write_lock = threading.Lock() if self.embedded else nullcontext()
        self.cache = Cache()
        # Subscribed first: a page that reloads after an event must not get the result cached before it.
        self._unsubscribe = events.subscribe(self.cache.invalidate)

    def close(self) -> None:
        self._unsubscribe()
        self.engine.dispose()
        self.reader.dispose()

    @contextmanager
    def transaction(self, doubts: Doubts | None = None) -> Iterator[Session]:
        """A session that is committed at the end; then its recorded events are published and callbacks called.

        Any exception rolls back. The events of a commit whose outcome is unknown are appended to `doubts`.
        """
        with self._write_lock, Session(self.engine, expire_on_commit=False, autoflush=True) as session:
            yield session
            try:
                session.commit()
            except DBAPIError as error:
                if doubts is not None and outcome_unknown(error):
                    doubts.append(_recorded_events(session))
                raise
        for event in _recorded_events(session):
            events.publish(event)
        for callback in _callbacks(session):
            try:
                callback()
            except Exception:
                log.exception("after-commit callback failed")  # the transaction stays committed

    @contextmanager
    def read_only(self) -> Iterator[Session]:
        """A session for reading: MariaDB rejects a write, SQLite rolls it back."""
        with Session(self.reader, autoflush=False) as session:
            yield session

    @contextmanager
    def lone_connection(self, *, seconds: float) -> Iterator[Connection]:
        """A connection outside the pool, closed at the end; `seconds` is the timeout of each response of the server."""
        if self.embedded:
            with self.reader.connect() as connection:
                yield connection
            return
        unpooled = engine.mariadb(self.url, seconds=seconds, poolclass=NullPool)
        with unpooled.connect() as connection:
            yield connection

    def answers(self) -> bool:
        """Health check: whether the database executes a query."""
        try:
            with self.reader.connect() as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError:
            log.warning("database not responding", exc_info=True)
            return False
        return True


_database: Database | None = None


def connect(url: str) -> Database:
    """Make `url` the database of this process; an earlier one is closed."""
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
    """Publish `event` after the commit of this session; it is discarded on rollback."""
    _recorded_events(session).append(event)


def after_commit(session: Session, callback: Callable[[], None]) -> None:
    """Call `callback` after the commit of this session. It is skipped after a rollback or an unknown outcome.

    What it raises is logged, because the transaction is already committed.
    """
    _callbacks(session).append(callback)


def write(use_case: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a use case in one transaction and return its result.

    It is retried from the start after deadlocks, lock wait timeouts and lost connections, and must therefore have no
    side effects outside its session. Raises what the use case raises, `Busy` after the last retry, and `Unsure` when a
    connection was lost during a commit and the retry was refused, perhaps because that commit had succeeded.
    """
    doubts: Doubts = []

    def once() -> R:
        with statements.Timed("write", use_case), current().transaction(doubts) as session:
            return use_case(session, *args, **kwargs)

    try:
        return with_retries(once)
    except DomainError as error:
        if doubts:
            raise Unsure from error
        raise
    finally:
        # Events only cause a reload: a superfluous one does no harm, a missing one does.
        for event in chain.from_iterable(doubts):
            events.publish(event)


def read(query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a query in a read-only session and return its result.

    Transient errors are retried as in `write`. Raises what the query raises, and `Busy` after the last retry.
    """

    def once() -> R:
        with statements.Timed("read", query), current().read_only() as session:
            return query(session, *args, **kwargs)

    return with_retries(once)


def _recorded_events(session: Session) -> list[events.Event]:
    recorded: list[events.Event] = session.info.setdefault("events", [])
    return recorded


def _callbacks(session: Session) -> list[Callable[[], None]]:
    return session.info.setdefault("after_commit", [])  # type: ignore[no-any-return]
