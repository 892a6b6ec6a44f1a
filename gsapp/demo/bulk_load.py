"""The ways by which many rows get into a database: fast, and all of them or none."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from gsapp import db
from gsapp.demo.bulk_rows import Rows

FILLED = (
    "history", "thanks", "accept_info", "response_info", "report", "need_counts", "sr_info", "buser_table",
)  # fmt: skip
"""Every table that a load-test town has rows in."""
NO_LOCAL_FILES = (1148, 2068, 3948, 4166)
"""MariaDB and MySQL say in these ways that LOAD DATA LOCAL is forbidden."""
AT_ONCE = 2000
"""Rows of one INSERT: some 300 kB, far below what servers take."""


class NotLoaded(Exception):
    """The server took other rows than it was given."""


class Server:
    """MariaDB or MySQL, by a connection of our own: only here may the server ask for a file."""

    def __init__(self, cursor: Any, directory: Path) -> None:
        self._cursor, self._file, self._by_file = cursor, directory / "rows", True

    def load(self, rows: Rows) -> None:
        """Insert rows; they are there at once."""
        if self._by_file:
            try:
                self._load_file(rows)
            except Exception as error:
                if error.args[:1] not in [(code,) for code in NO_LOCAL_FILES]:
                    raise
                self._by_file = False
        if not self._by_file:
            self._insert(rows)

    def empty(self) -> None:
        """Remove every row again."""
        for table in FILLED:
            self._cursor.execute(f"TRUNCATE TABLE `{table}`")

    def _load_file(self, rows: Rows) -> None:
        self._file.write_text("\n".join(rows.lines) + "\n", encoding="utf-8")
        columns = ", ".join(f"`{name}`" for name in rows.columns)
        loaded = self._cursor.execute(
            f"LOAD DATA LOCAL INFILE '{self._file}' INTO TABLE `{rows.table}` CHARACTER SET utf8mb4 ({columns})"
        )
        # A row that does not fit is a warning here, and left out.
        self._cursor.execute("SHOW WARNINGS LIMIT 1")
        if loaded != len(rows.lines) or (warning := self._cursor.fetchone()):
            raise NotLoaded(f"{rows.table}: {loaded} of {len(rows.lines)} rows; {warning}")

    def _insert(self, rows: Rows) -> None:
        columns = ", ".join(f"`{name}`" for name in rows.columns)
        begin = f"INSERT INTO `{rows.table}` ({columns}) VALUES "  # noqa: S608 - names of our own
        for values in rows.sql(AT_ONCE):
            self._cursor.execute(begin + values)


class File:
    """SQLite, in the transaction of a session: what was inserted is there when it ends, or never was."""

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()

    def load(self, rows: Rows) -> None:
        columns = ", ".join(f'"{name}"' for name in rows.columns)
        places = ", ".join("?" * len(rows.columns))
        begin = f'INSERT INTO "{rows.table}" ({columns}) VALUES '  # noqa: S608 - names of our own
        self._connection.exec_driver_sql(f"{begin} ({places})", rows.values())


@contextmanager
def connected() -> Iterator[Server]:
    """A server that takes rows in any order. Its checks are off in this one connection, and end with it."""
    engine = create_engine(
        db.current().url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True,
        connect_args={"charset": "utf8mb4", "local_infile": True},
    )  # fmt: skip
    with TemporaryDirectory() as directory, closing(engine.raw_connection()) as connection:
        cursor = connection.cursor()
        cursor.execute("SET SESSION foreign_key_checks = 0, unique_checks = 0")
        yield Server(cursor, Path(directory))
