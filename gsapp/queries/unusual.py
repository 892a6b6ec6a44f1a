"""Unusual activity for coordinators: failed sign-ins, refusals by kind, accounts with many, usernames, new rights."""

from datetime import date, timedelta

from pydantic_core import PydanticCustomError
from sqlalchemy import ColumnElement, func
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.events import PasswordLinkIssued, RoleChanged
from gsapp.models import History, SecurityCount, User
from gsapp.queries.streaming import streamed
from gsapp.schemas import retention
from gsapp.schemas.unusual import FailedSignIns, OddUsername, RefusalCount, RefusedAccount, Unusual
from gsapp.schemas.usernames import check_username
from gsapp.security.refusals import SIGN_IN_FAILED
from gsapp.vocabulary import Role

MANY = 20
"""Refusals of one account within the period, from which it is listed."""
MOST_ACCOUNTS = 20
MOST_CHECKED = 20_000
"""Usernames that are checked, those of the newest accounts: less than a second."""
MOST_ODD = 50


def unusual(session: Session, *, actor: Actor) -> Unusual:
    """Everything of the last 30 days. For coordinators."""
    access.coordinator(actor)
    since = clock.now() - retention.SECURITY_COUNTS
    odd, checked = _odd_usernames(session)
    promoted = (col(History.action) == RoleChanged.__name__, col(History.new) == Role.COORDINATOR.name.lower())
    return Unusual(
        days=retention.SECURITY_COUNTS // timedelta(days=1),
        sign_ins=_sign_ins(session),
        refusals=_refusals(session),
        accounts=_accounts(session),
        odd_usernames=odd,
        usernames_checked=checked,
        new_coordinators=_steps(session, *promoted, col(History.at) >= since),
        password_links=_steps(session, col(History.action) == PasswordLinkIssued.__name__, col(History.at) >= since),
    )


def _sign_ins(session: Session) -> tuple[FailedSignIns, ...]:
    count = SecurityCount
    networks = func.count(func.distinct(func.nullif(count.network, "")))
    by_day = wide_select(col(count.day), func.sum(count.n), networks).where(col(count.kind) == SIGN_IN_FAILED)
    found = session.execute(by_day.group_by(col(count.day)).order_by(col(count.day).desc()))
    return tuple(FailedSignIns(day=date.fromisoformat(day), n=int(n), networks=many) for day, n, many in found)


def _refusals(session: Session) -> tuple[RefusalCount, ...]:
    count = SecurityCount
    totals = func.sum(count.n).label("total")
    one = (
        wide_select(col(count.kind), col(count.network), col(count.user_id), totals)
        .where(col(count.kind) != SIGN_IN_FAILED)
        .group_by(col(count.kind), col(count.network), col(count.user_id))
        .subquery()
    )
    networks = func.count(func.distinct(func.nullif(one.c.network, "")))
    by_kind = wide_select(one.c.kind, func.sum(one.c.total), networks, func.max(one.c.total)).group_by(one.c.kind)
    found = session.execute(by_kind.order_by(func.sum(one.c.total).desc()))
    return tuple(
        RefusalCount(kind=kind, n=int(n), networks=many, most_by_one=int(most)) for kind, n, many, most in found
    )


def _accounts(session: Session) -> tuple[RefusedAccount, ...]:
    total = func.sum(SecurityCount.n)
    many = (
        wide_select(col(User.id), col(User.username), total)
        .join(User, col(User.id) == col(SecurityCount.user_id))
        .group_by(col(User.id), col(User.username))
        .having(total >= MANY)
        .order_by(total.desc())
        .limit(MOST_ACCOUNTS)
    )
    return tuple(RefusedAccount(user_id=who, username=name, n=int(n)) for who, name, n in session.execute(many))


def _odd_usernames(session: Session) -> tuple[tuple[OddUsername, ...], int]:
    """Usernames of the newest accounts that a registration would refuse today, and how many were checked."""
    # Without residents and former members: the program has named them.
    own = (col(User.recorded_by).is_(None), col(User.left_at).is_(None))
    newest = select(User.id, User.username).where(*own).order_by(col(User.id).desc()).limit(MOST_CHECKED)
    odd: list[OddUsername] = []
    checked = 0
    for user_id, username in streamed(session, newest):
        checked += 1
        if len(odd) < MOST_ODD and _would_be_refused(username):
            odd.append(OddUsername(user_id=user_id, username=username))
    return tuple(odd), checked


def _would_be_refused(username: str) -> bool:
    try:
        check_username(username)
    except PydanticCustomError:
        return True
    return False


def _steps(session: Session, *where: ColumnElement[bool]) -> int:
    return session.exec(select(func.count()).select_from(History).where(*where)).one()
