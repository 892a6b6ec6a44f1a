"""A copy of the SQLite file before an upgrade, so that an older version of the program can be started again.

The copy is `goodservices-before-0015.db` beside the database: the schema before the first revision that was applied.
"""

import glob
import logging
import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import text

from gsapp import db
from gsapp.migrations.errors import MigrationFailed

log = logging.getLogger(__name__)
KEPT = 2  # copies
SPARE = 20 * 1024 * 1024  # bytes that stay free; the upgrade itself writes a log of its changes


def keep_copy(database: db.Database, *, before: str) -> Path | None:
    """Copy the database file by VACUUM INTO. Returns its path, or `None` if there are no accounts.

    Raises `MigrationFailed` when the disk has no room for it.
    """
    name = database.engine.url.database
    if not database.embedded or not name or name == ":memory:" or not _has_accounts(database):
        return None
    file = Path(name).resolve()
    _refuse_full_disk(file)
    copy = file.with_name(f"{file.stem}-before-{before}.db")
    unfinished = copy.with_suffix(".tmp")
    unfinished.unlink(missing_ok=True)
    os.close(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    try:
        with closing(sqlite3.connect(file, timeout=30)) as connection:
            connection.execute("VACUUM INTO ?", (str(unfinished),))  # it accepts an empty file
        _sync(unfinished)
        unfinished.replace(copy)
        _sync(file.parent)
    except (sqlite3.Error, OSError) as error:
        unfinished.unlink(missing_ok=True)
        raise MigrationFailed(
            f"no copy of {file} could be made before the upgrade: {error}; nothing was changed. Correct this and"
            " start again"
        ) from error
    _remove_older(file)
    log.info("the database before the upgrade is kept in %s", copy)
    return copy


def _has_accounts(database: db.Database) -> bool:
    with database.reader.connect() as connection:
        if not connection.dialect.has_table(connection, "buser_table"):
            return False
        return connection.scalar(text("SELECT 1 FROM buser_table LIMIT 1")) is not None


def _refuse_full_disk(file: Path) -> None:
    size = sum(path.stat().st_size for path in (file, file.with_name(f"{file.name}-wal")) if path.exists())
    needed = 2 * size + SPARE  # the copy, and tables that the upgrade copies
    free = shutil.disk_usage(file.parent).free
    if free < needed:
        raise MigrationFailed(
            f"the upgrade needs {needed // 2**20 + 1} MB free in {file.parent} for a copy of the database, and"
            f" {free // 2**20} MB are; nothing was changed. Make room and start again"
        )


def _remove_older(file: Path) -> None:
    copies = sorted(file.parent.glob(f"{glob.escape(file.stem)}-before-*.db"), key=lambda copy: copy.stat().st_mtime_ns)
    for copy in copies[:-KEPT]:
        copy.unlink()


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
