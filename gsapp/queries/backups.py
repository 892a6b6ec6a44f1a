"""The age of the last backup, for monitoring."""

from datetime import datetime

from sqlmodel import Session

from gsapp.models import SiteState
from gsapp.models.site import LAST_BACKUP


def last_backup_at(session: Session) -> datetime | None:
    """When the snapshot of the last successful backup was taken, in UTC; `None` if there was never one."""
    noted = session.get(SiteState, LAST_BACKUP)
    return datetime.fromisoformat(noted.value) if noted else None
