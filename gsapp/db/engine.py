"""SQLAlchemy engines: connection pool, isolation level, time limits, for SQLite and MariaDB."""

import sqlite3
from collections.abc import Callable
from typing import Any

import pymysql
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

from gsapp.db import statements

# SQLite: as many connections as threads that may need one (the executor of the pages and the thread pool of FastAPI).
FILES = {"pool_size": 40, "max_overflow": 40, "pool_timeout": 5}
# MariaDB: twice this many a process, for reading and for writing. They are apart so that writes that wait for a row
# lock leave the reads their connections. More would not make two cores faster (docs/performance.md, "Connections").
POOL = {"pool_size": 20, "max_overflow": 0, "pool_timeout": 3}
# Seconds that a statement waits for a row or table that another connection holds, before the attempt is repeated.
LOCK_WAIT = 5
LOG_WAIT = 0.2  # seconds
# Seconds after which the server ends a transaction that sends no statement: its process hangs, and holds row locks.
IDLE_TRANSACTION = 20
A_DAY = 24 * 60 * 60

Track = Callable[[Any], None]


def sqlite(url: str, *, patient: bool = False) -> Engine:
    """An engine for SQLite in WAL mode: a writing transaction takes the write lock when it begins.

    `patient` waits for the write lock of another process for a minute, for commands.
    """
    wait = 60 if patient else LOCK_WAIT
    engine = create_engine(
        url,
        hide_parameters=True,  # user input must not reach the log through an error message
        connect_args={"timeout": wait, "check_same_thread": False},
        **FILES,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the listener below sends BEGIN
        # FULL: with NORMAL, a power failure takes back the commits since the last checkpoint, which users have seen.
        # secure_delete: zeros replace what is deleted or overwritten, so that erased personal data leaves the file.
        timeout = f"busy_timeout={wait * 1000}"
        for pragma in ("journal_mode=WAL", "synchronous=FULL", timeout, "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # Upgrading a read lock to a write lock fails without waiting for busy_timeout: lock from the start.
        read_only = connection.get_execution_options().get("gs_readonly")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    statements.observe(engine)
    return engine


def empty_log(engine: Engine) -> bool:
    """Checkpoint: move the write-ahead log of SQLite into the database and truncate it; it holds what was erased.

    False if readers use it for longer than `LOG_WAIT`, for which writers wait; a later call does the rest.
    """
    connection = sqlite3.connect(engine.url.database or "", timeout=LOG_WAIT)
    try:
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy
    except sqlite3.OperationalError:  # another connection writes
        return False
    finally:
        connection.close()


def mariadb(
    url: str, *, seconds: float = 30, isolation_level: Any = "READ COMMITTED", track: Track | None = None, **pool: Any
) -> Engine:
    """An engine for MariaDB with a timeout of `seconds` for each response of the server.

    `track` is called with each connection of PyMySQL before it is opened; such an engine serves requests, so that its
    transactions neither wait long for locks nor keep them. `pool` replaces the options of the connection pool.
    """
    # PyMySQL builds a TLS context for each connection (26 ms); a local socket or loopback address needs none.
    local = (make_url(url).host or "localhost") in ("localhost", "127.0.0.1", "::1")
    engine = create_engine(
        url,
        isolation_level=isolation_level,
        hide_parameters=True,
        connect_args={
            "charset": "utf8mb4",
            "connect_timeout": min(3, seconds),
            "read_timeout": seconds,
            "write_timeout": seconds,
            **({"ssl_disabled": True} if local else {}),
        },
        **(pool or {"pool_pre_ping": True, "pool_recycle": 280, **POOL}),
    )

    @event.listens_for(engine, "handle_error")
    def discard_broken_connections(context: Any) -> None:
        code = getattr(context.original_exception, "args", None)
        if code and code[0] in (1047, 1053, 1180):  # node not ready, server shutting down, commit outcome unknown
            context.is_disconnect = True

    if track is not None:
        _limit(engine, track)
    statements.observe(engine)
    return engine


def mariadb_reader(url: str, *, seconds: float = 30, track: Track | None = None) -> Engine:
    """An engine for queries: each statement is its own read-only transaction, which saves BEGIN and ROLLBACK.

    Under READ COMMITTED every statement has its own snapshot anyway. Connections are not tested before each query: on a
    lost connection the query itself fails and is retried.
    """
    pool: dict[str, Any] = {"pool_recycle": 280, "pool_reset_on_return": None, **POOL}
    options: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = mariadb(url, seconds=seconds, track=track, **options, **pool)

    @event.listens_for(engine, "connect")
    def forbid_writing(connection: Any, _: ConnectionPoolEntry) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")

    return engine


def _limit(engine: Engine, track: Track) -> None:
    """Limit lock waits and idle transactions of an engine that serves requests, and track its connections."""

    @event.listens_for(engine, "do_connect")
    def connect(_: Any, __: Any, arguments: Any, options: Any) -> Any:
        connection = pymysql.connect(*arguments, **options, defer_connect=True)
        track(connection)
        connection.connect()
        return connection

    @event.listens_for(engine, "connect")
    def limit(connection: Any, _: ConnectionPoolEntry) -> None:
        with connection.cursor() as cursor:
            # The second is also for reads: `migrate` and backups lock whole tables. The third exists on MariaDB only.
            cursor.execute(f"SET SESSION innodb_lock_wait_timeout = {LOCK_WAIT}, lock_wait_timeout = {LOCK_WAIT}")
            if "MariaDB" in connection.get_server_info():
                cursor.execute(f"SET SESSION idle_transaction_timeout = {IDLE_TRANSACTION}")
