"""A consistent snapshot of the database, streamed table by table while the site goes on writing.

SQLite: one read transaction, in WAL mode. MariaDB: REPEATABLE READ, START TRANSACTION WITH CONSISTENT SNAPSHOT, and a
server-side cursor, so that a table of any size needs little memory. Tables come from the schema of the database and not
from the models: columns and values are copied as they are stored.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection, Table

from gsapp import db
from gsapp.backup import BackupFailed
from gsapp.backup.contents import Row
from gsapp.migrations import RESTORE_INTERRUPTED
from gsapp.models import NeedWord, StoredFile

VERSION_TABLE = "alembic_version"
NOT_COPIED = (VERSION_TABLE, NeedWord.__tablename__)
"""The revision is in the header. The search index has nine tenths of all rows, and is derived from the needs."""
BATCH = 2_000  # rows fetched from the database at a time
NAMES = 1_000  # names of files read at a time
ANSWER_WITHIN = 600.0  # seconds for each response of the database
FOR_A_LONG_READ = (
    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
    "SET SESSION net_write_timeout = 600",  # the server waits for this process, which waits for a slow disk
)
ONLY_MARIADB = ("SET SESSION idle_transaction_timeout = 0", "SET SESSION max_statement_time = 0")


class Snapshot:
    """The tables of a database at one moment."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._on_server = connection.dialect.name != "sqlite"
        self.revision = revision_of(connection)
        metadata = sa.MetaData()
        metadata.reflect(bind=connection)
        self.tables = [table for table in metadata.sorted_tables if table.name not in NOT_COPIED]
        """Without those of `NOT_COPIED`; a table comes after those that its foreign keys refer to."""

    def rows(self, table: Table) -> Iterator[Row]:
        """All rows in the order of the primary key, with the values that the driver returns."""
        plain = _without_types(table)
        key = [plain.c[column.name] for column in table.primary_key]
        streamed = sa.select(plain).order_by(*key).execution_options(yield_per=BATCH)
        for batch in self._connection.execute(streamed).partitions():
            yield from batch

    def file_names(self) -> Iterator[str]:
        """The names of all uploaded files, in ascending order."""
        return _in_batches(partial(_names_after, self._connection))

    def next_ids(self) -> dict[str, int]:
        """The auto-increment counters; empty for SQLite, which has none."""
        if not self._on_server:
            return {}
        counters = "SELECT table_name, auto_increment FROM information_schema.tables WHERE table_schema = DATABASE()"
        rows = self._connection.execute(sa.text(f"{counters} AND auto_increment IS NOT NULL"))
        known = {table.name for table in self.tables}
        return {name: int(number) for name, number in sorted(map(tuple, rows)) if name in known}


@contextmanager
def open_snapshot(database: db.Database) -> Iterator[Snapshot]:
    """Begin a consistent read of the whole database; it ends with the block."""
    with database.lone_connection(seconds=ANSWER_WITHIN) as connection:
        if not database.embedded:
            is_mariadb = getattr(connection.dialect, "is_mariadb", False)
            for statement in (*FOR_A_LONG_READ, *(ONLY_MARIADB if is_mariadb else ())):
                connection.exec_driver_sql(statement)
            connection.exec_driver_sql("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        yield Snapshot(connection)


def revision_of(connection: Connection) -> str:
    """The schema revision; on SQLite the first read, which begins the snapshot. Raises `BackupFailed` without any."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise BackupFailed("this database has no tables of GoodServices: check DATABASE_URL")
    if revision == RESTORE_INTERRUPTED:
        raise BackupFailed("a restore into this database was interrupted: run it again first")
    return revision


def current_file_names(database: db.Database) -> Iterator[str]:
    """The names of all uploaded files, in ascending order, without a transaction that lasts until the end."""

    def names_after(name: str) -> list[str]:
        with database.reader.connect() as connection:
            return _names_after(connection, name)

    return _in_batches(names_after)


def _names_after(connection: Connection, name: str) -> list[str]:
    if not sa.inspect(connection).has_table(str(StoredFile.__tablename__)):
        return []  # a schema before the first photo
    column: sa.ColumnClause[str] = sa.column("name")
    names = sa.select(column).select_from(sa.table(str(StoredFile.__tablename__))).where(column > name)
    return list(connection.scalars(names.order_by(column).limit(NAMES)))


def _in_batches(names_after: Callable[[str], list[str]]) -> Iterator[str]:
    last = ""
    while names := names_after(last):
        yield from names
        last = names[-1]


def _without_types(table: Table) -> sa.TableClause:
    """The same table without types of columns, so that SQLAlchemy converts nothing."""
    return sa.table(table.name, *(sa.column(column.name) for column in table.columns))
