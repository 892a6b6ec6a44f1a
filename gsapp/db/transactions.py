"""Transactions: commit or rollback, events published after the commit. The only module that commits."""

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import chain
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from gsapp import events
from gsapp.cache import Cache
from gsapp.db import circuit_breaker, engine, statements
from gsapp.db.circuit_breaker import CircuitBreaker
from gsapp.db.retries import GIVE_UP_AFTER, cannot_save, outcome_unknown, with_retries
from gsapp.errors import Busy, DomainError, Unsure

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
Doubts = list[list[events.Event]]


# Error codes with which a server answers that is alive: it has too many connections.
ALIVE = {1040, 1203, 1226}
FAULT_SECONDS = 60.0


class Database:
    """The engines, write lock, circuit breaker and cache of one database, SQLite or MariaDB.

    `patient` is for commands that work on whole tables: statements and lock waits may take long.
    """

    def __init__(self, url: str, *, patient: bool = False) -> None:
        self.url = url
        self.embedded = make_url(url).get_backend_name() == "sqlite"
        self.seconds = engine.A_DAY if patient else GIVE_UP_AFTER
        self._fault, self._fault_at = "", -FAULT_SECONDS
        watched = not self.embedded and not patient
        self.breaker = CircuitBreaker(self._probe if watched else None)
        if self.embedded:
            self.engine: Engine = engine.sqlite(url, patient=patient)
            self.reader: Engine = self.engine.execution_options(gs_readonly=True)
        else:
            limits: dict[str, Any] = {"seconds": engine.A_DAY} if patient else {"track": self.breaker.track}
            self.engine, self.reader = engine.mariadb(url, **limits), engine.mariadb_reader(url, **limits)
        # SQLite has one writer at a time and an unfair queue (3 s at worst); our own lock keeps the queue short.
        self._write_lock = threading.Lock()
        self.cache = Cache()
        # Subscribed first: a page that reloads after an event must not get the result cached before it.
        self._unsubscribe = events.subscribe(self.cache.invalidate)

    def empty_log(self) -> bool:
        """Remove erased data from the write-ahead log of SQLite; MariaDB purges its own logs."""
        return engine.empty_log(self.engine) if self.embedded else True

    def close(self) -> None:
        self._unsubscribe()
        self.breaker.close()
        self.engine.dispose()
        self.reader.dispose()

    @contextmanager
    def transaction(self, doubts: Doubts | None = None) -> Iterator[Session]:
        """A session that is committed at the end; then its recorded events are published and callbacks called.

        Any exception rolls back. The events of a commit whose outcome is unknown are appended to `doubts`.
        """
        with (
            self._one_writer(),
            Session(self.engine, expire_on_commit=False, autoflush=True) as session,
            self._faults_noted(),
        ):
            yield session
            session.flush()  # before the commit: a connection lost here leaves no doubt
            try:
                session.commit()
            except DBAPIError as error:
                if doubts is not None and outcome_unknown(error):
                    doubts.append(_recorded_events(session))
                raise
        # Sessions end before the news of the same transaction reaches their pages.
        for event in sorted(_recorded_events(session), key=lambda each: not isinstance(each, events.SessionsEnded)):
            events.publish(event)
        for callback in _callbacks(session):
            try:
                callback()
            except Exception:
                log.exception("after-commit callback failed")  # the transaction stays committed

    @contextmanager
    def _one_writer(self) -> Iterator[None]:
        """The turn of this thread to write to SQLite. Raises `Busy` if it does not come in time."""
        if not self.embedded:
            yield
            return
        if not self._write_lock.acquire(timeout=self.seconds):
            raise Busy
        try:
            yield
        finally:
            self._write_lock.release()

    @property
    def write_fault(self) -> str:
        """Why a transaction could not be stored in the last minute, such as a full disk; empty if there was none."""
        return self._fault if time.monotonic() - self._fault_at < FAULT_SECONDS else ""

    @contextmanager
    def _faults_noted(self) -> Iterator[None]:
        """Log once a minute that transactions cannot be stored, instead of a traceback for each request."""
        try:
            yield
        except DBAPIError as error:
            if (fault := cannot_save(error)) and not self.write_fault:
                log.error("the database cannot save: %s; free space on its disk, or make it writable", fault)
                self._fault, self._fault_at = fault, time.monotonic()
            raise

    def _probe(self) -> bool:
        """Whether the server answers a new connection in time."""
        try:
            with self.lone_connection(seconds=circuit_breaker.PROBE_WITHIN) as connection:
                connection.execute(text("SELECT 1"))
        except DBAPIError as error:
            return bool(error.orig and error.orig.args and error.orig.args[0] in ALIVE)
        return True

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


def connect(url: str, *, patient: bool = False) -> Database:
    """Make `url` the database of this process; an earlier one is closed. `patient` is explained at `Database`."""
    global _database
    dispose()
    _database = Database(url, patient=patient)
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
    side effects outside its session. Raises what the use case raises, `Busy` after the last retry, `CannotSave` when
    the disk is full, and `Unsure` when a connection was lost during a commit and the retry was refused, perhaps because
    that commit had succeeded.
    """
    doubts: Doubts = []
    database = current()

    def once() -> R:
        with statements.Timed("write", use_case), database.transaction(doubts) as session:
            return use_case(session, *args, **kwargs)

    try:
        return with_retries(once, database.breaker, seconds=database.seconds)
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

    database = current()

    def once() -> R:
        with statements.Timed("read", query), database.read_only() as session:
            return query(session, *args, **kwargs)

    return with_retries(once, database.breaker, seconds=database.seconds)


def _recorded_events(session: Session) -> list[events.Event]:
    recorded: list[events.Event] = session.info.setdefault("events", [])
    return recorded


def _callbacks(session: Session) -> list[Callable[[], None]]:
    return session.info.setdefault("after_commit", [])  # type: ignore[no-any-return]
