"""Encryption of backups in the age format (age-encryption.org) to public keys: the server cannot read its own backups.

The command `age --decrypt --identity FILE` reads them as well. pyrage reads from one file object and writes to another,
so it runs in a thread at the other end of a pipe.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from gsapp.backup import BackupFailed, DamagedBackup

if TYPE_CHECKING:
    from pyrage import x25519

MAGIC = b"age-encryption.org/"
BUFFER = 1024 * 1024


def new_identity() -> tuple[str, str]:
    """A new key pair: the identity (secret, decrypts) and the recipient (public, encrypts)."""
    from pyrage import x25519

    identity = x25519.Identity.generate()
    return str(identity), str(identity.to_public())


def recipients_from(text: str) -> list["x25519.Recipient"]:
    """Public keys, separated by commas. Raises `BackupFailed` for anything else."""
    from pyrage import RecipientError, x25519

    try:
        return [x25519.Recipient.from_str(each.strip()) for each in text.split(",") if each.strip()]
    except RecipientError as error:
        raise BackupFailed("BACKUP_RECIPIENT and --recipient take public keys such as age1...") from error


def identities_in(file: Path) -> list["x25519.Identity"]:
    """The identities in a file of `gsapp backup keygen` or `age-keygen`. Raises `BackupFailed` if it has none."""
    from pyrage import IdentityError, x25519

    try:
        lines = [line.strip() for line in file.read_text().splitlines()]
        found = [x25519.Identity.from_str(line) for line in lines if line and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, IdentityError) as error:
        raise BackupFailed(f"no identity can be read from {file}: {error}") from error
    if not found:
        raise BackupFailed(f"{file} contains no identity (a line that begins with AGE-SECRET-KEY-)")
    return found


@contextmanager
def encrypting(target: BinaryIO, recipients: Sequence["x25519.Recipient"]) -> Iterator[BinaryIO]:
    """A file object whose content is written to `target`, encrypted to all recipients; without any, unchanged.

    Raises `BackupFailed` if `target` cannot be written.
    """
    if not recipients:
        yield target
        return
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1, thread_name_prefix="encryption") as pool:
        worker = pool.submit(_encrypt, reading, target, recipients)
        try:
            with os.fdopen(writing, "wb", buffering=BUFFER) as pipe:
                yield pipe
        except BrokenPipeError:
            worker.result()  # raises the reason
            raise
        worker.result()


@contextmanager
def decrypting(source: BinaryIO, identities: Sequence["x25519.Identity"]) -> Iterator[BinaryIO]:
    """A file object with the decrypted content of `source`.

    Raises `DamagedBackup` if `source` was changed or truncated, or was encrypted to other keys.
    """
    reading, writing = os.pipe()
    with ThreadPoolExecutor(1, thread_name_prefix="decryption") as pool:
        worker = pool.submit(_decrypt, source, writing, identities)
        with os.fdopen(reading, "rb", buffering=BUFFER) as pipe:
            try:
                yield pipe
            except DamagedBackup:
                _read_to_the_end(pipe)
                worker.result()  # raises the reason, if the content was damaged because decryption failed
                raise
            _read_to_the_end(pipe)
            worker.result()


def _read_to_the_end(pipe: BinaryIO) -> None:
    while pipe.read(BUFFER):
        continue


def _encrypt(reading: int, target: BinaryIO, recipients: Sequence["x25519.Recipient"]) -> None:
    import pyrage

    with os.fdopen(reading, "rb", buffering=BUFFER) as source:
        try:
            pyrage.encrypt_io(source, target, recipients)
        except pyrage.EncryptError as error:
            raise BackupFailed(f"the backup cannot be written: {error}") from error


def _decrypt(source: BinaryIO, writing: int, identities: Sequence["x25519.Identity"]) -> None:
    import pyrage

    with os.fdopen(writing, "wb", buffering=BUFFER) as target:
        try:
            pyrage.decrypt_io(source, target, identities)
        except (pyrage.DecryptError, OSError) as error:
            raise DamagedBackup(f"the backup cannot be decrypted: {error}") from error
