"""Accounts for coordinators: list, search, detail. Search is by prefix of a name, which indexes support."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, union
from sqlmodel import Session, col, select

from gsapp import access, clock, events
from gsapp.access import Actor
from gsapp.events import (
    NeedChanged,
    ResidentEdited,
    ResidentRecorded,
    RoleChanged,
    UserChanged,
    UserLeft,
    UserRegistered,
    UserRestored,
    UserSuspended,
)
from gsapp.events.invalidation import invalidated_by
from gsapp.models import AbuseReport, History, LinkConsent, Match, Need, Offer, User
from gsapp.queries.accounts import own_profile
from gsapp.queries.pagination import Order, ids_of_page
from gsapp.queries.streaming import streamed
from gsapp.schemas.admin import UserFilter
from gsapp.schemas.admin_rows import UserDetail, UserRow
from gsapp.schemas.read_models import Page, masked_phone
from gsapp.vocabulary import Role

NO_USER = 0
CONSENT_LASTS = timedelta(hours=24)  # as in services.link_consents
LAST_LETTER = "\U0010ffff"  # sorts after every other character in each collation in use
NEWEST: Order = ((col(User.id), True),)
ORDERS: dict[str, Order] = {
    "": NEWEST,
    "newest": NEWEST,
    "oldest": ((col(User.id), False),),
    "username": ((col(User.username), False),),
    "name": ((col(User.name), False), (col(User.id), False)),
}


@invalidated_by(UserRegistered, ResidentRecorded, ResidentEdited, RoleChanged, UserSuspended, UserRestored, UserLeft)
def users(session: Session, *, actor: Actor, filter: UserFilter) -> Page[UserRow]:
    """One page of the accounts that match a filter. For coordinators."""
    access.coordinator(actor)
    where = _conditions(filter)
    # Counting is faster by an OR over index ranges, listing by a UNION of the ids that the same ranges match.
    ranges = [*_conditions(filter.model_copy(update={"q": ""})), *([or_(*_name_matches(filter.q))] if filter.q else [])]
    total = session.exec(select(func.count()).select_from(User).where(*ranges)).one()
    order = ORDERS[filter.sort]
    found = ids_of_page(session, col(User.id), where, order, total=total, page=filter.page, size=filter.size)
    rows = {row.id: row for row in session.exec(select(User).where(col(User.id).in_(found)))}
    items = tuple(_row(rows[user_id]) for user_id in found)
    return Page(items=items, total=total, page=filter.page, size=filter.size)


def stream_users(session: Session, *, actor: Actor, filter: UserFilter) -> Iterator[UserRow]:
    """All accounts that match the filter, streamed. For coordinators."""
    access.coordinator(actor)
    return stream_accounts(session, filter=filter)


def stream_accounts(session: Session, *, filter: UserFilter, limit: int | None = None) -> Iterator[UserRow]:
    """The first `limit` accounts that match the filter, or all, streamed. For the command line: without an actor."""
    columns = [column.desc() if greatest_first else column for column, greatest_first in ORDERS[filter.sort]]
    statement = select(User).where(*_conditions(filter)).order_by(*columns).limit(limit)
    return (_row(user) for (user,) in streamed(session, statement))


@invalidated_by(UserChanged, user_id="user_id")
@invalidated_by(NeedChanged)
def user_detail(session: Session, *, actor: Actor, user_id: int) -> UserDetail:
    """Everything that a coordinator may see of an account, with the phone number masked. Raises `NotFound`."""
    access.coordinator(actor)
    return account_detail(session, user_id=user_id)


def account_detail(session: Session, *, user_id: int) -> UserDetail:
    """The same for the command line: without an actor. Raises `NotFound`."""
    user = access.user(session, user_id)
    profile = own_profile(session, actor=access.actor_for(session, user_id))
    consent = session.get(LinkConsent, user_id)
    if consent is not None and consent.asked_at <= clock.now() - CONSENT_LASTS:
        consent = None
    return UserDetail(
        **profile.model_dump(exclude={"phone"}),
        phone=masked_phone(profile.phone),
        suspended_at=user.suspended_at,
        left_at=user.left_at,
        is_managed=user.is_managed,
        consent_asked_by=consent.asked_by if consent else None,
        consent_given=consent is not None and consent.agreed_by is not None,
        suspended_because=_last_reason(session, user_id) if user.suspended_at else "",
        needs=_count(session, col(Need.author_id) == user_id),
        offers=_count(session, col(Offer.volunteer_id) == user_id),
        matches=session.exec(select(func.count()).select_from(matches_of(user_id).subquery())).one(),
        reports=_count(session, col(AbuseReport.person_id) == user_id),
    )


def matches_of(user_id: int) -> Any:
    """A statement of the ids of a user's matches, as volunteer or author."""
    given = select(Match.id).join(Offer, col(Offer.id) == col(Match.offer_id)).where(Offer.volunteer_id == user_id)
    got = select(Match.id).join(Need, col(Need.id) == col(Match.need_id)).where(Need.author_id == user_id)
    return union(given, got)


def id_of(session: Session, username: str) -> int:
    """The id of the user with exactly this username; `NO_USER`, which matches no rows, if there is none."""
    return session.exec(select(User.id).where(User.username == username)).first() or NO_USER


def names(session: Session, user_ids: Iterable[int | None]) -> dict[int, tuple[str, str]]:
    """Username and real name by user id."""
    ids = {user_id for user_id in user_ids if user_id is not None}
    if not ids:
        return {}
    found = session.exec(select(User.id, User.username, User.name).where(col(User.id).in_(ids)))
    return {user_id: (username, name) for user_id, username, name in found if user_id is not None}


def _conditions(filter: UserFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filter.role:
        where.append(col(User.role) == Role[filter.role.upper()])
    if filter.suspended:
        suspended = filter.suspended == "yes"
        where.append(col(User.suspended_at).is_not(None) if suspended else col(User.suspended_at).is_(None))
    if filter.q:
        found = union(*(select(User.id).where(match) for match in _name_matches(filter.q))).subquery()
        where.append(col(User.id).in_(select(found.c[0])))
    return where


def _name_matches(q: str) -> list[ColumnElement[bool]]:
    """Alternatives: `q` is a prefix of the username or real name, or the whole phone number.

    A part of a phone number matches nothing; otherwise any number could be found digit by digit, without a record.
    """
    spellings = sorted({q, q.lower(), q.upper(), q.capitalize(), q.title()})
    prefixes = [
        and_(col(column) >= begin, col(column) < begin + LAST_LETTER)
        for column in (User.username, User.name)
        for begin in spellings
    ]
    return [*prefixes, col(User.phone) == q.replace(" ", "").replace("-", "")]


def _row(user: User) -> UserRow:
    return UserRow(
        id=user.id or 0,
        username=user.username,
        name=user.name,
        role=user.role,
        registered_at=user.registered_at,
        suspended_at=user.suspended_at,
    )


def _count(session: Session, where: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).where(where)).one()


def _last_reason(session: Session, user_id: int) -> str:
    steps: Sequence[str] = session.exec(
        select(History.reason)
        .where(History.subject_id == user_id, History.action == events.UserSuspended.__name__)
        .order_by(col(History.id).desc())
        .limit(1)
    ).all()
    return steps[0] if steps else ""
