"""The migration lock: one process migrates a database at a time, also through different nodes of a cluster.

On a database server it consists of GET_LOCK, which a killed process gives up immediately but which is local to a node,
and of a lease: a row of `site_state` with an expiry, taken by a conditional update, which holds on all nodes. On SQLite
it is a lock of the directory.
"""

import fcntl
import hashlib
import logging
import os
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from gsapp import db
from gsapp.db.circuit_breaker import CircuitBreaker
from gsapp.db.retries import with_retries
from gsapp.errors import Busy
from gsapp.migrations import state
from gsapp.migrations.errors import MigrationRunning

log = logging.getLogger(__name__)
LOCK_TIMEOUT = 60.0  # seconds to wait while another process migrates
LEASE_SECONDS = 120  # renewed by its owner before each step and four times in this period
A_DAY = 24 * 60 * 60
GET_LOCK = "SELECT GET_LOCK(:name, 0)"
IDENTITY = ("hostname", "port", "socket", "datadir", "server_uid", "wsrep_node_name")

# The value is "EXPIRY SERVER TOKEN", or empty. The owner of a lease of this server is dead: GET_LOCK was free.
TAKE = sa.text(
    "UPDATE site_state SET value = CONCAT(UNIX_TIMESTAMP() + :seconds, ' ', :server, ' ', :token) WHERE name = :name"
    " AND (value = '' OR value LIKE CONCAT('% ', :server, ' %')"
    " OR SUBSTRING_INDEX(value, ' ', 1) + 0 < UNIX_TIMESTAMP())"
)
RENEW = sa.text(
    "UPDATE site_state SET value = CONCAT(UNIX_TIMESTAMP() + :seconds, ' ', :server, ' ', :token)"
    " WHERE name = :name AND value LIKE CONCAT('% ', :token)"
)
RELEASE = sa.text("UPDATE site_state SET value = '' WHERE name = :name AND value LIKE CONCAT('% ', :token)")
INSERT = sa.text("INSERT IGNORE INTO site_state (name, value) VALUES (:name, '')")


@contextmanager
def migration_lock(database: db.Database) -> Iterator[Callable[[], None]]:
    """Hold the lock. Yields a function that renews it and raises `MigrationRunning` if it was lost.

    Waits for another holder; raises `MigrationRunning` after LOCK_TIMEOUT.
    """
    with (_directory_lock if database.embedded else _server_lock)(database) as renew:
        yield renew


@contextmanager
def _server_lock(database: db.Database) -> Iterator[Callable[[], None]]:
    name = f"goodservices schema {database.engine.url.database}"[:64]
    # A separate connection: closing it releases GET_LOCK in every case; a pooled connection would keep it. On a cluster
    # a schema change blocks the renewal of the lease until it is done, so the timeout is long.
    with database.lone_connection(seconds=A_DAY) as connection:
        _wait_for(lambda: _acquire(connection, name))
        with connection.begin():
            state.ensure_table(connection)
        lease = _Lease(connection, database.breaker)
        _wait_for(lease.take)
        with lease.renewed_in_background():
            yield lease.renew


def _acquire(connection: sa.Connection, name: str) -> bool:
    with connection.begin():
        return bool(connection.scalar(sa.text(GET_LOCK), {"name": name}) == 1)


class _Lease:
    """Owner and expiry of the right to migrate, in a row that is replicated to all nodes of a cluster."""

    def __init__(self, connection: sa.Connection, breaker: CircuitBreaker) -> None:
        self._connection, self._breaker = connection, breaker
        self._exclusive = threading.Lock()  # the background thread uses the same connection
        self._values = {
            "name": state.LEASE,
            "token": secrets.token_hex(8),
            "server": _server_identity(connection),
            "seconds": LEASE_SECONDS,
        }
        self._changes_row(INSERT)

    def take(self) -> bool:
        return self._changes_row(TAKE)

    def renew(self) -> None:
        """Extend the expiry. Raises `MigrationRunning` if another process has taken the lease after its expiry."""
        if not self._changes_row(RENEW):
            raise MigrationRunning("another process has started to migrate this database; try again when it is done")

    @contextmanager
    def renewed_in_background(self) -> Iterator[None]:
        done = threading.Event()
        thread = threading.Thread(target=self._keep, args=(done,), name="migration lease", daemon=True)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()
            with suppress(DBAPIError, Busy):  # it expires
                self._changes_row(RELEASE)

    def _keep(self, done: threading.Event) -> None:
        while not done.wait(LEASE_SECONDS / 4):
            try:
                self.renew()
            except (MigrationRunning, DBAPIError, Busy):
                log.warning(
                    "the migration lock could not be renewed", exc_info=True
                )  # the next step fails if it is lost

    def _changes_row(self, statement: sa.TextClause) -> bool:
        def once() -> bool:
            with self._connection.begin():  # reconnects if the connection was lost
                return self._connection.execute(statement, self._values).rowcount == 1

        with self._exclusive:
            # On a cluster a concurrent update through another node is reported as a deadlock.
            return with_retries(once, self._breaker)


def _server_identity(connection: sa.Connection) -> str:
    query = sa.text("SHOW VARIABLES WHERE Variable_name IN :names").bindparams(sa.bindparam("names", expanding=True))
    with connection.begin():
        found = sorted(map(str, connection.execute(query, {"names": IDENTITY})))
    return hashlib.sha256("\n".join(found).encode()).hexdigest()[:16]


@contextmanager
def _directory_lock(database: db.Database) -> Iterator[Callable[[], None]]:
    file = Path(database.engine.url.database or ":memory:")
    # The lock is on the directory: closing another handle of the file would release the locks that SQLite holds on it.
    directory = os.open(file.resolve().parent, os.O_RDONLY | os.O_DIRECTORY)

    def acquire() -> bool:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        _wait_for(acquire)
        yield lambda: None
    finally:
        os.close(directory)


def _wait_for(acquire: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LOCK_TIMEOUT
    while not acquire():
        if time.monotonic() > deadline:
            raise MigrationRunning("another process is migrating this database; try again when it is done")
        time.sleep(0.1)
