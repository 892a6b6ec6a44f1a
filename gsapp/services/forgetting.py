"""Taking a person out of an account that stays for the counts: every word they wrote goes, every number stays."""

import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, SQLModel, col, select

from gsapp import clock
from gsapp.effects import search_index
from gsapp.models import (
    CalendarLink,
    FormerName,
    History,
    Match,
    Need,
    Notification,
    NotificationPreference,
    Offer,
    OneTimeLink,
    OutboxMessage,
    ServiceType,
    TakenDownNeed,
    Thanks,
    User,
)
from gsapp.models.ids import id_of
from gsapp.security import vault
from gsapp.services import files
from gsapp.services.admin_needs import TAKEN_DOWN_TITLE
from gsapp.services.on_behalf import NO_PASSWORD
from gsapp.vocabulary import FORMER, IdType, Role

BATCH = 1000
"""So many numbers at a time: of long lists databases take no more than 32,766."""


def forget(session: Session, user: User) -> None:
    """Remove the person. The caller holds the row and has ended everything that was still to happen."""
    user_id = id_of(user)
    files.forget_files_of(session, user_id=user_id)
    _words_of_needs(session, user_id)
    _words_of_others(session, user_id)
    _rows_of_their_own(session, user_id)
    session.add(FormerName(name_hash=vault().id_numbers.name_hash(user.username)))
    _person(session, user)


def _person(session: Session, user: User) -> None:
    """Nothing is left that says who it was, and what is unique may be registered anew; all but the username."""
    sealed = vault().id_numbers.seal(secrets.token_hex(12))
    user.username = user.phone = f"{FORMER}{user.id}"
    user.id_type, user.id_number, user.id_number_index = IdType.OTHER.value, sealed.text, sealed.index
    user.name, user.bio, user.email, user.language = "", None, None, None
    user.password_hash = NO_PASSWORD
    user.role = Role.MEMBER
    user.first_steps = user.consent_at = user.consent_how = user.reached_at = None
    user.left_at = clock.now()
    user.suspended_at = user.left_at  # whoever is kept out, is kept out by this
    session.add(user)
    session.flush()


def _words_of_needs(session: Session, user_id: int) -> None:
    """Kind, place, dates and state stay; the kind's name stands where the sentence was."""
    kinds = {kind.id: kind.name for kind in session.exec(select(ServiceType))}
    taken_down = session.exec(select(TakenDownNeed.need_id).join(Need).where(Need.author_id == user_id)).all()
    if taken_down:
        session.exec(delete(TakenDownNeed).where(col(TakenDownNeed.need_id).in_(taken_down)))
    theirs = select(Need).where(Need.author_id == user_id).order_by(col(Need.id))
    for need in session.exec(theirs.with_for_update().execution_options(populate_existing=True)).all():
        title = need.title if need.title == TAKEN_DOWN_TITLE else kinds[need.type_id]
        search_index.change(session, need, title=title, description="")
        _set(session, Need, col(Need.id) == need.id, title=title, description="", attachments="", closed_reason="")


def _words_of_others(session: Session, user_id: int) -> None:
    """What they wrote to neighbours, and why; what neighbours wrote about them, which only their page showed."""
    # By numbers: MariaDB would look at every row there is for those that a subquery names.
    offered = _ids(session, select(Offer.id).where(Offer.volunteer_id == user_id))
    to_them = _ids(session, select(Offer.id).join(Need).where(Need.author_id == user_id))
    for some in _batches(offered):
        _set(session, Offer, col(Offer.id).in_(some), message="", attachments="")
    for some in _batches([*offered, *to_them]):
        matched = _ids(session, select(Match.id).where(col(Match.offer_id).in_(some)))
        _reasons(session, Offer, col(Offer.id).in_(some))
        _reasons(session, Match, col(Match.id).in_(matched))
        _set(session, Thanks, col(Thanks.match_id).in_(matched), text="")
    for some in _batches(_neighbours(session, user_id)):
        _reasons(session, Notification, col(Notification.user_id).in_(some), col(Notification.actor_id) == user_id)
    # Of what coordinators decided about others the reasons stay, for that is the community's record.
    _reasons(session, History, col(History.actor_id) == user_id, col(History.need_id).is_not(None))
    _reasons(session, History, col(History.on_behalf_of) == user_id)
    _reasons(session, History, col(History.subject_id) == user_id)


def _neighbours(session: Session, user_id: int) -> set[int]:
    """With whom they had to do, and who was told of it."""
    answered = select(Offer.volunteer_id).join(Need).where(Need.author_id == user_id)
    asked = select(Need.author_id).join(Offer).where(Offer.volunteer_id == user_id)
    return {*_ids(session, answered), *_ids(session, asked)}


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    left = sorted(ids)
    for start in range(0, len(left), BATCH):
        yield left[start : start + BATCH]


def _ids(session: Session, statement: Any) -> list[int]:
    return list(session.exec(statement).all())


def _reasons(session: Session, table: Any, *where: Any) -> None:
    """Take away what people wrote as a reason; `reason_code` stays."""
    _set(session, table, *where, col(table.reason) != "", reason="")


def _rows_of_their_own(session: Session, user_id: int) -> None:
    news = select(Notification.id).where(Notification.user_id == user_id)
    session.exec(delete(OutboxMessage).where(col(OutboxMessage.notification_id).in_(news)))
    for table in (Notification, NotificationPreference, CalendarLink, OneTimeLink):
        session.exec(delete(table).where(col(table.user_id) == user_id))
    _set(session, OneTimeLink, col(OneTimeLink.used_by) == user_id, used_by=None)


def _set(session: Session, table: type[SQLModel], *where: Any, **values: Any) -> None:
    change = update(table).where(*where).values(values)
    session.exec(change.execution_options(synchronize_session=False))
