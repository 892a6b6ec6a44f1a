"""Uploaded photos and videos: their rows, which need or offer uses each, and their deletion.

A file is stored before its row is committed, and deleted after the deletion of its row is committed. A crash in between
leaves a file without a row, which no page shows and the file sweep removes, but never a row without a file.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select

from gsapp import clock, db, guards
from gsapp.access import Actor, NoSuchFile
from gsapp.errors import Invalid, NotSignedIn, RuleBroken, Sentence
from gsapp.i18n import N_
from gsapp.media import quarantine
from gsapp.media.storage import storage
from gsapp.models import Need, Offer, StoredFile, User
from gsapp.models.ids import id_of
from gsapp.schemas.files import MAX_ATTACHMENTS, Attachment, foreign_names, media_type, own_names

MAX_UNUSED_FILES = 20
FORGOTTEN_AFTER = timedelta(hours=1)


class FileInUse(RuleBroken):
    sentence = N_("This file belongs to a need or an offer. Take it out there.")


class TooManyUnused(RuleBroken):
    sentence = N_("You have {number} files that are not used anywhere yet. Please use or remove some first.")

    def __init__(self) -> None:
        super().__init__(number=MAX_UNUSED_FILES)


class TooManyFiles(Invalid):
    status = 400
    sentence = N_("At most {number} photos and videos, please.")

    def __init__(self) -> None:
        super().__init__({"attachments": Sentence(self.sentence, {"number": MAX_ATTACHMENTS})})
        self.values = {"number": MAX_ATTACHMENTS}


def check_room(session: Session, actor: Actor) -> None:
    """Raises `TooManyUnused` if the member has the maximum of unused files and none is old enough to be deleted."""
    _files_to_evict(session, actor)


def store_file(session: Session, actor: Actor, *, file: Attachment, size: int) -> None:
    """Insert the row of a file that is in the storage already; `size` in bytes. Raises `TooManyUnused`.

    `NotSignedIn` when its uploader has left or was suspended during the upload.
    """
    user = session.get_one(User, actor.real_user_id, with_for_update=True)  # serializes uploads: the limit holds
    if user.suspended_at is not None:
        raise NotSignedIn
    if session.get(StoredFile, file.name) is not None:
        return  # idempotent: an earlier attempt was committed, but its acknowledgement was lost
    _delete(session, _files_to_evict(session, actor), unused=True)
    session.add(
        StoredFile(
            name=file.name,
            media_type=media_type(file.name),
            size=size,
            width=file.width,
            height=file.height,
            uploader_id=actor.real_user_id,
            uploaded_at=clock.now(),
        )
    )


def discard_file(session: Session, actor: Actor, *, name: str) -> None:
    """Delete an unused file, for its uploader only. Raises `NoSuchFile`, `FileInUse`."""
    file = session.get(StoredFile, name, with_for_update=True)
    if file is None or file.uploader_id != actor.real_user_id:
        raise NoSuchFile
    if not _delete(session, [name], unused=True):
        raise FileInUse


def attach(
    session: Session,
    actor: Actor,
    attachments: str,
    *,
    before: str = "",
    need_id: int,
    offer_id: int | None = None,
) -> None:
    """Assign the files named in `attachments` to a need or an offer, and delete those that only `before` names.

    Added files must be unused, and uploaded by the actor or by the coordinator who acts for them. Raises `FileGone`,
    `TooManyFiles`.
    """
    had, wanted = own_names(before), own_names(attachments)
    if len(wanted) > MAX_ATTACHMENTS:
        raise TooManyFiles
    senders = {actor.user_id, actor.real_user_id}
    for name in sorted(set(wanted) - set(had)):
        guards.use_file(session, name, senders, need_id=need_id, offer_id=offer_id)
    gone = [name for name in had if name not in wanted]
    _delete(session, gone, need_id=need_id, offer_id=offer_id)


def delete_files_of_need(session: Session, need: Need) -> str:
    """Delete the files of a need and return the attachments that remain: links to files of other sites."""
    _delete(session, own_names(need.attachments), need_id=id_of(need))
    return foreign_names(need.attachments)


def forget_files_of(session: Session, *, user_id: int) -> None:
    """Delete all files that a user uploaded or that belong to their needs and offers, also from the attachments."""
    of_needs = select(StoredFile).join(Need, col(Need.id) == col(StoredFile.need_id))
    of_offers = select(StoredFile).join(Offer, col(Offer.id) == col(StoredFile.offer_id))
    theirs = (
        of_needs.where(Need.author_id == user_id, col(StoredFile.offer_id).is_(None)),
        of_offers.where(Offer.volunteer_id == user_id),
        select(StoredFile).where(StoredFile.uploader_id == user_id),  # also a coordinator's, used for a resident
    )
    found = {file.name: file for some in theirs for file in session.exec(some).all()}
    for file in found.values():
        if file.need_id is not None:
            _remove_from_attachments(session, file)
    _delete(session, list(found))


def forget_unused(session: Session, *, name: str, at_once: bool = False) -> bool:
    """Delete the row of a file if it is still unused, and move the file into quarantine; returns whether it was.

    `at_once` deletes the file as well.
    """
    return bool(_delete(session, [name], unused=True, dispose=None if at_once else quarantine.move_upload))


def _files_to_evict(session: Session, actor: Actor) -> list[str]:
    """The oldest unused files to delete before one more fits the limit. Raises `TooManyUnused` if one is recent."""
    unused = select(StoredFile).where(StoredFile.uploader_id == actor.real_user_id, col(StoredFile.need_id).is_(None))
    files = session.exec(unused.order_by(col(StoredFile.uploaded_at), col(StoredFile.name))).all()
    too_many = files[: max(0, len(files) + 1 - MAX_UNUSED_FILES)]
    if any(file.uploaded_at > clock.now() - FORGOTTEN_AFTER for file in too_many):
        raise TooManyUnused
    return [file.name for file in too_many]


def _remove_from_attachments(session: Session, file: StoredFile) -> None:
    record = session.get(Offer, file.offer_id) if file.offer_id else session.get(Need, file.need_id)
    if record is not None:
        kept = (name for name in record.attachments.split(",") if name.strip() != file.name)
        record.attachments = ",".join(kept)
        session.add(record)


def _delete(
    session: Session,
    names: Sequence[str],
    *,
    unused: bool = False,
    need_id: int | None = None,
    offer_id: int | None = None,
    dispose: Callable[[str], None] | None = None,
) -> int:
    """Delete the rows that match, and their files after the commit. Returns the number of rows deleted.

    `dispose` is called with the name of each file instead of its deletion.
    """
    where: list[ColumnElement[bool]] = [col(StoredFile.need_id).is_(None)] if unused else []
    if need_id is not None:
        where += [col(StoredFile.need_id) == need_id, col(StoredFile.offer_id) == offer_id]
    deleted = 0
    for name in sorted(names):
        statement = delete(StoredFile).where(col(StoredFile.name) == name, *where)
        if session.exec(statement.execution_options(synchronize_session=False)).rowcount:
            db.after_commit(session, partial(dispose or storage().remove, name))
            deleted += 1
    return deleted
