"""Restores a backup into an empty place: read once as a stream, verified before the place becomes usable.

Rows are inserted into tables of the revision of the backup; only when all checksums and counts are right the place is
unmarked and migrated to the schema of this version of the program.
"""

import os
import time
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import BinaryIO, NamedTuple

import sqlalchemy as sa
from alembic.util import CommandError
from sqlalchemy.exc import DBAPIError

from gsapp import db, migrations
from gsapp.backup import BackupFailed, DamagedBackup, place
from gsapp.backup.archive import Member, members_of, parsed, read_header
from gsapp.backup.contents import FILE, KEYS, MANIFEST, PART, Header, Manifest, SecretKeys, unpacked
from gsapp.effects import monthly, search_index
from gsapp.media.storage import storage
from gsapp.models import NeedWord
from gsapp.queries import status
from gsapp.workers import file_sweep

CheckKeys = Callable[[Header, SecretKeys | None], None]


class Restored(NamedTuple):
    """The result of a restore: stored totals that differ from a recount, and used files that the backup lacks."""

    manifest: Manifest
    differences: list[str]
    missing: list[str]
    seconds: float

    def summary(self) -> str:
        return f"{sum(self.manifest.rows.values())} rows, {self.manifest.files} files in {self.seconds:.1f} s"

    def as_json(self) -> dict[str, object]:
        facts = self.manifest.model_dump(mode="json", include={"created_at", "revision", "rows", "files", "key_ids"})
        return facts | {"seconds": round(self.seconds, 1), "differences": self.differences, "missing": self.missing}


def restore(
    stream: BinaryIO, *, data_dir: Path, time_zone: str, check_keys: CheckKeys, only_names: bool = False
) -> Restored:
    """Restore into the current database and file storage, which must be empty, of a site in `time_zone`.

    `check_keys` is called before anything is inserted, with the keys that the backup contains, and may refuse. With
    `only_names` the files are created empty, to verify a backup. Raises `BackupFailed`: the place is then marked as
    incomplete, and the restore can be run again.
    """
    began = time.monotonic()
    members = members_of(stream)
    header = read_header(members)
    _refuse_other_zone(header, time_zone)
    first = next(members)
    keys = parsed(SecretKeys, first.content) if first.name == KEYS else None
    rest = members if keys else chain([first], members)
    try:
        with place.empty_place(data_dir):
            check_keys(header, keys)
            manifest = _Restoring(place.create_tables(header.revision), only_names=only_names).everything(rest)
            place.set_revision(header.revision)
        migrations.upgrade()
        differences = [*map(str, db.read(monthly.differences)), *map(str, db.read(status.wrong_counts))]
    except CommandError as error:  # Alembic does not know the revision
        problem = f"the schema {header.revision} of this backup is unknown: install version {header.program} or newer"
        raise BackupFailed(problem) from error
    except DBAPIError as error:
        raise BackupFailed(f"the database failed during the restore, run it again: {error.orig}") from error
    except OSError as error:
        raise BackupFailed(f"the files cannot be restored: {error.strerror}: {error.filename}") from error
    missing = list(file_sweep.missing_files())
    return Restored(manifest, differences, missing, time.monotonic() - began)


class _Restoring:
    """One restore into tables that were just created."""

    def __init__(self, schema: sa.MetaData, *, only_names: bool) -> None:
        self._schema = schema
        self._only_names = only_names

    def everything(self, members: Iterator[Member]) -> Manifest:
        for member in members:
            if part := PART.fullmatch(member.name):
                self._insert(part[1], member.content)
            elif file := FILE.fullmatch(member.name):
                self._write(file[2], member, small=bool(file[3]))
            elif member.name == MANIFEST:
                manifest = parsed(Manifest, member.content)
                self._complete(manifest)
                return manifest
            else:
                raise DamagedBackup(f"{member.name} is no member of a backup")
        raise DamagedBackup("the backup is incomplete: it has no manifest")

    def _insert(self, name: str, content: bytes) -> None:
        columns, rows = unpacked(content)
        table = self._schema.tables.get(name)
        if table is None or not set(columns) <= set(table.columns.keys()):
            raise DamagedBackup(f"the table {name} has other columns in this backup than in its schema")
        if not rows:
            return
        # In the driver's own form, for speed and so that SQLAlchemy converts nothing.
        with db.current().engine.begin() as connection:
            quote = connection.dialect.identifier_preparer.quote
            places = ", ".join(["?" if db.current().embedded else "%s"] * len(columns))
            statement = f"INSERT INTO {quote(name)} ({', '.join(map(quote, columns))}) VALUES ({places})"  # noqa: S608
            connection.exec_driver_sql(statement, [tuple(row) for row in rows])

    def _write(self, name: str, member: Member, *, small: bool) -> None:
        path = storage().path(name, small=small)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(b"" if self._only_names else member.content)
        os.utime(path, (member.changed_at, member.changed_at))

    def _complete(self, manifest: Manifest) -> None:
        """Compare the number of rows, set the counters, rebuild the search index, and flush the files to the disk."""
        engine = db.current().engine
        with engine.begin() as connection:
            for name, expected in manifest.rows.items():
                count = connection.scalar(sa.select(sa.func.count()).select_from(self._schema.tables[name]))
                if count != expected:
                    raise DamagedBackup(f"the table {name} has {count} rows, the backup had {expected}")
            if not db.current().embedded:
                quote = connection.dialect.identifier_preparer.quote
                for name, number in manifest.next_ids.items():
                    connection.exec_driver_sql(f"ALTER TABLE {quote(name)} AUTO_INCREMENT = {number}")
        if NeedWord.__tablename__ in self._schema.tables:
            _rebuild_search_index()
        os.sync()


def _rebuild_search_index() -> None:
    last: int | None = 0
    while last is not None:
        last = db.write(search_index.fill, after=last)


def _refuse_other_zone(header: Header, time_zone: str) -> None:
    if header.time_zone != time_zone:
        raise BackupFailed(f"this backup is from a site with TIME_ZONE={header.time_zone}: set it as well")
