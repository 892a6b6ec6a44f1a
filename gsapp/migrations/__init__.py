"""Schema migrations (Alembic), up and down, on SQLite and MariaDB; a lock prevents concurrent migrations."""

import fcntl
import functools
import logging
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gsapp import db

log = logging.getLogger(__name__)
READY_WITHIN = 2.0  # seconds for each response of the database
LOCK_TIMEOUT = 60.0  # seconds to wait while another process migrates
RESTORE_INTERRUPTED = "restore-interrupted"
"""The revision of a database that a restore has not completed."""


class SchemaUnknown(Exception):
    """The database has a schema that this version of the program cannot use; the text says what to do."""


class MigrationRunning(Exception):
    """Another process has held the migration lock of this database for longer than LOCK_TIMEOUT."""


def upgrade(revision: str = "head") -> None:
    """Upgrade the schema of the current database to `revision`.

    Raises `SchemaUnknown` if the schema is newer than this version, `MigrationRunning` if another process migrates.
    """
    with _migration_lock():
        _refuse_newer(stored_revision())
        command.upgrade(_config(), revision)


def downgrade(revision: str) -> None:
    """Downgrade the schema of the current database to `revision`; the data of newer columns is lost.

    Raises `MigrationRunning`.
    """
    with _migration_lock():
        command.downgrade(_config(), revision)


def stored_revision() -> str | None:
    """The revision of the current database; `None` if it was never migrated."""
    with db.current().reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@functools.cache
def newest_revision() -> str | None:
    """The revision that this version of the program requires."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def ready() -> bool:
    """Readiness check: whether the database responds in time and has exactly the schema of this version."""
    try:
        with db.current().lone_connection(seconds=READY_WITHIN) as connection:
            return MigrationContext.configure(connection).get_current_revision() == newest_revision()
    except DBAPIError:
        log.warning("database not responding", exc_info=True)
        return False


def prepare(*, by_itself: bool) -> None:
    """Check the schema at startup. `by_itself` migrates an outdated one (SQLite), otherwise it is an error.

    Raises `SchemaUnknown`, and `MigrationRunning` while another process migrates.
    """
    stored = stored_revision()
    if stored == newest_revision():
        return
    _refuse_newer(stored)
    if not by_itself:
        raise SchemaUnknown("the database schema is outdated; run: python -m gsapp migrate")
    upgrade()


@contextmanager
def _migration_lock() -> Iterator[None]:
    """Hold the migration lock of the current database. Waits for it; raises `MigrationRunning` after LOCK_TIMEOUT."""
    database = db.current()
    lock = _directory_lock if database.embedded else _server_lock
    with lock(database):
        yield


@contextmanager
def _server_lock(database: db.Database) -> Iterator[None]:
    name = f"goodservices schema {database.engine.url.database}"[:64]
    # A separate connection: closing it releases the lock in every case; a pooled connection would keep it.
    with database.lone_connection(seconds=10) as connection:
        acquire = text("SELECT GET_LOCK(:name, 0)").bindparams(name=name)
        _wait_for(lambda: connection.scalar(acquire) == 1)
        yield


@contextmanager
def _directory_lock(database: db.Database) -> Iterator[None]:
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
        yield
    finally:
        os.close(directory)


def _wait_for(acquire: Callable[[], bool]) -> None:
    deadline = time.monotonic() + LOCK_TIMEOUT
    while not acquire():
        if time.monotonic() > deadline:
            raise MigrationRunning("another process is migrating this database; try again when it is done")
        time.sleep(0.1)


def _refuse_newer(stored: str | None) -> None:
    if stored == RESTORE_INTERRUPTED:
        raise SchemaUnknown("a restore into this database was interrupted; run it again: python -m gsapp restore FILE")
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if stored is not None and stored not in known:
        raise SchemaUnknown(f"the database schema {stored} is unknown to this version; install a newer version")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
