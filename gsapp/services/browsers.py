"""Recognition of browsers (device cookie): a sign-in from a new one is a security notification."""

from datetime import timedelta

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from gsapp import access, clock, events
from gsapp.effects.record import record_event
from gsapp.models import KnownBrowser
from gsapp.security import vault

MAX_KNOWN = 20
"""Browsers remembered for an account; the one not seen for the longest time is forgotten."""

MAX_NEWS_A_DAY = 10
FIRST_WITHIN = timedelta(days=1)
"""The first browser of an account within this time after the registration is the one that registered it."""


def is_known(session: Session, *, user_id: int, mark: str) -> bool:
    """Whether this account was used from the browser or network with this hash."""
    return session.get(KnownBrowser, (user_id, mark)) is not None


def remember_browser(session: Session, *, user_id: int, mark: str, network: str = "") -> None:
    """Remember the browser or network of a sign-in; if it is a new one, the owner gets a notification.

    `network` is the hash of a browser's network, which programs then use without one.
    """
    _remember(session, user_id, mark)
    if network and not is_known(session, user_id=user_id, mark=network):
        session.add(KnownBrowser(user_id=user_id, mark=network, seen_at=clock.now()))
        session.flush()


def _remember(session: Session, user_id: int, mark: str) -> None:
    known = session.get(KnownBrowser, (user_id, mark))
    if known is not None:
        known.seen_at = clock.now()
        session.add(known)
        return
    theirs = select(func.count()).where(col(KnownBrowser.user_id) == user_id)
    is_first = session.exec(theirs).one() == 0
    session.add(KnownBrowser(user_id=user_id, mark=mark, seen_at=clock.now()))
    session.flush()
    _forget_oldest(session, user_id)
    if is_first and clock.now() - access.user(session, user_id).registered_at < FIRST_WITHIN:
        return
    if vault().throttle.step("new_browser", user_id, MAX_NEWS_A_DAY) == 0:
        record_event(session, access.actor_for(session, user_id), events.NewBrowserSeen(user_id))


def _forget_oldest(session: Session, user_id: int) -> None:
    of_user = col(KnownBrowser.user_id) == user_id
    latest = select(KnownBrowser.mark).where(of_user).order_by(col(KnownBrowser.seen_at).desc(), col(KnownBrowser.mark))
    if gone := session.exec(latest.offset(MAX_KNOWN).limit(MAX_KNOWN)).all():
        session.exec(delete(KnownBrowser).where(of_user, col(KnownBrowser.mark).in_(gone)))
