"""The schema's versions (Alembic), up and down on both databases."""

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
READY_WITHIN = 2.0  # seconds for each answer of the database
PATIENCE = 60.0  # seconds to wait while another process migrates


class SchemaUnknown(Exception):
    """The database holds a schema that this version of the program cannot work on; the text says what to do."""


class MigrationRunning(Exception):
    """Another process has been changing the schema of this database for as long as we cared to wait."""


def upgrade(revision: str = "head") -> None:
    """Bring the schema of the current database up to `revision`.

    Raises `SchemaUnknown` for a newer one, `MigrationRunning` while another process takes too long.
    """
    with _alone():
        _refuse_newer(stored_revision())
        command.upgrade(_config(), revision)


def downgrade(revision: str) -> None:
    """Bring the schema of the current database down to `revision`; what newer columns held is lost."""
    with _alone():
        command.downgrade(_config(), revision)


def stored_revision() -> str | None:
    """The revision of the current database; `None` for one that was never migrated."""
    with db.current().reader.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


@functools.cache
def newest_revision() -> str | None:
    return ScriptDirectory.from_config(_config()).get_current_head()


def ready() -> bool:
    """Whether the database answers, and soon, and carries exactly the schema of this version."""
    try:
        with db.current().lone_connection(seconds=READY_WITHIN) as connection:
            return MigrationContext.configure(connection).get_current_revision() == newest_revision()
    except DBAPIError:
        log.warning("database not responding", exc_info=True)
        return False


def prepare(*, by_itself: bool) -> None:
    """Make sure of the schema at start: migrate the embedded database by itself, refuse any other that is not current.

    Raises `SchemaUnknown`.
    """
    stored = stored_revision()
    if stored == newest_revision():
        return
    _refuse_newer(stored)
    if not by_itself:
        raise SchemaUnknown("the database schema is outdated; run: python -m gsapp migrate")
    upgrade()


@contextmanager
def _alone() -> Iterator[None]:
    """No other process changes the schema of the current database meanwhile. Waits for its turn."""
    database = db.current()
    own = _lock_of_the_directory if database.embedded else _lock_of_the_server
    with own(database):
        yield


@contextmanager
def _lock_of_the_server(database: db.Database) -> Iterator[None]:
    name = f"goodservices schema {database.engine.url.database}"[:64]
    # On a connection of its own, whose end frees the lock whatever happens; a pooled one would keep it.
    with database.lone_connection(seconds=10) as connection:
        take = text("SELECT GET_LOCK(:name, 0)").bindparams(name=name)
        _wait_for(lambda: connection.scalar(take) == 1)
        yield


@contextmanager
def _lock_of_the_directory(database: db.Database) -> Iterator[None]:
    file = Path(database.engine.url.database or ":memory:")
    # Of the directory and not of the file: closing it a second time would drop the locks that SQLite holds on it.
    directory = os.open(file.resolve().parent, os.O_RDONLY | os.O_DIRECTORY)

    def take() -> bool:
        try:
            fcntl.flock(directory, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    try:
        _wait_for(take)
        yield
    finally:
        os.close(directory)


def _wait_for(take: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not take():
        if time.monotonic() > deadline:
            raise MigrationRunning("another process is migrating this database; try again when it is done")
        time.sleep(0.1)


def _refuse_newer(stored: str | None) -> None:
    known = {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}
    if stored is not None and stored not in known:
        raise SchemaUnknown(f"the database schema {stored} is unknown to this version; install a newer version")


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
