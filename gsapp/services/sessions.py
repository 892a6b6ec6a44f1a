"""Login sessions with sliding expiry, and access tokens of the REST API: open, prolong, end."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from gsapp import access, clock, db, events
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import NotFound
from gsapp.models import LoginSession, User
from gsapp.models.ids import id_of
from gsapp.schemas.forms import MAX_ID
from gsapp.security import vault
from gsapp.vocabulary import Role

PROLONG_EVERY = timedelta(minutes=10)


def open_session(
    session: Session, *, user_id: int, token_hash: str, hours: int, user_agent: str = "", address: str = ""
) -> int:
    """Store a login session that expires after `hours` and return its id. The token must be newly generated.

    That of a coordinator expires after COORDINATOR_SESSION_HOURS, and is not prolonged.
    """
    # A token that is stored already is from an attempt that was committed, but whose acknowledgement was lost.
    earlier = select(LoginSession.id).where(LoginSession.token_hash == token_hash, LoginSession.user_id == user_id)
    if known := session.exec(earlier).first():
        return known
    now = clock.now()
    if access.user(session, user_id).role is Role.COORDINATOR:
        hours = vault().cookies.coordinator_session_hours
    login = LoginSession(
        token_hash=token_hash,
        user_id=user_id,
        created_at=now,
        seen_at=now,
        authenticated_at=now,
        expires_at=now + timedelta(hours=hours),
        user_agent=user_agent[:200],
        address=address[:64],
    )
    session.add(login)
    session.flush()
    return id_of(login)


def due(actor: Actor, *, hours: int) -> bool:
    """Whether to prolong this member's session: every `PROLONG_EVERY`, not at each click (throttle)."""
    if actor.session_expires_at is None or actor.is_coordinator:
        return False
    return actor.session_expires_at < clock.now() + timedelta(hours=hours) - PROLONG_EVERY


def prolong_session(session: Session, actor: Actor, *, hours: int) -> None:
    """Move the expiry of the actor's session to `hours` from now (sliding expiry)."""
    login = session.get(LoginSession, actor.session_id)
    if login is not None:
        login.seen_at = clock.now()
        login.expires_at = clock.now() + timedelta(hours=hours)
        session.add(login)


def end_session(session: Session, actor: Actor, *, session_id: int) -> None:
    """End one of the actor's sessions. Raises `NotFound` for any other."""
    known = 0 < session_id <= MAX_ID
    if not known or not _end(session, actor, actor.user_id, [col(LoginSession.id) == session_id]):
        raise NotFound


def end_other_sessions(session: Session, actor: Actor) -> None:
    """End all sessions of this member except the current one, and all access tokens."""
    end_access_tokens(session, user_id=actor.user_id)
    if not _end(session, actor, actor.user_id, [col(LoginSession.id) != (actor.session_id or 0)]):
        # No session ended, but a cached holder of an access token has to be invalidated.
        db.publish_after_commit(session, events.SessionsEnded(actor.user_id, ()))


def end_all_sessions(session: Session, actor: Actor | None, *, user_id: int) -> None:
    """End all sessions and access tokens of a member, for instance on suspension."""
    end_access_tokens(session, user_id=user_id)
    _end(session, actor, user_id, [])


def end_access_tokens(session: Session, *, user_id: int) -> None:
    """Invalidate all access tokens of a member by incrementing `token_generation`."""
    increment = update(User).where(col(User.id) == user_id).values(token_generation=col(User.token_generation) + 1)
    session.exec(increment)


def forget_expired_sessions(session: Session) -> None:
    """Delete expired sessions."""
    session.exec(delete(LoginSession).where(col(LoginSession.expires_at) <= clock.now()))


def _end(session: Session, actor: Actor | None, user_id: int, which: Sequence[object]) -> tuple[int, ...]:
    found = select(LoginSession.id).where(LoginSession.user_id == user_id, *which)  # type: ignore[arg-type]
    ids = tuple(known for known in session.exec(found).all() if known is not None)
    if ids:
        session.exec(delete(LoginSession).where(col(LoginSession.id).in_(ids)))
        record_event(session, actor, events.SessionsEnded(user_id, ids))
    return ids
