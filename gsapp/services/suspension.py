"""Suspension of accounts by coordinators, and its end."""

from sqlmodel import Session, col

from gsapp import access, clock, events, guards
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.models import User
from gsapp.schemas.needs import ReasonForm
from gsapp.services import sessions
from gsapp.services.admin_people import hold_coordinators
from gsapp.services.one_time_links import revoke_links_issued_by, revoke_password_links
from gsapp.services.reauthentication import require_recent
from gsapp.vocabulary import Reason


class NotYourself(RuleBroken):
    sentence = N_("You cannot suspend your own account.")


class AlreadySuspended(RuleBroken):
    sentence = N_("This account is suspended already.")


class NotSuspended(RuleBroken):
    sentence = N_("This account is not suspended.")


def suspend(session: Session, actor: Actor, *, user_id: int, form: ReasonForm) -> None:
    """Suspend a member and end all their sessions, access tokens and password links, also those they issued.

    Raises `AlreadySuspended`, `NotYourself`.
    """
    access.coordinator(actor)
    require_recent(actor)
    access.user(session, user_id)
    if user_id == actor.user_id:
        raise NotYourself
    hold_coordinators(session, actor)  # of two who suspend each other, one stays
    suspend_account(session, actor, user_id=user_id, reason=form.reason)


def suspend_account(session: Session, actor: Actor | None, *, user_id: int, reason: Reason) -> None:
    """Suspend without a permission check, which the caller has made. Raises `AlreadySuspended`."""
    here = [col(User.id) == user_id, col(User.suspended_at).is_(None)]
    guards.one_row(session, User, here, {"suspended_at": clock.now()}, AlreadySuspended)
    record_event(session, actor, events.UserSuspended(user_id), reason=reason)
    sessions.end_all_sessions(session, actor=actor, user_id=user_id)
    revoke_password_links(session, user_id=user_id)
    revoke_links_issued_by(session, issuer_id=user_id)


def restore(session: Session, actor: Actor, *, user_id: int, form: ReasonForm) -> None:
    """End the suspension of a member; their sessions stay ended. Raises `NotSuspended`."""
    access.coordinator(actor)
    require_recent(actor)
    restore_account(session, actor, user_id=user_id, reason=form.reason)


def restore_account(session: Session, actor: Actor | None, *, user_id: int, reason: Reason) -> None:
    """Restore without a permission check, which the caller has made. Raises `NotSuspended`."""
    access.user(session, user_id)
    suspended = [col(User.id) == user_id, col(User.suspended_at).is_not(None), col(User.left_at).is_(None)]
    guards.one_row(session, User, suspended, {"suspended_at": None}, NotSuspended)
    record_event(session, actor, events.UserRestored(user_id), reason=reason)
