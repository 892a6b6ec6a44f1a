"""The last step of an upload: check the file, store it under a random name, and write its row."""

import logging
import secrets
from pathlib import Path

from gsapp import db
from gsapp.access import Actor
from gsapp.media.kinds import prepare
from gsapp.media.storage import storage
from gsapp.queries import files as file_queries
from gsapp.schemas.files import Attachment
from gsapp.services import files

log = logging.getLogger(__name__)


def take_in(actor: Actor, part: Path) -> Attachment:
    """Check a finished upload, and keep it for its sender to use.

    Takes a core and up to 200 MB for a second: the caller lets few in at once, and removes the part. Raises the
    refusals of `media.prepared`, `files.TooManyUnused`, `Busy`.
    """
    prepared = prepare(part)
    name = f"{secrets.token_hex(16)}.{prepared.ending}"
    file = Attachment(name=name, width=prepared.width, height=prepared.height)
    size = part.stat().st_size
    try:
        storage().keep(name, part, prepared.small)
        db.write(files.store_file, actor=actor, file=file, size=size)
    except Exception:
        _forget_unless_stored(name)
        raise
    return file


def _forget_unless_stored(name: str) -> None:
    """A step that failed may have been committed all the same, if the connection broke just then."""
    try:
        if not db.read(file_queries.names_known, names=[name]):
            storage().remove(name)
    except Exception:
        log.exception("file %s was not deleted; the next sweep removes it", name)
