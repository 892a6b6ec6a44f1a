"""The keys that restored data needs: whether this site has them, or takes them from the backup."""

import itertools
import os
from pathlib import Path

from gsapp.backup import BackupFailed
from gsapp.backup.contents import Header, SecretKeys
from gsapp.config import Settings
from gsapp.security.keys import KeyRing

REPLACED = ".replaced"


def missing_key_ids(header: Header, data_key: str) -> list[str]:
    """The ids of the keys that the rows need and DATA_KEY lacks."""
    held = {key.id for key in KeyRing(data_key)} if data_key else set[str]()
    return sorted(set(header.key_ids) - held)


def take_keys(settings: Settings, header: Header, included: SecretKeys | None) -> None:
    """Check that this site can read the data; if it cannot, put the keys of the backup into DATA_DIR.

    Raises `BackupFailed` if the backup has none, or the keys are set in the environment.
    """
    missing = missing_key_ids(header, settings.data_key.get_secret_value())
    if not missing:
        return
    key_file = settings.data_dir / "data_key"
    if included is None:
        ids = ", ".join(missing)
        raise BackupFailed(f"the data needs the DATA_KEY with id {ids}: set it, or put it into {key_file}")
    kept = key_file.read_text().strip() if key_file.exists() else ""
    if kept != settings.data_key.get_secret_value():
        raise BackupFailed("DATA_KEY is set to another key than that of the backup: unset it for the restore")
    # DATA_KEY last: killed between the two, the next restore finds it missing and does both again.
    _replace(settings.data_dir / "secret_key", included.secret_key)
    _replace(key_file, included.data_key)


def _replace(file: Path, key: str) -> None:
    """Write a key file, and flush it to the disk; each key that it contained before is kept beside it."""
    if file.exists() and file.read_text().strip() == key:
        return
    fresh = file.with_name(f".{file.name}-restored")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as writing:
        writing.write(key + "\n")
        writing.flush()
        os.fsync(writing.fileno())
    if file.exists():
        os.link(file, _free_name(file))
    fresh.replace(file)
    directory = os.open(file.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _free_name(file: Path) -> Path:
    names = (file.with_name(f"{file.name}{REPLACED}{number or ''}") for number in itertools.count())
    return next(name for name in names if not name.exists())
