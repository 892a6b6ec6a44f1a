"""Password reset: one-time links, issued by coordinators, by which a member sets a new password."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from gsapp import access, clock, events
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.models import OneTimeLink, User
from gsapp.services import accounts, sessions
from gsapp.services.accounts import LinkUsed, NobodySignsIn
from gsapp.services.link_consents import use_consent
from gsapp.services.one_time_links import PASSWORD, open_password_links, revoke_password_links
from gsapp.services.reauthentication import require_recent
from gsapp.vocabulary import Reason, Role

PURPOSE = PASSWORD
LASTS = timedelta(hours=1)


class NotForYourself(RuleBroken):
    sentence = N_("Your own password you change in your profile.")


class NotWhileSuspended(RuleBroken):
    sentence = N_("This account is suspended. Restore it first.")


def issue_password_link(session: Session, actor: Actor, *, user_id: int, token_hash: str) -> None:
    """Store the hash of a new link's token for this member and invalidate earlier links.

    Raises `NotForYourself`, `NotWhileSuspended`, `NobodySignsIn`, and `ConsentNeeded` for another coordinator.
    """
    access.coordinator(actor)
    require_recent(actor)
    access.user(session, user_id)
    if user_id == actor.user_id:
        raise NotForYourself  # otherwise an unattended browser would be enough to take over an account
    store_password_link(session, actor, user_id=user_id, token_hash=token_hash)


def store_password_link(
    session: Session, actor: Actor | None, *, user_id: int, token_hash: str, reason: Reason = ""
) -> None:
    """Issue a link; the caller has checked the permission. An actor needs consent for another coordinator.

    Raises `NotWhileSuspended`, `NobodySignsIn`, `ConsentNeeded`.
    """
    user = access.user(session, user_id)
    if user.is_managed:
        raise NobodySignsIn
    if user.suspended_at is not None:
        raise NotWhileSuspended
    if session.get(OneTimeLink, token_hash) is not None:
        return  # idempotent: an earlier attempt of this request was committed, but its acknowledgement was lost
    if actor is not None and user.role is Role.COORDINATOR:
        use_consent(session, actor, user_id=user_id)
    revoke_password_links(session, user_id=user_id)
    now = clock.now()
    link = OneTimeLink(token_hash=token_hash, purpose=PURPOSE, user_id=user_id, created_at=now, expires_at=now + LASTS)
    link.issuer_id = actor.user_id if actor else None  # None: the operator
    session.add(link)
    record_event(session, actor, events.PasswordLinkIssued(user_id), reason=reason)


def use_password_link(session: Session, *, token_hash: str, password_hash: str) -> int:
    """Store a new password and return the id of its user. Of concurrent calls one succeeds; raises `LinkUsed`.

    Ends all sessions and access tokens, so that a person who knew the old password is signed out.
    """
    claimed = update(OneTimeLink).where(col(OneTimeLink.token_hash) == token_hash, *open_password_links())
    used = session.exec(claimed.values(used_at=clock.now(), used_by=OneTimeLink.user_id)).rowcount == 1
    user = session.exec(_holder(token_hash)).first()
    if user is None or user.id is None or user.suspended_at is not None:
        raise LinkUsed
    if not used:
        if user.password_hash == password_hash:
            return user.id  # idempotent: an earlier attempt was committed; the salt in the hash is unique to a request
        raise LinkUsed
    owner = access.actor_for(session, user.id)
    accounts.replace_password(session, actor=owner, password_hash=password_hash)
    sessions.end_all_sessions(session, actor=owner, user_id=user.id)
    return user.id


def password_link_holder(session: Session, *, token_hash: str) -> str:
    """The username of the account whose password an unused link may set. Raises `LinkUsed`."""
    user = session.exec(_holder(token_hash).where(col(User.suspended_at).is_(None), *open_password_links())).first()
    if user is None:
        raise LinkUsed
    return user.username


def _holder(token_hash: str) -> SelectOfScalar[User]:
    found = select(User).join(OneTimeLink, col(OneTimeLink.user_id) == col(User.id))
    return found.where(OneTimeLink.token_hash == token_hash)
