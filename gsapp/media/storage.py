"""Where photos and videos lie: DATA_DIR/files, and DATA_DIR/files-arriving for what is not finished.

Nobody but this user may read them: directories have mode 0700, files 0600. No name that comes from outside reaches the
disk: whoever calls with a name has looked it up in the database.
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
"""The database and the system want some room, too."""


class NoRoom(DomainError):
    status = 503
    sentence = N_("There is no room for photos and videos at the moment. Please tell a coordinator.")


class FileOnDisk(NamedTuple):
    """A file on the disk; a thumbnail counts with the name of its picture."""

    name: str
    path: Path
    changed_at: datetime


class FileStorage:
    def __init__(self, data_dir: Path) -> None:
        self._files = data_dir / "files"
        self._arriving = data_dir / "files-arriving"

    @contextmanager
    def part(self) -> Iterator[Path]:
        """An empty file to write to. It, and what was put beside it, is gone at the end unless `keep` took it.

        Raises `NoRoom`, also for whatever the disk refuses before the end.
        """
        try:
            path = self._new_part()
            try:
                yield path
            finally:
                path.unlink(missing_ok=True)
                path.with_name(path.name + SMALL).unlink(missing_ok=True)
        except OSError as error:  # full after all, read-only, or not ours: whoever looks after the machine is told
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
        """Give a finished part its name, its thumbnail first: a file that is there is there whole."""
        path = self.path(name)
        self._files.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.parent.mkdir(mode=0o700, exist_ok=True)
        for source, target in ((small, self.path(name, small=True)), (part, path)):
            if source is not None:
                _settle(source)
                source.chmod(0o600)
                source.rename(target)
        _settle(path.parent)

    def path(self, name: str, *, small: bool = False) -> Path:
        if not NAME.fullmatch(name):
            raise ValueError("not a stored file name")
        return self._files / name[:2] / (name + SMALL if small else name)

    def remove(self, name: str) -> None:
        """The file first, then its thumbnail; neither needs to be there."""
        self.path(name).unlink(missing_ok=True)
        self.path(name, small=True).unlink(missing_ok=True)

    def has(self, name: str) -> bool:
        return self.path(name).is_file()

    def directories(self) -> list[Path]:
        """Those that hold the files: `found_in` says what is in each."""
        return sorted(_inside(self._files))

    def leftovers(self) -> list[Path]:
        """Parts of uploads, those under way included."""
        return sorted(_inside(self._arriving))


def changed_at(path: Path) -> datetime:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC)


def _inside(directory: Path) -> Iterator[Path]:
    with suppress(FileNotFoundError, NotADirectoryError):
        yield from directory.iterdir()


def found_in(directory: Path) -> Iterator[FileOnDisk]:
    """The files in one directory that are under names of ours."""
    for path in _inside(directory):
        name = path.name.removesuffix(SMALL)
        if NAME.fullmatch(name) and name.startswith(directory.name):
            with suppress(FileNotFoundError):
                yield FileOnDisk(name, path, changed_at(path))


def _settle(path: Path) -> None:
    """Have it written to the disk itself: a row must not outlive a power cut that its file did not."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


_storage: FileStorage | None = None


def configure(data_dir: Path) -> None:
    """Keep the files of this process under `data_dir` from now on."""
    global _storage
    _storage = FileStorage(data_dir)


def forget() -> None:
    """The process has no place for files until the next `configure`."""
    global _storage
    _storage = None


def storage() -> FileStorage:
    """Where this process keeps its files. Raises `RuntimeError` before `configure`."""
    if _storage is None:
        raise RuntimeError("no file storage: call storage.use(data_dir) first")
    return _storage
