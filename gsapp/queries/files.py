"""Uploaded photos and videos: read permission, lookup by name, and batches for the file sweep."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp.access import Actor, NoSuchFile
from gsapp.models import History, Need, Offer, StoredFile
from gsapp.schemas.files import NAME, Attachment, names_in

MANY = 1000


class _Use(NamedTuple):
    """The need or offer that uses a file: its attachments, which should name the file, and its owner."""

    of_need: str | None
    author_id: int | None
    of_offer: str | None
    volunteer_id: int | None


def file_to_read(session: Session, *, actor: Actor, name: str) -> Attachment:
    """A file, if the actor may read it: an unused one as its uploader, others as a reader of its need or offer.

    Coordinators may read all used files, also those of a need taken down. Raises `NoSuchFile` otherwise.
    """
    if not NAME.fullmatch(name):
        raise NoSuchFile
    found = session.execute(
        wide_select(
            StoredFile, col(Need.attachments), col(Need.author_id), col(Offer.attachments), col(Offer.volunteer_id)
        )
        .outerjoin(Need, col(Need.id) == col(StoredFile.need_id))
        .outerjoin(Offer, col(Offer.id) == col(StoredFile.offer_id))
        .where(col(StoredFile.name) == name)
    ).first()
    if found is None or not _may_see(actor, found[0], _Use(*found[1:])):
        raise NoSuchFile
    return _shown(found[0])


def files_named(session: Session, names: Sequence[str]) -> list[Attachment]:
    """The stored files with these names, unordered; without names no statement is run."""
    if not names:
        return []
    return [_shown(file) for file in session.exec(select(StoredFile).where(col(StoredFile.name).in_(names))).all()]


def names_known(session: Session, *, names: Sequence[str]) -> set[str]:
    """The subset of these names that have a row."""
    return set(session.exec(select(StoredFile.name).where(col(StoredFile.name).in_(names))).all())


def unused_since(session: Session, *, moment: datetime) -> list[str]:
    """Names of the files uploaded before `moment` that no need or offer uses."""
    old = select(StoredFile.name).where(col(StoredFile.need_id).is_(None), StoredFile.uploaded_at < moment)
    return list(session.exec(old.order_by(col(StoredFile.name))).all())


def newest_row_at(session: Session) -> datetime | None:
    """When the newest event or upload of this database happened; `None` in an empty one."""
    event: datetime | None = session.exec(select(func.max(History.at))).one()
    upload: datetime | None = session.exec(select(func.max(StoredFile.uploaded_at))).one()
    return max(filter(None, (event, upload)), default=None)


def used_after(session: Session, *, name: str) -> list[str]:
    """The next batch of names of used files after `name`, in order (keyset pagination)."""
    rows = select(StoredFile.name).where(StoredFile.name > name, col(StoredFile.need_id).is_not(None))
    return list(session.exec(rows.order_by(col(StoredFile.name)).limit(MANY)).all())


def _may_see(actor: Actor, file: StoredFile, use: _Use) -> bool:
    if file.need_id is None:
        return file.uploader_id == actor.real_user_id
    if actor.is_coordinator:
        return True
    if file.offer_id is not None:
        return actor.user_id in (use.author_id, use.volunteer_id) and file.name in names_in(use.of_offer or "")
    return file.name in names_in(use.of_need or "")


def _shown(file: StoredFile) -> Attachment:
    return Attachment(name=file.name, width=file.width, height=file.height)
