"""Run by Alembic: migrates the database of this process, `db.current()`."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from alembic import context
from sqlalchemy import Connection

from gsapp import db
from gsapp.models import metadata

A_DAY = 24 * 60 * 60


def run() -> None:
    database = db.current()
    connecting = _embedded(database) if database.embedded else database.lone_connection(seconds=A_DAY)
    # A large table takes its time: the pool's connections would give up after 30 seconds.
    with connecting as connection:
        context.configure(
            connection=connection,
            target_metadata=metadata,
            on_version_apply=context.config.attributes.get("applied"),
        )
        with context.begin_transaction():
            context.run_migrations()


@contextmanager
def _embedded(database: db.Database) -> Iterator[Connection]:
    """A connection without foreign keys: SQLite alters a table by a copy, and would not drop one that others refer to.

    A copy has the same rows, so that no reference breaks.
    """
    with database.engine.connect() as connection:
        _set_foreign_keys(connection, on=False)  # has no effect in a transaction, and none has begun
        try:
            yield connection
        finally:
            if not connection.invalidated:  # else the connection does not go back to the pool
                connection.rollback()
                _set_foreign_keys(connection, on=True)


def _set_foreign_keys(connection: Connection, *, on: bool) -> None:
    with closing(connection.connection.cursor()) as cursor:
        cursor.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


run()
