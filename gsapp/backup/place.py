"""The empty place into which a backup is restored, marked as incomplete until everything is in it.

The mark is the schema revision RESTORE_INTERRUPTED: with it the program refuses to start, to migrate and to back up. A
file in DATA_DIR says the same of the photos and videos, and serves as a lock.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext
from sqlalchemy import Connection

from gsapp import db, migrations, models
from gsapp.backup import BackupFailed
from gsapp.backup.snapshot import VERSION_TABLE
from gsapp.media.storage import found_in, storage
from gsapp.models import User

UNFINISHED = "restore-unfinished"


@contextmanager
def empty_place(data_dir: Path) -> Iterator[None]:
    """Check that database and file storage are empty, and clear what an interrupted restore left in the database.

    Its files are kept: the backup overwrites them, and the file sweep finds those that belong to another one. Raises
    `BackupFailed` for a place that is in use.
    """
    note = data_dir / UNFINISHED
    interrupted = note.exists()
    with _locked(note):
        try:
            _check_files(interrupted=interrupted)
            _empty_database()
        except BackupFailed:
            if not interrupted:
                note.unlink()
            raise
        yield
        note.unlink()


def create_tables(revision: str) -> sa.MetaData:
    """Create the tables of this revision, without rows, and mark the database as incomplete; returns its schema.

    Raises `migrations.SchemaUnknown` for a revision of a newer version of the program.
    """
    migrations.upgrade(revision)
    set_revision(migrations.RESTORE_INTERRUPTED)
    schema = sa.MetaData()
    with db.current().engine.begin() as connection:
        schema.reflect(bind=connection)
        schema.remove(schema.tables[VERSION_TABLE])
        for table in reversed(schema.sorted_tables):
            connection.execute(table.delete())  # rows that a migration inserts
    return schema


def set_revision(revision: str) -> None:
    version = sa.table(VERSION_TABLE, sa.column("version_num"))
    with db.current().engine.begin() as connection:
        connection.execute(version.update().values(version_num=revision))


def drop_tables() -> None:
    """Drop all tables of a scratch database."""
    existing = sa.MetaData()
    with db.current().engine.begin() as connection:
        existing.reflect(bind=connection)
        existing.drop_all(connection)


def _check_files(*, interrupted: bool) -> None:
    if not interrupted and any(True for directory in storage().directories() for _ in found_in(directory)):
        raise BackupFailed("there are photos or videos in DATA_DIR/files: restore into an empty DATA_DIR")


def _empty_database() -> None:
    """Drop the tables of a database that contains no account, or only what an interrupted restore inserted."""
    with db.current().engine.begin() as connection:
        existing = sa.MetaData()
        existing.reflect(bind=connection)
        if not _is_unused(connection, set(existing.tables)):
            raise BackupFailed("the database is not empty: restore into an empty one (see --into)")
        existing.drop_all(connection)


def _is_unused(connection: Connection, tables: set[str]) -> bool:
    if MigrationContext.configure(connection).get_current_revision() == migrations.RESTORE_INTERRUPTED:
        return True
    if tables - {*models.metadata.tables, VERSION_TABLE}:
        return False
    users = str(User.__tablename__)
    if users not in tables:
        return True
    return connection.scalar(sa.select(sa.literal(1)).select_from(sa.table(users)).limit(1)) is None


@contextmanager
def _locked(note: Path) -> Iterator[None]:
    try:
        handle = os.open(note, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise BackupFailed(f"{note.parent} cannot be written: {error.strerror}") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BackupFailed("another restore into this DATA_DIR is running: wait until it is done") from error
    finally:
        os.close(handle)
