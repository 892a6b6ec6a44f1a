"""Anonymization of an account (soft delete): every text the user wrote is deleted; rows stay for the statistics."""

import secrets
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, SQLModel, col, select

from gsapp import clock, sealing
from gsapp.effects import search_index
from gsapp.models import (
    CalendarLink,
    EmailPace,
    FormerName,
    History,
    KnownBrowser,
    LinkConsent,
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
from gsapp.schemas.usernames import username_key
from gsapp.services import files
from gsapp.services.admin_needs import TAKEN_DOWN_TITLE
from gsapp.services.on_behalf import NO_PASSWORD
from gsapp.vocabulary import FORMER, IdType, Role

BATCH = 1000
"""Ids per statement: databases accept at most 32,766 parameters."""


def forget(session: Session, user: User) -> None:
    """Anonymize this user. The caller has locked the row and ended open needs, offers and sessions."""
    user_id = id_of(user)
    files.forget_files_of(session, user_id=user_id)
    _clear_needs(session, user_id)
    _clear_offers_and_reasons(session, user_id)
    _delete_own_rows(session, user_id)
    _update(session, FormerName, col(FormerName.user_id) == user_id, user_id=None)
    sealing.reserve_name(session, username_key(user.username))
    _clear_user(session, user)


def _clear_user(session: Session, user: User) -> None:
    """Overwrite all personal data. Phone and ID number may be registered again; the username may not."""
    sealed = sealing.seal(session, secrets.token_hex(12))
    user.username = user.username_key = user.phone = f"{FORMER}{user.id}"
    user.id_type, user.id_number, user.id_number_index = IdType.OTHER.value, sealed.text, sealed.index
    user.name, user.bio, user.email, user.language = "", None, None, None
    user.email_pending = user.email_pending_key = user.seen_language = None
    user.password_hash = NO_PASSWORD
    user.role = Role.MEMBER
    user.first_steps = user.consent_at = user.consent_how = user.consent_version = user.reached_at = None
    user.left_at = clock.now()
    user.suspended_at = user.left_at  # every check for suspended users then refuses this one, too
    session.add(user)
    session.flush()


def _clear_needs(session: Session, user_id: int) -> None:
    """Clear the texts of the user's needs; the name of the kind replaces the title. Type, city, dates, state stay."""
    kinds = {kind.id: kind.name for kind in session.exec(select(ServiceType))}
    taken_down = session.exec(select(TakenDownNeed.need_id).join(Need).where(Need.author_id == user_id)).all()
    if taken_down:
        session.exec(delete(TakenDownNeed).where(col(TakenDownNeed.need_id).in_(taken_down)))
    theirs = select(Need).where(Need.author_id == user_id).order_by(col(Need.id))
    for need in session.exec(theirs.with_for_update().execution_options(populate_existing=True)).all():
        title = need.title if need.title == TAKEN_DOWN_TITLE else kinds[need.type_id]
        search_index.change(session, need, title=title, description="")
        _update(session, Need, col(Need.id) == need.id, title=title, description="", attachments="", closed_reason="")


def _clear_offers_and_reasons(session: Session, user_id: int) -> None:
    """Clear messages, reasons and thanks that the user wrote, or received: only their own pages showed these."""
    # Selected ids instead of subqueries, for which MariaDB would scan the whole table.
    offered = _ids(session, select(Offer.id).where(Offer.volunteer_id == user_id))
    to_them = _ids(session, select(Offer.id).join(Need).where(Need.author_id == user_id))
    for some in _batches(offered):
        _update(session, Offer, col(Offer.id).in_(some), message="", attachments="")
    for some in _batches([*offered, *to_them]):
        matched = _ids(session, select(Match.id).where(col(Match.offer_id).in_(some)))
        _clear_reasons(session, Offer, col(Offer.id).in_(some))
        _clear_reasons(session, Match, col(Match.id).in_(matched))
        _update(session, Thanks, col(Thanks.match_id).in_(matched), text="")
    for some in _batches(_neighbours(session, user_id)):
        _clear_reasons(
            session, Notification, col(Notification.user_id).in_(some), col(Notification.actor_id) == user_id
        )
    # Reasons that the user, as a coordinator, gave for decisions about others stay: they are the community's record.
    _clear_reasons(session, History, col(History.actor_id) == user_id, col(History.need_id).is_not(None))
    _clear_reasons(session, History, col(History.on_behalf_of) == user_id)
    _clear_reasons(session, History, col(History.subject_id) == user_id)


def _neighbours(session: Session, user_id: int) -> set[int]:
    """Users who may have notifications from this one: volunteers of their needs, authors of needs they offered for."""
    answered = select(Offer.volunteer_id).join(Need).where(Need.author_id == user_id)
    asked = select(Need.author_id).join(Offer).where(Offer.volunteer_id == user_id)
    return {*_ids(session, answered), *_ids(session, asked)}


def _batches(ids: Iterable[int]) -> Iterator[list[int]]:
    left = sorted(ids)
    for start in range(0, len(left), BATCH):
        yield left[start : start + BATCH]


def _ids(session: Session, statement: Any) -> list[int]:
    return list(session.exec(statement).all())


def _clear_reasons(session: Session, table: Any, *where: Any) -> None:
    """Clear the reason that a user wrote; `reason_code` stays."""
    _update(session, table, *where, col(table.reason) != "", reason="")


def _delete_own_rows(session: Session, user_id: int) -> None:
    notifications = select(Notification.id).where(Notification.user_id == user_id)
    session.exec(delete(OutboxMessage).where(col(OutboxMessage.notification_id).in_(notifications)))
    own = (Notification, NotificationPreference, CalendarLink, OneTimeLink, EmailPace, KnownBrowser, LinkConsent)
    for table in own:
        session.exec(delete(table).where(col(table.user_id) == user_id))
    _update(session, OneTimeLink, col(OneTimeLink.used_by) == user_id, used_by=None)


def _update(session: Session, table: type[SQLModel], *where: Any, **values: Any) -> None:
    change = update(table).where(*where).values(values)
    session.exec(change.execution_options(synchronize_session=False))
