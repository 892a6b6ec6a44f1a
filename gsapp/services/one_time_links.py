"""Which one-time links for a password still work, and their end (revocation)."""

from sqlalchemy import ColumnElement, or_, update
from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.models import OneTimeLink, User
from gsapp.vocabulary import Role

PASSWORD = "password"  # noqa: S105 - a purpose
"""`OneTimeLink.purpose` of a link that sets a password."""


def open_password_links() -> list[ColumnElement[bool]]:
    """The condition of links that work: unused, in time, and issued by an active coordinator or the operator."""
    active = select(User.id).where(col(User.role) == Role.COORDINATOR, col(User.suspended_at).is_(None))
    return [
        col(OneTimeLink.purpose) == PASSWORD,
        col(OneTimeLink.used_at).is_(None),
        col(OneTimeLink.expires_at) > clock.now(),
        or_(col(OneTimeLink.issuer_id).is_(None), col(OneTimeLink.issuer_id).in_(active)),
    ]


def revoke_password_links(session: Session, *, user_id: int) -> None:
    """Invalidate the unused links for this account."""
    _revoke(session, col(OneTimeLink.user_id) == user_id)


def revoke_links_issued_by(session: Session, *, issuer_id: int) -> None:
    """Invalidate the unused links that this coordinator has issued; the role may come back, the links do not."""
    _revoke(session, col(OneTimeLink.issuer_id) == issuer_id)


def _revoke(session: Session, which: ColumnElement[bool]) -> None:
    unused = update(OneTimeLink).where(which, col(OneTimeLink.purpose) == PASSWORD, col(OneTimeLink.used_at).is_(None))
    session.exec(unused.where(col(OneTimeLink.expires_at) > clock.now()).values(expires_at=clock.now()))
