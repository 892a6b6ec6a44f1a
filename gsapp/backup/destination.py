"""The directory of backups: each is written under a temporary name, flushed to the disk, then renamed; old ones go."""

import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, NamedTuple

from gsapp.backup import BackupFailed
from gsapp.media.storage import SPARE_BYTES

NAME = re.compile(r"goodservices-(\d{8}T\d{6}Z)\.tar(\.age)?")
TIME = "%Y%m%dT%H%M%SZ"
UNFINISHED = ".goodservices-unfinished-"


class Keep(NamedTuple):
    """How many backups to keep: the newest of each of so many days, weeks and months (of UTC) that have one."""

    daily: int
    weekly: int
    monthly: int


class Target(NamedTuple):
    """A backup that is being written: the name that it gets when it is complete, and the file."""

    path: Path
    file: BinaryIO


@contextmanager
def new_backup(directory: Path, *, at: datetime, encrypted: bool) -> Iterator[Target]:
    """A new file in the directory, which gets its name at the end of the block; if the block raises, nothing is kept.

    Raises `BackupFailed` if it cannot be written, and if another process is writing a backup there.
    """
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(directory):
            for left in directory.glob(f"{UNFINISHED}*"):
                left.unlink()  # of a process that was killed: no other one has the lock
            path = directory / f"goodservices-{at.astimezone(UTC):{TIME}}.tar{'.age' if encrypted else ''}"
            if path.exists():
                raise BackupFailed(f"{path} exists already")
            with _unfinished(directory, path) as file:
                yield Target(path, file)
    except OSError as error:
        raise BackupFailed(f"no backup can be written to {directory}: {error.strerror or error}") from error


def check_room(directory: Path) -> None:
    """Raises `BackupFailed` before a backup fills the disk, on which the site may write as well."""
    free = shutil.disk_usage(directory).free
    if free < SPARE_BYTES:
        raise BackupFailed(f"only {free // 1_000_000} MB are free in {directory}: delete something or choose another")


def prune(made: Path, keep: Keep) -> list[Path]:
    """Delete the older backups beside the new one that `keep` does not cover; returns them.

    Raises `BackupFailed` and deletes nothing if one is dated later than the new one, because then a clock was wrong.
    """
    with os.scandir(made.parent) as entries:
        names = [entry.name for entry in entries if NAME.fullmatch(entry.name) and entry.is_file(follow_symlinks=False)]
    later = max(names, default=made.name)
    if _time_of(later) > _time_of(made.name):
        raise BackupFailed(f"{made} is complete, but {later} is dated later: check the clock and delete it")
    gone = [made.with_name(name) for name in sorted(set(names) - kept(names, keep) - {made.name})]
    try:
        for path in gone:
            path.unlink(missing_ok=True)
    except OSError as error:
        raise BackupFailed(
            f"the backup {made} is complete, but old ones cannot be deleted: {error.strerror}"
        ) from error
    return gone


def kept(names: Collection[str], keep: Keep) -> set[str]:
    """Those of the backups that stay. Only the times in their names count, not the clock of this machine."""
    newest_first = sorted(names, key=_time_of, reverse=True)
    periods: list[tuple[int, Callable[[datetime], object]]] = [
        (keep.daily, datetime.date),
        (keep.weekly, lambda time: time.isocalendar()[:2]),
        (keep.monthly, lambda time: (time.year, time.month)),
    ]
    chosen: set[str] = set(newest_first[:1])
    for number, period_of in periods:
        newest_of: dict[object, str] = {}
        for name in newest_first:
            newest_of.setdefault(period_of(_time_of(name)), name)
        chosen.update(list(newest_of.values())[:number])
    return chosen


def fsync(path: Path) -> None:
    """Flush a file or directory to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def _locked(directory: Path) -> Iterator[None]:
    handle = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BackupFailed(f"another backup is being written to {directory}: try again when it is done") from error
    finally:
        os.close(handle)


@contextmanager
def _unfinished(directory: Path, path: Path) -> Iterator[BinaryIO]:
    handle, name = tempfile.mkstemp(dir=directory, prefix=UNFINISHED)  # mode 0600
    try:
        with os.fdopen(handle, "wb", buffering=1024 * 1024) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).rename(path)
        fsync(directory)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _time_of(name: str) -> datetime:
    found = NAME.fullmatch(name)
    if found is None:
        raise ValueError(f"{name} is not the name of a backup")
    return datetime.strptime(found[1], TIME).replace(tzinfo=UTC)
