"""Photos and videos: keeping them, using each once, throwing them away.

The file and its row: a file gets its name before its row is committed, and loses it after its row is gone. Whatever
breaks off in between leaves a file without a row, which nobody can see and the sweep removes; never the reverse.
"""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from sqlalchemy import ColumnElement, delete
from sqlmodel import Session, col, select

from gsapp import clock, db, guards
from gsapp.access import Actor, NoSuchFile
from gsapp.errors import Invalid, NotSignedIn, RuleBroken, Sentence
from gsapp.i18n import N_
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
    """Raises `TooManyUnused` for a member who has as many unused files as are allowed, all of them new."""
    _in_the_way(session, actor)


def store_file(session: Session, actor: Actor, *, file: Attachment, size: int) -> None:
    """Write down a file that lies in its place under this name. Raises `TooManyUnused`.

    `NotSignedIn` when its sender has left, or was suspended, while it was on its way.
    """
    user = session.get_one(User, actor.real_user_id, with_for_update=True)  # one after the other: the limit holds
    if user.suspended_at is not None:
        raise NotSignedIn
    if session.get(StoredFile, file.name) is not None:
        return  # by an earlier try of this very step, whose answer was lost
    _drop(session, _in_the_way(session, actor), unused=True)
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
    """Throw an unused file away; its uploader only. Raises `NoSuchFile`, `FileInUse`."""
    file = session.get(StoredFile, name, with_for_update=True)
    if file is None or file.uploader_id != actor.real_user_id:
        raise NoSuchFile
    if not _drop(session, [name], unused=True):
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
    """Make a need or an offer own the files that its new list names, and throw away those of the list of before that it
    leaves out.

    New ones must be unused and of the actor, or of the coordinator who acts for them. Raises `FileGone`,
    `TooManyFiles`.
    """
    had, wanted = own_names(before), own_names(attachments)
    if len(wanted) > MAX_ATTACHMENTS:
        raise TooManyFiles
    senders = {actor.user_id, actor.real_user_id}
    for name in sorted(set(wanted) - set(had)):
        guards.use_file(session, name, senders, need_id=need_id, offer_id=offer_id)
    gone = [name for name in had if name not in wanted]
    _drop(session, gone, need_id=need_id, offer_id=offer_id)


def take_away(session: Session, need: Need) -> str:
    """Throw away the files of a need, and return what its list becomes."""
    _drop(session, own_names(need.attachments), need_id=id_of(need))
    return foreign_names(need.attachments)


def forget_files_of(session: Session, *, user_id: int) -> None:
    """Throw away all that a person has sent or that belongs to their needs and offers; the lists forget them, too."""
    of_needs = select(StoredFile).join(Need, col(Need.id) == col(StoredFile.need_id))
    of_offers = select(StoredFile).join(Offer, col(Offer.id) == col(StoredFile.offer_id))
    theirs = (
        of_needs.where(Need.author_id == user_id, col(StoredFile.offer_id).is_(None)),
        of_offers.where(Offer.volunteer_id == user_id),
        select(StoredFile).where(StoredFile.uploader_id == user_id),  # also what a coordinator used for somebody else
    )
    found = {file.name: file for some in theirs for file in session.exec(some).all()}
    for file in found.values():
        if file.need_id is not None:
            _leave_out(session, file)
    _drop(session, list(found))


def forget_unused(session: Session, *, name: str) -> bool:
    """Throw a file away if it is unused still."""
    return bool(_drop(session, [name], unused=True))


def _in_the_way(session: Session, actor: Actor) -> list[str]:
    """The forgotten files that have to go for one more: of forms that were never sent."""
    unused = select(StoredFile).where(StoredFile.uploader_id == actor.real_user_id, col(StoredFile.need_id).is_(None))
    mine = session.exec(unused.order_by(col(StoredFile.uploaded_at), col(StoredFile.name))).all()
    too_many = mine[: max(0, len(mine) + 1 - MAX_UNUSED_FILES)]
    if any(file.uploaded_at > clock.now() - FORGOTTEN_AFTER for file in too_many):
        raise TooManyUnused
    return [file.name for file in too_many]


def _leave_out(session: Session, file: StoredFile) -> None:
    record = session.get(Offer, file.offer_id) if file.offer_id else session.get(Need, file.need_id)
    if record is not None:
        kept = (name for name in record.attachments.split(",") if name.strip() != file.name)
        record.attachments = ",".join(kept)
        session.add(record)


def _drop(
    session: Session,
    names: Sequence[str],
    *,
    unused: bool = False,
    need_id: int | None = None,
    offer_id: int | None = None,
) -> int:
    """Delete these rows, and their files after the commit. Returns how many there were."""
    where: list[ColumnElement[bool]] = [col(StoredFile.need_id).is_(None)] if unused else []
    if need_id is not None:
        where += [col(StoredFile.need_id) == need_id, col(StoredFile.offer_id) == offer_id]
    dropped = 0
    for name in sorted(names):
        statement = delete(StoredFile).where(col(StoredFile.name) == name, *where)
        if session.exec(statement.execution_options(synchronize_session=False)).rowcount:
            db.after_commit(session, partial(storage().remove, name))
            dropped += 1
    return dropped
