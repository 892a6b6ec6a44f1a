"""Opens a backup file, encrypted or not."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from gsapp.backup import BackupFailed
from gsapp.backup.encryption import MAGIC, decrypting, identities_in


@contextmanager
def open_backup(file: Path, identity: Path | None) -> Iterator[BinaryIO]:
    """The archive in a file; `identity` is the file with the secret key of an encrypted one.

    Raises `BackupFailed` if the file cannot be read, or is encrypted and there is no identity.
    """
    try:
        source = file.open("rb")
    except OSError as error:
        raise BackupFailed(f"{file} cannot be read: {error.strerror}") from error
    with source:
        encrypted = source.read(len(MAGIC)) == MAGIC
        source.seek(0)
        if not encrypted:
            yield source
        elif identity is None:
            raise BackupFailed(f"{file} is encrypted: name the file with the identity by --identity")
        else:
            with decrypting(source, identities_in(identity)) as decrypted:
                yield decrypted
