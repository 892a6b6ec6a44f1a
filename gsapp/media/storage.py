"""File storage of photos and videos: DATA_DIR/files, and DATA_DIR/files-arriving for unfinished uploads.

Only the user of this process may read them: directories have mode 0700, files 0600. No name from a request reaches the
file system (path traversal): callers look up names in the database first.
"""

import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from gsapp.errors import DomainError
from gsapp.i18n import N_
from gsapp.schemas.files import NAME

log = logging.getLogger(__name__)

SMALL = ".small"
SPARE_BYTES = 500 * 1024 * 1024
"""Reserve for the database and the system; uploads are refused when less is free."""


class NoRoom(DomainError):
    status = 503
    sentence = N_("There is no room for photos and videos at the moment. Please tell a coordinator.")


class FileOnDisk(NamedTuple):
    """A file on the disk; for a thumbnail, `name` is that of its picture."""

    name: str
    path: Path
    changed_at: datetime


class FileStorage:
    """Stores uploads below `data_dir`: a temporary file while a body arrives, then renamed to its final name."""

    def __init__(self, data_dir: Path) -> None:
        self._files = data_dir / "files"
        self._arriving = data_dir / "files-arriving"
        self.removed = data_dir / "files-removed"

    @contextmanager
    def part(self) -> Iterator[Path]:
        """A temporary file for an upload. It and its thumbnail are removed at the end, unless `keep` renamed them.

        Raises `NoRoom`, also for any `OSError` in the body.
        """
        try:
            path = self._new_part()
            try:
                yield path
            finally:
                path.unlink(missing_ok=True)
                path.with_name(path.name + SMALL).unlink(missing_ok=True)
        except OSError as error:  # full after all, read-only or without permission: the operator finds it in the log
            log.exception("cannot write uploads to %s", self._files.parent)
            raise NoRoom from error

    def _new_part(self) -> Path:
        self._arriving.mkdir(mode=0o700, parents=True, exist_ok=True)
        free = shutil.disk_usage(self._arriving).free
        if free < SPARE_BYTES:
            log.error("uploads refused: only %d MB free in %s", free // 1_000_000, self._arriving)
            raise NoRoom
        handle, name = tempfile.mkstemp(dir=self._arriving)  # mode 0600
        os.close(handle)
        return Path(name)

    def keep(self, name: str, part: Path, small: Path | None) -> None:
        """Move a completed temporary file to its final name, its thumbnail first, so that no file is incomplete."""
        path = self.path(name)
        for directory in (self._files, path.parent):
            if not directory.is_dir():
                directory.mkdir(mode=0o700, parents=True, exist_ok=True)
                _fsync(directory.parent)
        for source, target in ((small, self.path(name, small=True)), (part, path)):
            if source is not None:
                _fsync(source)
                source.chmod(0o600)
                source.rename(target)
        _fsync(path.parent)

    def path(self, name: str, *, small: bool = False) -> Path:
        """The path of a stored file or of its thumbnail. Raises `ValueError` for an invalid name."""
        if not NAME.fullmatch(name):
            raise ValueError("not a stored file name")
        return self._files / name[:2] / (name + SMALL if small else name)

    def remove(self, name: str) -> None:
        """Delete a file, then its thumbnail. Missing ones are ignored."""
        self.path(name).unlink(missing_ok=True)
        self.path(name, small=True).unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        return self.path(name).is_file()

    def directories(self) -> list[Path]:
        """The directories that contain files; `found_in` lists one of them."""
        return sorted(_inside(self._files))

    def leftovers(self) -> list[Path]:
        """Temporary files of uploads, including those in progress."""
        return sorted(_inside(self._arriving))


def changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _inside(directory: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError, NotADirectoryError):
        yield from directory.iterdir()


def found_in(directory: Path, *, anywhere: bool = False) -> Iterator[FileOnDisk]:
    """The files in a directory whose names are valid stored names, and belong there unless `anywhere`."""
    for path in _inside(directory):
        name = path.name.removesuffix(SMALL)
        if NAME.fullmatch(name) and (anywhere or name.startswith(directory.name)):
            with suppress(FileNotFoundError):
                yield FileOnDisk(name, path, changed_at(path))


def _fsync(path: Path) -> None:
    """Flush a file or directory to the disk: a row must not survive a power failure that its file did not."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_storage: FileStorage | None = None


def configure(data_dir: Path) -> None:
    """Store the files of this process under `data_dir` from now on."""
    global _storage
    _storage = FileStorage(data_dir)


def forget() -> None:
    """Drop the storage; the process has none until the next `configure`."""
    global _storage
    _storage = None


def storage() -> FileStorage:
    """The file storage of this process. Raises `RuntimeError` before `configure`."""
    if _storage is None:
        raise RuntimeError("no file storage: call storage.use(data_dir) first")
    return _storage
