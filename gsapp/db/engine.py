"""SQLAlchemy engines: connection pool, isolation level, time limits, for SQLite and MariaDB."""

import sqlite3
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.pool import ConnectionPoolEntry

# As many connections as threads that may need one: the executor of the pages and the thread pool of FastAPI.
POOL = {"pool_size": 40, "max_overflow": 40, "pool_timeout": 5}


def sqlite(url: str) -> Engine:
    """An engine for SQLite in WAL mode: a writing transaction takes the write lock when it begins."""
    engine = create_engine(
        url,
        hide_parameters=True,  # user input must not reach the log through an error message
        connect_args={"timeout": 30, "check_same_thread": False},
        **POOL,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        connection.isolation_level = None  # the listener below sends BEGIN
        # FULL: with NORMAL, a power failure takes back the commits since the last checkpoint, which users have seen.
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # Upgrading a read lock to a write lock fails without waiting for busy_timeout: lock from the start.
        read_only = connection.get_execution_options().get("gs_readonly")
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def mariadb(url: str, *, seconds: float = 30, isolation_level: Any = "READ COMMITTED", **pool: Any) -> Engine:
    """An engine for MariaDB with a timeout of `seconds` for each response of the server.

    `pool` replaces the options of the connection pool.
    """
    # PyMySQL builds a TLS context for each connection (26 ms); a local socket or loopback address needs none.
    local = (make_url(url).host or "localhost") in ("localhost", "127.0.0.1", "::1")
    engine = create_engine(
        url,
        isolation_level=isolation_level,
        hide_parameters=True,
        connect_args={
            "charset": "utf8mb4",
            "connect_timeout": min(5, seconds),
            "read_timeout": seconds,
            "write_timeout": seconds,
            **({"ssl_disabled": True} if local else {}),
        },
        **(pool or {"pool_pre_ping": True, "pool_recycle": 280, **POOL}),
    )

    @event.listens_for(engine, "handle_error")
    def discard_broken_connections(context: Any) -> None:
        code = getattr(context.original_exception, "args", None)
        if code and code[0] in (1047, 1180):  # node not ready, commit outcome unknown
            context.is_disconnect = True

    return engine


def mariadb_reader(url: str) -> Engine:
    """An engine for queries: each statement is its own read-only transaction, which saves BEGIN and ROLLBACK.

    Under READ COMMITTED every statement has its own snapshot anyway. Connections are not tested before each query: on a
    lost connection the query itself fails and is retried.
    """
    pool: dict[str, Any] = {"pool_recycle": 280, "pool_reset_on_return": None, **POOL}
    engine = mariadb(url, isolation_level="AUTOCOMMIT", skip_autocommit_rollback=True, **pool)

    @event.listens_for(engine, "connect")
    def forbid_writing(connection: Any, _: ConnectionPoolEntry) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION TRANSACTION READ ONLY")

    return engine
