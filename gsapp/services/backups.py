"""Notes successful backups in the database."""

from datetime import datetime

from sqlmodel import Session

from gsapp.models import SiteState
from gsapp.models.site import LAST_BACKUP


def note_backup(session: Session, *, at: datetime) -> None:
    """Store when the snapshot of a backup was taken, after its file is complete; monitoring reads it."""
    session.merge(SiteState(name=LAST_BACKUP, value=at.isoformat()))
