"""Statement timeout for reads: the database stops them at a time limit."""

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlmodel import Session

OPTION = "gs_seconds"
STOPPED = (1969, 3024)
"""Error codes of MariaDB and MySQL for an exceeded time limit."""
STEPS = 20_000
"""SQLite checks the time limit after this many virtual machine instructions, about one millisecond."""


class TookTooLong(Exception):
    """The database stopped a read at its time limit; the result is unknown."""


@contextmanager
def at_most(session: Session, seconds: float) -> Iterator[dict[str, Any]]:
    """Limit the total time of the reads in this block. Yields the `execution_options` to pass to each of them.

    Raises `TookTooLong`.
    """
    deadline = time.monotonic() + seconds
    connection = session.connection().connection.driver_connection
    embedded = isinstance(connection, sqlite3.Connection)
    if isinstance(connection, sqlite3.Connection):
        connection.set_progress_handler(lambda: time.monotonic() > deadline, STEPS)
    try:
        yield {} if embedded else {OPTION: deadline}
    except OperationalError as error:
        if _stopped(error):
            raise TookTooLong from error
        raise
    finally:
        if isinstance(connection, sqlite3.Connection):
            connection.set_progress_handler(None, 0)


def _stopped(error: OperationalError) -> bool:
    if isinstance(error.orig, sqlite3.OperationalError):
        return "interrupted" in str(error.orig)
    return bool(error.orig and error.orig.args and error.orig.args[0] in STOPPED)


@event.listens_for(Engine, "before_cursor_execute", retval=True)
def _add_server_limit(
    connection: Connection, _: Any, statement: str, parameters: Any, context: Any, __: bool
) -> tuple[str, Any]:
    deadline = context.execution_options.get(OPTION) if context else None
    if deadline is None:
        return statement, parameters
    left = max(0.001, deadline - time.monotonic())  # 0 means no limit
    if getattr(connection.dialect, "is_mariadb", False):
        return f"SET STATEMENT max_statement_time={left:.3f} FOR {statement}", parameters
    hint = f"SELECT /*+ MAX_EXECUTION_TIME({left * 1000:.0f}) */ "
    return statement.replace("SELECT ", hint, 1), parameters
