"""The inbox of one member: notifications, pending decisions, notification preferences, e-mail addresses."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.errors import NotFound
from gsapp.events import InboxChanged, UserChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import Match, Need, Notification, NotificationPreference, Offer, User
from gsapp.schemas.forms import MAX_ID
from gsapp.schemas.inbox import (
    Decision,
    EmailAddresses,
    NotificationFilter,
    NotificationPage,
    NotificationRow,
    TopicPreference,
)
from gsapp.vocabulary import MatchState, NeedState, NotificationKind, NotificationTopic

MAX_DECISIONS = 50


@invalidated_by(InboxChanged, user_id="actor.user_id")
def notifications(session: Session, *, actor: Actor, filter: NotificationFilter) -> NotificationPage:
    """One page of the reader's notifications, the newest first."""
    mine = [col(Notification.user_id) == actor.user_id, col(Notification.shown).is_(True)]
    waiting = unread(session, actor=actor)
    if filter.unread:
        mine.append(col(Notification.read_at).is_(None))
        total = waiting
    else:
        total = session.exec(select(func.count()).select_from(Notification).where(*mine)).one()
    rows = rows_where(session, mine, limit=filter.size, offset=(filter.page - 1) * filter.size)
    return NotificationPage(items=rows, total=total, page=filter.page, size=filter.size, unread=waiting)


def one_notification(session: Session, *, actor: Actor, notification_id: int) -> NotificationRow:
    """One of the reader's own notifications. Raises `NotFound` for any other."""
    if not 0 < notification_id <= MAX_ID:
        raise NotFound
    mine = [col(Notification.id) == notification_id, col(Notification.user_id) == actor.user_id]
    found = rows_where(session, [*mine, col(Notification.shown).is_(True)], limit=1, offset=0)
    if not found:
        raise NotFound
    return found[0]


@invalidated_by(InboxChanged, user_id="actor.user_id")
def unread(session: Session, *, actor: Actor) -> int:
    """The number of unread notifications, for the badge. An index covers it, because every page reads it."""
    mine = (Notification.user_id == actor.user_id, col(Notification.read_at).is_(None))
    return session.exec(select(func.count()).select_from(Notification).where(*mine)).one()


def unread_about(session: Session, *, actor: Actor, need_id: int | None) -> bool:
    """Whether there are unread notifications about a need, or (`None`) about the account."""
    about = col(Notification.need_id) == need_id if need_id else col(Notification.need_id).is_(None)
    mine = select(Notification.id).where(Notification.user_id == actor.user_id, col(Notification.read_at).is_(None))
    return session.exec(mine.where(about).limit(1)).first() is not None


@invalidated_by(InboxChanged, user_id="actor.user_id")
def decisions(session: Session, *, actor: Actor) -> tuple[Decision, ...]:
    """Decisions that wait for this member, derived from needs and matches, so that they are never out of date."""
    return (*_to_confirm(session, actor), *_to_choose(session, actor))


@invalidated_by(InboxChanged, user_id="actor.user_id")
def notification_preferences(session: Session, *, actor: Actor) -> tuple[TopicPreference, ...]:
    """The channels of this member for each topic; by default all of them."""
    rows = session.exec(select(NotificationPreference).where(NotificationPreference.user_id == actor.user_id)).all()
    known = {row.topic: row for row in rows}
    return tuple(
        TopicPreference(
            topic=topic,
            in_inbox=known[topic].in_inbox if topic in known else True,
            by_mail=known[topic].by_mail if topic in known else True,
        )
        for topic in NotificationTopic
    )


@invalidated_by(UserChanged, user_id="actor.user_id")
def email_addresses(session: Session, *, actor: Actor) -> EmailAddresses:
    """The addresses for notifications by e-mail: the confirmed one and the pending one."""
    user = access.user(session, actor.user_id)
    return EmailAddresses(confirmed=user.email or "", pending=user.email_pending or "")


def rows_where(
    session: Session, where: Sequence[ColumnElement[bool]], *, limit: int, offset: int
) -> tuple[NotificationRow, ...]:
    """The notifications that fulfil the conditions, the newest first."""
    found = session.execute(
        select(Notification, Need.title, User.username)
        .outerjoin(Need, col(Need.id) == col(Notification.need_id))
        .outerjoin(User, col(User.id) == col(Notification.actor_id))
        .where(*where)
        .order_by(col(Notification.id).desc())
        .limit(limit)
        .offset(offset)
    )
    return tuple(_row(*each) for each in found)


def _to_confirm(session: Session, actor: Actor) -> list[Decision]:
    found = session.execute(
        select(Need.id, Need.title, User.username)
        .join(Match, col(Match.need_id) == col(Need.id))
        .join(Offer, col(Offer.id) == col(Match.offer_id))
        .join(User, col(User.id) == col(Offer.volunteer_id))
        .where(col(Need.author_id) == actor.user_id, col(Match.state) == MatchState.REPORTED)
        .order_by(col(Match.reported_at), col(Match.id))
        .limit(MAX_DECISIONS)
    )
    return [Decision(need_id=need_id, title=title, name=name) for need_id, title, name in found]


def _to_choose(session: Session, actor: Actor) -> list[Decision]:
    waiting = select(Need.id, Need.title, Need.offers_pending).where(
        col(Need.author_id) == actor.user_id,
        col(Need.state) == NeedState.ACTIVE,
        col(Need.offers_pending) > 0,
        col(Need.places_taken) < col(Need.helpers_wanted),
        col(Need.ends_at) >= clock.local_now(),
    )
    found = session.execute(waiting.order_by(col(Need.starts_at), col(Need.id)).limit(MAX_DECISIONS))
    return [Decision(need_id=need_id, title=title, offers=offers) for need_id, title, offers in found]


def _row(stored: Notification, title: str | None, name: str | None) -> NotificationRow:
    return NotificationRow(
        id=stored.id or 0,
        kind=NotificationKind(stored.kind),
        name=name,
        title=title,
        reason=stored.reason,
        reason_code=stored.reason_code,
        need_id=stored.need_id,
        offer_id=stored.offer_id,
        match_id=stored.match_id,
        at=stored.at,
        read_at=stored.read_at,
    )
