"""The last step of an upload: check the file, store it under a random name, and write its row."""

import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from gsapp import db
from gsapp.access import Actor
from gsapp.errors import DomainError
from gsapp.media import decoders
from gsapp.media.storage import storage
from gsapp.queries import files as file_queries
from gsapp.schemas.files import Attachment
from gsapp.services import files

log = logging.getLogger(__name__)


def accept_upload(actor: Actor, part: Path, *, charge: Callable[[int], None] | None = None) -> Attachment:
    """Check a completed upload in the temporary file `part` and store it for its sender.

    Takes a core for a second in a process of its own: the caller limits the concurrency, and removes the temporary
    file. `charge` is called with what it cost: whole seconds of processor time, and one for a file that was decoded in
    vain. Raises the refusals of `media.prepared`, `files.TooManyUnused`, `Busy`.
    """
    prepared, seconds = decoders.check(part)
    refused = isinstance(prepared, DomainError)
    if charge and seconds:
        charge(int(seconds) + refused)
    if isinstance(prepared, DomainError):
        raise prepared
    name = f"{secrets.token_hex(16)}.{prepared.ending}"
    file = Attachment(name=name, width=prepared.width, height=prepared.height)
    size = part.stat().st_size
    try:
        storage().keep(name, part, prepared.small)
        db.write(files.store_file, actor=actor, file=file, size=size)
    except Exception:
        _remove_unless_stored(name)
        raise
    return file


def _remove_unless_stored(name: str) -> None:
    """Remove the file, unless its row exists: a transaction that failed by a lost connection may be committed."""
    try:
        if not db.read(file_queries.names_known, names=[name]):
            storage().remove(name)
    except Exception:
        log.exception("file %s was not deleted; the next sweep removes it", name)
