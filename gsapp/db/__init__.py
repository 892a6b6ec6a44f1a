"""The database: engine, transactions, and the events that leave with a commit. The only module that commits.

Every edge (a page, a REST endpoint, the command line) calls `run(use_case, ...)` to write and `ask(query, ...)` to
read. Both give the function a session and end it; nothing of the session survives the call.
"""

import logging
import random
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from itertools import chain
from typing import Any, Concatenate, ParamSpec, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry, NullPool
from sqlmodel import Session

from gsapp import events
from gsapp.cache import Cache, Claim, key_of, kinds_of
from gsapp.errors import Busy, DomainError, Unsure

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
Doubts = list[list[events.Event]]

TRIES = 8
# MariaDB: deadlock, lock wait, changed since read, commit outcome unknown, node not ready, server gone (four ways).
PASSING_FAULTS = {1213, 1205, 1020, 1180, 1047, 2006, 2013, 2055, 2003}
# Those of them that leave it open, at a COMMIT, whether the server has heard and done it.
UNKNOWN_OUTCOMES = {1180, 2006, 2013, 2055}
# Keys that say "somebody else, or an earlier try of this very step, was faster": the step looks, and finds it.
FOUND_NEXT_TIME = ("client_key", "token_hash", "buser_table")
# As many connections as threads that may ask for one: the pages' executor and FastAPI's own pool.
POOL = {"pool_size": 40, "max_overflow": 40, "pool_timeout": 5}


class Database:
    """One engine with what its kind of database needs to be safe under concurrent writers."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.embedded = make_url(url).get_backend_name() == "sqlite"
        self.engine = _sqlite(url) if self.embedded else _mariadb(url)
        self.reader = self.engine.execution_options(gs_readonly=True) if self.embedded else _mariadb_reader(url)
        # SQLite has one writer at a time and an unfair queue (3 s at worst); a lock of our own keeps the queue short.
        self._turn = threading.Lock() if self.embedded else nullcontext()
        self.cache = Cache()
        # First of all subscribers: what pages ask for when they hear of a change must not be the answer of before.
        self._deafen = events.subscribe(self.cache.hear)

    def close(self) -> None:
        self._deafen()
        self.engine.dispose()
        self.reader.dispose()

    @contextmanager
    def transaction(self, doubts: Doubts | None = None) -> Iterator[Session]:
        """A session that commits at the end, then publishes the events recorded in it. Any exception rolls back.

        To `doubts` go the events of a commit whose outcome nobody knows.
        """
        with self._turn, Session(self.engine, expire_on_commit=False, autoflush=True) as session:
            yield session
            try:
                session.commit()
            except DBAPIError as error:
                if doubts is not None and _code(error) in UNKNOWN_OUTCOMES:
                    doubts.append(_recorded(session))
                raise
        for fact in _recorded(session):
            events.publish(fact)
        for work in _left_over(session):
            try:
                work()
            except Exception:
                log.exception("after-commit callback failed")  # what was committed stays so

    @contextmanager
    def read_only(self) -> Iterator[Session]:
        """A session for reading; whoever writes in it is refused by MariaDB, and rolled back on SQLite."""
        with Session(self.reader, autoflush=False) as session:
            yield session

    @contextmanager
    def lone_connection(self, *, seconds: float) -> Iterator[Connection]:
        """A connection outside the pool, closed afterwards; the server may take `seconds` for each answer, no more."""
        if self.embedded:
            with self.reader.connect() as connection:
                yield connection
            return
        engine = _mariadb(self.url, seconds=seconds, poolclass=NullPool)
        with engine.connect() as connection:
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


def record(session: Session, fact: events.Event) -> None:
    """Publish `fact` after the commit of this session, and never if it rolls back."""
    _recorded(session).append(fact)


def afterwards(session: Session, work: Callable[[], None]) -> None:
    """Do `work` after the commit of this session, and not if it rolls back or nobody knows: it may be left undone."""
    _left_over(session).append(work)


def run(use_case: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
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
        return _with_retries(once)
    except DomainError as error:
        if doubts:
            raise Unsure from error
        raise
    finally:
        # They only make others look again: better once too often than never.
        for fact in chain.from_iterable(doubts):
            events.publish(fact)


def ask(query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a query in a read-only session; retried like `run`."""

    def once() -> R:
        with current().read_only() as session:
            return query(session, *args, **kwargs)

    return _with_retries(once)


