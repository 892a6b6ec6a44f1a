"""Writes and reads the tar archive as a stream, with a SHA-256 of every member, in bounded memory."""

import hashlib
import tarfile
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from gsapp.backup import BackupFailed, DamagedBackup
from gsapp.backup.contents import CHECKSUMS, FORMAT, HEADER, MANIFEST, MANIFEST_CHECKSUM, MAX_BYTES, Header, Manifest

M = TypeVar("M", bound=BaseModel)
LISTED = 5_000  # members in one list of checksums
END = b"\0" * 2 * tarfile.BLOCKSIZE


class Member(NamedTuple):
    """One member of the archive; `changed_at` is the modification time of a file in seconds since 1970."""

    name: str
    content: bytes
    changed_at: float


class Writer:
    """Writes members one after the other; `finish` writes the rest of the checksums."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._lines: list[str] = []
        self._lists = 0
        self._all = hashlib.sha256()
        self.members = 0

    def add(self, name: str, content: bytes, *, changed_at: float = 0) -> None:
        if len(content) > MAX_BYTES:
            raise BackupFailed(f"{name} has {len(content)} bytes, too many for a backup: move it away")
        self._write(name, content, changed_at)
        self._lines.append(_line(name, content))
        self.members += 1
        if len(self._lines) == LISTED:
            self._write_checksums()

    def finish(self) -> str:
        """Write the checksums of the last members; returns the checksum of all lists, for the manifest."""
        if self._lines:
            self._write_checksums()
        return self._all.hexdigest()

    def close(self, manifest: Manifest) -> None:
        """Write the manifest and the end of the archive."""
        content = manifest.model_dump_json(indent=1).encode()
        self._write(MANIFEST, content, 0)
        self._write(MANIFEST_CHECKSUM, _line(MANIFEST, content).encode(), 0)
        self._out.write(END)

    def _write_checksums(self) -> None:
        self._lists += 1
        content = "".join(self._lines).encode()
        self._lines.clear()
        self._all.update(content)
        self._write(f"checksums/{self._lists:06d}.sha256", content, 0)

    def _write(self, name: str, content: bytes, changed_at: float) -> None:
        # Not by TarFile.addfile, which keeps an object for each member in memory.
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode, entry.mtime = len(content), 0o600, int(changed_at)
        self._out.write(entry.tobuf())
        self._out.write(content)
        self._out.write(b"\0" * (-len(content) % tarfile.BLOCKSIZE))


def read_header(members: Iterator[Member]) -> Header:
    """The first member. Raises `DamagedBackup`, and `BackupFailed` for a format of a newer version of the program."""
    first = next(members, None)
    if first is None or first.name != HEADER:
        raise DamagedBackup("this is not a backup of GoodServices")
    header = parsed(Header, first.content)
    if header.format != FORMAT:
        raise BackupFailed(f"this backup has format {header.format}: use version {header.program} of the program")
    return header


def members_of(stream: BinaryIO) -> Iterator[Member]:
    """The members of an archive, the manifest last. A checksum may be compared only after its member was yielded.

    Raises `DamagedBackup` at the first difference, and if the archive is incomplete.
    """
    lines: list[str] = []
    every, count = hashlib.sha256(), 0
    entries = _entries(stream)
    for member in entries:
        if CHECKSUMS.fullmatch(member.name):
            if "".join(lines).encode() != member.content:
                raise DamagedBackup(f"the checksums of {member.name} differ: the backup was damaged")
            every.update(member.content)
            lines.clear()
        elif member.name == MANIFEST:
            manifest = parsed(Manifest, member.content)
            last = next(entries, None)
            right = last is not None and last[:2] == (MANIFEST_CHECKSUM, _line(*member[:2]).encode())
            if lines or not right or (manifest.members, manifest.checksums) != (count, every.hexdigest()):
                raise DamagedBackup("the checksum of all members differs: the backup was damaged")
            yield member
            return
        else:
            lines.append(_line(member.name, member.content))
            count += 1
            yield member
    raise DamagedBackup("the backup is incomplete: its end is missing")


def _entries(stream: BinaryIO) -> Iterator[Member]:
    try:
        with tarfile.open(fileobj=stream, mode="r|", bufsize=1024 * 1024) as tar:
            while (entry := tar.next()) is not None:
                tar.members.clear()  # type: ignore[attr-defined]  # TarFile keeps all of them otherwise
                content = tar.extractfile(entry) if entry.isreg() and entry.size <= MAX_BYTES else None
                if content is None:
                    raise DamagedBackup(f"{entry.name} is no member of a backup")
                yield Member(entry.name, content.read(), entry.mtime)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise DamagedBackup(f"this is no backup, or it was damaged: {error}") from error


def _line(name: str, content: bytes) -> str:
    return f"{hashlib.sha256(content).hexdigest()}  {name}\n"


def parsed(kind: type[M], content: bytes) -> M:
    try:
        return kind.model_validate_json(content)
    except ValidationError as error:
        raise DamagedBackup(f"the {kind.__name__.lower()} of the backup cannot be read") from error
