"""Quarantine of swept files: DATA_DIR/files-removed, with a directory for each day on which files were moved there.

The file sweep may be wrong, for example when an older database was restored over newer files. A file that a row
mentions again is put back; the others are deleted after KEPT. The day is the name of the directory and not the time of
the file, because a move to another directory is one atomic step.
"""

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from gsapp import clock
from gsapp.media.storage import storage

KEPT = timedelta(days=30)


def move(path: Path) -> None:
    """Move a file of the storage into the quarantine of today. Raises `FileNotFoundError` if it is gone."""
    directory = storage().removed / clock.now().date().isoformat()
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.rename(directory / path.name)


def move_upload(name: str) -> None:
    """Move a file and its thumbnail into the quarantine. Missing ones are ignored."""
    for small in (False, True):
        with suppress(FileNotFoundError):
            move(storage().path(name, small=small))


def put_back(path: Path, name: str) -> None:
    """Move a file or thumbnail of the upload `name` back into the storage."""
    target = storage().path(name).with_name(path.name)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.rename(target)


def days() -> list[Path]:
    """The directories of the quarantine, the oldest first."""
    with suppress(FileNotFoundError):
        return sorted(path for path in storage().removed.iterdir() if _day(path) is not None)
    return []


def expired(now: datetime) -> Iterator[Path]:
    """The files that have been in quarantine for longer than KEPT."""
    for directory in days():
        day = _day(directory)
        if day is not None and datetime.combine(day, datetime.min.time(), UTC) + KEPT + timedelta(days=1) < now:
            yield from sorted(directory.iterdir())


def remove_empty_days() -> None:
    for directory in days():
        with suppress(OSError):  # not empty, or another process was faster
            directory.rmdir()


def _day(path: Path) -> date | None:
    try:
        return date.fromisoformat(path.name)
    except ValueError:
        return None
