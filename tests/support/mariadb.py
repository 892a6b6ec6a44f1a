"""A private MariaDB for a test session or a bench: its own data directory, reached by a socket only."""

import itertools
import os
import shutil
import socket
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Self

import pymysql
from sqlalchemy import URL, make_url

from tests.support import processes

MAX_SOCKET_PATH = 107  # a limit of Linux
# Small and without any care for the data: half a second from nothing to the first connection.
SPEED = (
    "--no-defaults",  # must come first: nothing of /etc/mysql counts
    "--skip-log-bin",
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=64M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--performance-schema=0",
    "--innodb-stats-persistent=0",
    "--innodb-buffer-pool-dump-at-shutdown=0",
    "--innodb-buffer-pool-load-at-startup=0",
    "--aria-log-file-size=8M",
)
# As in production: a confirmed commit is on the disk.
DURABLE = (*SPEED, "--innodb-flush-log-at-trx-commit=1", "--innodb-doublewrite=1")


class NoServerProgram(Exception):
    """MariaDB is not installed."""


class Server:
    """A server in which tests may create and drop databases."""

    def __init__(self, url: URL) -> None:
        self._url = url
        self._numbers = itertools.count(1)

    @contextmanager
    def fresh_database(self) -> Iterator[str]:
        """The URL of an empty database, dropped afterwards."""
        name = f"gs_test_{os.getpid()}_{next(self._numbers)}"
        self.execute(f"CREATE DATABASE {name}")
        try:
            yield self.url(name)
        finally:
            self.execute(f"DROP DATABASE {name}")

    def url(self, database: str) -> str:
        return self._url.set(database=database).render_as_string(hide_password=False)

    def execute(self, *statements: str) -> None:
        """Run statements as the administrator, in one connection."""
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    def empty(self, url: str, tables: Iterable[str]) -> None:
        """Remove all rows of these tables and start their numbers again at 1; only those that were used cost time."""
        database = make_url(url).database
        with closing(self._connect()) as connection, connection.cursor() as cursor:
            cursor.execute("SET SESSION lock_wait_timeout = 5")  # a transaction that a test left open shows as an error
            cursor.execute("SET SESSION foreign_key_checks = 0")
            # An insert that was rolled back leaves no row, and the next number.
            cursor.execute(
                "SELECT table_name FROM information_schema.tables WHERE table_schema = %s AND auto_increment > 1",
                (database,),
            )
            used = {str(name) for (name,) in cursor.fetchall()}
            for table in tables:
                cursor.execute(f"SELECT EXISTS (SELECT 1 FROM {database}.{table})")
                if table in used or cursor.fetchone() == (1,):
                    cursor.execute(f"TRUNCATE TABLE {database}.{table}")

    def _connect(self) -> "pymysql.Connection[pymysql.cursors.Cursor]":
        path = self._url.query.get("unix_socket")
        return pymysql.connect(
            user=self._url.username,
            password=self._url.password or "",
            host=self._url.host or "localhost",
            port=self._url.port or 3306,
            unix_socket=str(path) if path else None,
            ssl_disabled=True,  # a TLS context costs 26 ms for each connection
        )


class PrivateServer(Server):
    """A server of our own; use as a context manager. What it stores in `kept` is still there the next time."""

    def __init__(self, base: Path, *, options: Sequence[str] = SPEED, kept: Path | None = None) -> None:
        self._base = base
        self._options = options
        self._data = kept or base / "data"
        self._kept = kept is not None
        self._socket = base / "s"
        self._log = base / "log"
        if len(str(self._socket)) > MAX_SOCKET_PATH:
            raise ValueError(f"The path of the temporary directory is too long for a socket: set TMPDIR. ({base})")
        super().__init__(
            URL.create("mysql+pymysql", "root", host="localhost", query={"unix_socket": str(self._socket)})
        )

    def __enter__(self) -> Self:
        install, server = _program("mariadb-install-db"), _program("mariadbd")
        # A server that starts removes what it takes for its own old temporary tables: also those that another one, in
        # the same folder, is working with. As root the server wants to be told that this is meant; as anybody else it
        # must not be told a user.
        folders = (f"--datadir={self._data}", f"--tmpdir={self._base}")
        common = (*self._options, *folders, *(["--user=root"] if os.geteuid() == 0 else []))
        if not (self._data / "mysql").exists():
            with self._log.open("wb") as log:
                subprocess.run(
                    [install, *common, "--auth-root-authentication-method=normal", "--skip-test-db",
                     "--skip-name-resolve"],
                    check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                )  # fmt: skip
        self._command = [server, *common]
        self.start()
        return self

    def start(self) -> None:
        """Start it again, after it was killed: it recovers what it had stored."""
        self._process = processes.start(
            [
                *self._command,
                f"--socket={self._socket}",
                f"--pid-file={self._base / 'pid'}",
                "--skip-networking",  # root has no password: nobody else gets in
                "--character-set-server=utf8mb4",
                "--collation-server=utf8mb4_unicode_ci",
            ],
            log=self._log,
            cwd=self._base,
            env=processes.plain_environment(),
        )
        processes.wait_until(self._answers, self._process, log=self._log, seconds=60)

    def kill(self) -> None:
        """End it by SIGKILL, as a machine without memory does."""
        self._process.kill()
        self._process.wait()

    def __exit__(self, *_: object) -> None:
        processes.stop(self._process, seconds=60 if self._kept else 10)  # it may have much to write down
        if not self._kept:
            shutil.rmtree(self._data)

    @property
    def socket(self) -> str:
        """The path of its socket."""
        return str(self._socket)

    @property
    def pid(self) -> int:
        """The process, to stop it (SIGSTOP) or kill it."""
        return self._process.pid

    def _answers(self) -> bool:
        # PyMySQL leaves its socket open when nothing answers: looked at first, so that it is never asked in vain.
        with socket.socket(socket.AF_UNIX) as probe:
            if probe.connect_ex(str(self._socket)):
                return False
        try:
            self.execute("SELECT 1")
        except pymysql.err.OperationalError:
            return False
        return True


@contextmanager
def server(base: Path) -> Iterator[Server]:
    """The server that TEST_MYSQL_URL names (an account that may create databases), or else a private one."""
    if given := os.environ.get("TEST_MYSQL_URL"):
        yield Server(make_url(given))
        return
    with PrivateServer(base) as private:
        yield private


def _program(name: str) -> str:
    # Servers live in /usr/sbin, which is not on everybody's PATH.
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
    if not found:
        raise NoServerProgram(f"{name} is missing: install mariadb-server-core, or name a server in TEST_MYSQL_URL.")
    return found
