"""Makes a backup while the site runs.

The order makes it complete. First the files that have a row are copied, which takes longest; then the snapshot of the
database is opened, the files that were added since are copied, and the tables. A file gets its name before its row is
committed and never changes, so a file that the snapshot mentions is missing only if it was added during the first step
and deleted before the last: then its row is gone from the running site as well. The snapshot is short, because a long
one holds up the cleanup of old row versions (MariaDB) or the checkpoint of the write-ahead log (SQLite).
"""

import logging
import time
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Table
from sqlalchemy.exc import DBAPIError

from gsapp import clock, db, sealing
from gsapp.backup import BackupFailed, snapshot
from gsapp.backup.archive import Writer
from gsapp.backup.contents import HEADER, KEYS, Header, Manifest, SecretKeys, packed
from gsapp.backup.destination import check_room, new_backup
from gsapp.backup.encryption import encrypting
from gsapp.config import Settings
from gsapp.errors import Busy
from gsapp.media.storage import storage
from gsapp.models import SiteState
from gsapp.services.backups import note_backup

if TYPE_CHECKING:
    from pyrage import x25519

log = logging.getLogger(__name__)
LISTED_MISSING = 1_000


class Made(NamedTuple):
    """The result of a backup; `unreadable` files are on the disk, but could not be copied."""

    path: Path
    manifest: Manifest
    size: int
    seconds: float
    unreadable: list[str]


def make(
    settings: Settings, directory: Path, *, recipients: Sequence["x25519.Recipient"] = (), with_keys: bool = False
) -> Made:
    """Back up the current database and file storage into a new file of the directory.

    `with_keys` includes SECRET_KEY and DATA_KEY, only with recipients. Raises `BackupFailed` and leaves no incomplete
    file. The time of the backup is stored in the database, unless a file could not be read.
    """
    if with_keys and not recipients:
        raise BackupFailed("keys are only put into an encrypted backup: set BACKUP_RECIPIENT or use --recipient")
    began = time.monotonic()
    at = clock.now()
    try:
        with (
            new_backup(directory, at=at, encrypted=bool(recipients)) as target,
            encrypting(target.file, recipients) as out,
        ):
            making = _Making(Writer(out), directory)
            manifest = making.everything(settings, at, with_keys=with_keys)
    except DBAPIError as error:
        raise BackupFailed(f"the database failed during the backup: {error.orig}") from error
    if str(SiteState.__tablename__) in manifest.rows and not making.unreadable:
        try:
            db.write(note_backup, at=at)
        except (DBAPIError, Busy) as error:
            raise BackupFailed(f"{target.path} is complete, but the database could not store its time") from error
    seconds = time.monotonic() - began
    return Made(target.path, manifest, target.path.stat().st_size, seconds, making.unreadable)


class _Making:
    """One backup."""

    def __init__(self, archive: Writer, directory: Path) -> None:
        self._archive = archive
        self._directory = directory
        # The first 64 bits of each random name, ascending: a set of names would take twenty times the memory.
        self._copied = array("Q")
        self._files = self._file_bytes = 0
        self._missing: list[str] = []
        self._missing_count = 0
        self.unreadable: list[str] = []

    def everything(self, settings: Settings, at: datetime, *, with_keys: bool) -> Manifest:
        database = db.current()
        check_room(self._directory)
        header = _header(database, settings, at)
        self._archive.add(HEADER, header.model_dump_json(indent=1).encode())
        if with_keys:
            data_key, secret_key = (key.get_secret_value() for key in (settings.data_key, settings.secret_key))
            keys = SecretKeys(data_key=data_key, secret_key=secret_key)
            self._archive.add(KEYS, keys.model_dump_json().encode())
        self._first_copies(snapshot.current_file_names(database))
        with snapshot.open_snapshot(database) as opened:
            if opened.revision != header.revision:
                raise BackupFailed("the database was migrated during the backup: run it again")
            self._late_copies(opened.file_names())
            rows = {table.name: self._table(opened, table) for table in opened.tables}
            next_ids = opened.next_ids()
        manifest = Manifest(
            **header.model_dump(),
            rows=rows,
            next_ids=next_ids,
            files=self._files,
            file_bytes=self._file_bytes,
            missing=self._missing,
            missing_count=self._missing_count,
            checksums=self._archive.finish(),
            members=self._archive.members,
        )
        self._archive.close(manifest)
        return manifest

    def _first_copies(self, names: Iterable[str]) -> None:
        for name in names:
            if self._copy(name):
                self._copied.append(_number(name))

    def _late_copies(self, names: Iterable[str]) -> None:
        """Copy what the snapshot mentions and the first step did not find."""
        for name in names:
            number = _number(name)
            found = bisect_left(self._copied, number)
            if (found == len(self._copied) or self._copied[found] != number) and not self._copy(name, again=True):
                self._missing_count += 1
                if len(self._missing) < LISTED_MISSING:
                    self._missing.append(name)

    def _copy(self, name: str, *, again: bool = False) -> bool:
        """Add a file and its thumbnail, if it has one; returns whether the file could be read."""
        for small in (False, True):
            path = storage().path(name, small=small)
            try:
                content, changed_at = path.read_bytes(), path.stat().st_mtime
            except FileNotFoundError:
                if not small:
                    return False
                continue
            except OSError as error:
                if again:
                    log.error("cannot back up %s: %s", path, error.strerror)
                    self.unreadable.append(path.name)
                return False
            check_room(self._directory)
            self._archive.add(f"files/{name[:2]}/{path.name}", content, changed_at=changed_at)
            self._files += 1
            self._file_bytes += len(content)
        return True

    def _table(self, opened: snapshot.Snapshot, table: Table) -> int:
        total = 0
        columns = [column.name for column in table.columns]
        for number, (part, rows) in enumerate(packed(columns, opened.rows(table)), start=1):
            check_room(self._directory)
            self._archive.add(f"tables/{table.name}/{number:06d}.gz", part)
            total += rows
        return total


def _header(database: db.Database, settings: Settings, at: datetime) -> Header:
    with database.reader.connect() as connection:
        revision = snapshot.revision_of(connection)
    keys = db.read(sealing.keys_in_use)
    used = {*keys.numbers, *keys.passwords, *keys.name_keys, *keys.before, keys.active or ""} - {""}
    return Header(
        program=_version(),
        revision=revision,
        database="sqlite" if database.embedded else "mariadb",
        time_zone=settings.time_zone,
        created_at=at,
        key_ids=sorted(used),
    )


def _version() -> str:
    try:
        return metadata.version("goodservices")
    except metadata.PackageNotFoundError:  # run from a checkout
        return "development"


def _number(name: str) -> int:
    return int(name[:16], 16)