def ask_shared(query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The same for a query marked as `shared` by `invalidated_by`: asked once for all who ask within a few seconds."""
    claim, mine = claim_shared(query, *args, **kwargs)
    if mine:
        current().cache.fulfil(claim, partial(ask, query, *args, **kwargs))
    answer: R = claim.answer.result()
    return answer


def claim_shared(
    query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
) -> tuple[Claim, bool]:
    """For who may not block: the present answer of a shared query, and whether the caller is to make it."""
    return current().cache.claim(key_of(query, *args, *kwargs, *kwargs.values()), kinds_of(query))


def _with_retries(once: Callable[[], R]) -> R:
    for attempt in range(TRIES):
        try:
            return once()
        except DBAPIError as error:
            if not _passes(error):
                raise
            log.info("attempt %d failed with a transient database error: %s", attempt + 1, type(error.orig).__name__)
            # Full jitter: those who met in a deadlock must not meet again.
            time.sleep(random.uniform(0, min(0.5, 0.01 * 2**attempt)))  # noqa: S311 - not for secrets
        except PoolTimeout as error:
            raise Busy from error
    raise Busy


def _passes(error: DBAPIError) -> bool:
    if isinstance(error, IntegrityError):
        said = str(error.orig)
        duplicate = _code(error) == 1062 or "UNIQUE constraint" in said
        return duplicate and any(key in said for key in FOUND_NEXT_TIME)
    if isinstance(error.orig, sqlite3.OperationalError):
        return "database is locked" in str(error.orig)
    return _code(error) in PASSING_FAULTS


def _code(error: DBAPIError) -> object:
    return error.orig.args[0] if error.orig and error.orig.args else None


def _recorded(session: Session) -> list[events.Event]:
    facts: list[events.Event] = session.info.setdefault("facts", [])
    return facts


def _left_over(session: Session) -> list[Callable[[], None]]:
    return session.info.setdefault("afterwards", [])  # type: ignore[no-any-return]


def _sqlite(url: str) -> Engine:
    engine = create_engine(
        url,
        hide_parameters=True,  # what people typed must not reach the log through an error
        connect_args={"timeout": 30, "check_same_thread": False},
        **POOL,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, below
        for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A writer that first reads and then upgrades its lock fails at once, busy_timeout or not: lock from the start.
        read_only = connection.get_execution_options().get("gs_readonly")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def _mariadb_reader(url: str) -> Engine:
    """For queries: each statement is its own read-only transaction, without BEGIN and ROLLBACK around it.

    READ COMMITTED gives every statement a view of its own anyway. Nor is a connection tried out before each query: one
    that is gone shows in the query itself, which is then asked again (`_with_retries`).
    """
    pool: dict[str, Any] = {"pool_recycle": 280, "pool_reset_on_return": None, **POOL}
    engine = _mariadb(url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, **pool)

    @event.listens_for(engine, "connect")
    def forbid_writing(connection: Any, _: ConnectionPoolEntry) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")

    return engine


def _mariadb(url: str, *, seconds: float = 30, isolation_level: Any = "READ COMMITTED", **pool: Any) -> Engine:
    # PyMySQL builds a TLS context for each connection (26 ms); a local socket or loopback address needs none.
    here = (make_url(url).host or "localhost") in ("localhost", "127.0.0.1", "::1")
    engine = create_engine(
        url,
        isolation_level=isolation_level,
        hide_parameters=True,
        connect_args={
            "charset": "utf8mb4",
            "connect_timeout": min(5, seconds),
            "read_timeout": seconds,
            "write_timeout": seconds,
            **({"ssl_disabled": True} if here else {}),
        },
        **(pool or {"pool_pre_ping": True, "pool_recycle": 280, **POOL}),
    )

    @event.listens_for(engine, "handle_error")
    def forget_broken_connections(context: Any) -> None:
        code = getattr(context.original_exception, "args", None)
        if code and code[0] in (1047, 1180):
            context.is_disconnect = True

    return engine
