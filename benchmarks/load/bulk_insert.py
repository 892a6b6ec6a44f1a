"""Bulk inserts: LOAD DATA or long INSERTs for MariaDB and MySQL, executemany in one transaction for SQLite."""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool
from sqlmodel import Session

from benchmarks.load.rows import Rows
from gsapp import db

FILLED = (
    "history", "thanks", "accept_info", "response_info", "report", "need_counts", "need_words", "sr_info",
    "buser_table",
)  # fmt: skip
"""All tables in which a load-test town has rows."""
NO_LOCAL_FILES = (1148, 2068, 3948, 4166)
"""Error codes of MariaDB and MySQL for LOAD DATA LOCAL that is forbidden."""
ROWS_PER_INSERT = 2000
"""Some 300 kB, far below the limit of servers for one statement."""


class NotLoaded(Exception):
    """The server has not inserted the rows as they were sent."""


class Server:
    """A separate connection to MariaDB or MySQL, the only one over which the server may read local files."""

    def __init__(self, cursor: Any, file: Path) -> None:
        self._cursor, self._file, self._by_file = cursor, file, True

    def load(self, rows: Rows) -> None:
        """Insert rows, with autocommit: by LOAD DATA LOCAL, or by INSERT if that is forbidden."""
        if self._by_file and rows.count:
            try:
                return self._load_file(rows)
            except Exception as error:
                if not error.args or error.args[0] not in NO_LOCAL_FILES:
                    raise
                self._by_file = False
        return self._insert(rows)

    def empty(self) -> None:
        """Delete all rows of the filled tables."""
        for table in FILLED:
            self._cursor.execute(f"TRUNCATE TABLE `{table}`")

    def _load_file(self, rows: Rows) -> None:
        self._file.write_text(f"{rows.text}\n", encoding="utf-8")
        columns = ", ".join(f"`{name}`" for name in rows.columns)
        loaded = self._cursor.execute(
            f"LOAD DATA LOCAL INFILE '{self._file}' INTO TABLE `{rows.table}` CHARACTER SET utf8mb4 ({columns})"
        )
        # LOAD DATA LOCAL skips invalid rows with a warning.
        self._cursor.execute("SHOW WARNINGS LIMIT 1")
        warning = self._cursor.fetchone()
        if loaded != rows.count or warning:
            raise NotLoaded(f"{rows.table}: {loaded} of {rows.count} rows; {warning}")

    def _insert(self, rows: Rows) -> None:
        columns = ", ".join(f"`{name}`" for name in rows.columns)
        begin = f"INSERT INTO `{rows.table}` ({columns}) VALUES "  # noqa: S608 - names of our own
        for values in rows.sql(ROWS_PER_INSERT):
            self._cursor.execute(begin + values)


class File:
    """SQLite, in the transaction of a session: all rows or none."""

    def __init__(self, session: Session) -> None:
        self._connection = session.connection()

    def load(self, batch: Iterable[Rows]) -> None:
        for rows in batch:
            self._load(rows)

    def _load(self, rows: Rows) -> None:
        columns = ", ".join(f'"{name}"' for name in rows.columns)
        places = ", ".join("?" * len(rows.columns))
        begin = f'INSERT INTO "{rows.table}" ({columns}) VALUES '  # noqa: S608 - names of our own
        self._connection.exec_driver_sql(f"{begin} ({places})", rows.values())


class Servers:
    """Two connections that load in parallel: the server uses one processor for each."""

    def __init__(self, one: Server, other: Server) -> None:
        self._free: SimpleQueue[Server] = SimpleQueue()
        self._free.put(one)
        self._free.put(other)

    def load(self, batch: Iterable[Rows]) -> None:
        """Insert the rows of different tables, those with most rows first."""
        with ThreadPoolExecutor(2) as threads:
            ordered = sorted(batch, key=lambda rows: -rows.count)
            for done in [threads.submit(self._load, rows) for rows in ordered]:
                done.result()

    def empty(self) -> None:
        server = self._free.get()
        server.empty()
        self._free.put(server)

    def _load(self, rows: Rows) -> None:
        server = self._free.get()
        try:
            server.load(rows)
        finally:
            self._free.put(server)


@contextmanager
def connected() -> Iterator[Servers]:
    """Two connections without foreign key and unique checks, so that rows can be inserted in any order."""
    engine = create_engine(
        db.current().url, poolclass=NullPool, isolation_level="AUTOCOMMIT", hide_parameters=True,
        connect_args={"charset": "utf8mb4", "local_infile": True},
    )  # fmt: skip
    with TemporaryDirectory() as directory, ExitStack() as opened:

        def server(name: str) -> Server:
            cursor = opened.enter_context(closing(engine.raw_connection())).cursor()
            cursor.execute("SET SESSION foreign_key_checks = 0, unique_checks = 0")
            return Server(cursor, Path(directory) / name)

        yield Servers(server("one"), server("other"))
