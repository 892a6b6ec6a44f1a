"""What the operator of the site does with accounts, on the command line: without an actor, and by the same rules.

No function takes an actor, so that no page can call one with a visitor who is not signed in. The history records each
with `ReasonCode.COMMAND_LINE`, or with the reason that the operator gives.
"""

from sqlmodel import Session

from gsapp import access
from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.schemas.accounts import RegisterForm
from gsapp.services import accounts, admin_password_links, leaving, suspension
from gsapp.services.admin_people import AlreadySo, all_coordinators
from gsapp.vocabulary import Reason, ReasonCode, Role

BY_OPERATOR = ReasonCode.COMMAND_LINE


class OnlyCoordinator(RuleBroken):
    sentence = N_("This is the only coordinator. Please make somebody else a coordinator first.")


def create_account(session: Session, *, form: RegisterForm, password_hash: str, token_hash: str) -> int:
    """Create an account with a one-time link by which its owner sets the password. Raises what `register` does."""
    user_id = accounts.register(session, form=form, password_hash=password_hash, reason=BY_OPERATOR)
    issue_password_link(session, user_id=user_id, token_hash=token_hash)
    return user_id


def make_coordinator(session: Session, *, user_id: int) -> None:
    """Give a member the coordinator's role. Raises `AlreadySo`, `NobodySignsIn`."""
    if access.user(session, user_id).role is Role.COORDINATOR:
        raise AlreadySo
    accounts.set_role(session, None, user_id=user_id, role=Role.COORDINATOR, reason=BY_OPERATOR)


def make_member(session: Session, *, user_id: int) -> None:
    """Take the coordinator's role away. Raises `AlreadySo`, `OnlyCoordinator`."""
    _check_others_stay(session, user_id)
    if access.user(session, user_id, lock=True).role is Role.MEMBER:
        raise AlreadySo
    accounts.set_role(session, None, user_id=user_id, role=Role.MEMBER, reason=BY_OPERATOR)


def suspend(session: Session, *, user_id: int, reason: Reason = BY_OPERATOR) -> None:
    """Suspend an account and end its sessions. Raises `AlreadySuspended`, `OnlyCoordinator`."""
    _check_others_stay(session, user_id)
    suspension.suspend_account(session, None, user_id=user_id, reason=reason)


def restore(session: Session, *, user_id: int, reason: Reason = BY_OPERATOR) -> None:
    """End a suspension. Raises `NotSuspended`."""
    suspension.restore_account(session, None, user_id=user_id, reason=reason)


def issue_password_link(session: Session, *, user_id: int, token_hash: str) -> None:
    """Store a one-time password link. Raises `NotWhileSuspended`, `NobodySignsIn`."""
    admin_password_links.store_password_link(session, None, user_id=user_id, token_hash=token_hash, reason=BY_OPERATOR)


def erase(session: Session, *, user_id: int) -> None:
    """Close an account as its owner would: docs/decisions/0017-leaving.md. Raises `HelpUnderWay`, `OnlyCoordinator`,
    `AlreadySo`.
    """
    _check_others_stay(session, user_id)
    if access.user(session, user_id).left_at is not None:
        raise AlreadySo
    leaving.leave(session, access.actor_for(session, user_id), reason=BY_OPERATOR)


def _check_others_stay(session: Session, user_id: int) -> None:
    if all_coordinators(session) == {user_id}:
        raise OnlyCoordinator
