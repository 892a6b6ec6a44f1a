"""What coordinators do with accounts, apart from suspension: change roles, read a phone number."""

from sqlmodel import Session, col, select

from gsapp import access, events, guards
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.models import User
from gsapp.services import accounts
from gsapp.vocabulary import Role


class NotYourOwnRole(RuleBroken):
    sentence = N_("You cannot change your own role. Another coordinator can.")


class AlreadySo(RuleBroken):
    sentence = N_("That is so already. Perhaps another coordinator was faster.")


def make_coordinator(session: Session, actor: Actor, *, user_id: int) -> None:
    """Give a member the coordinator's role. Raises `AlreadySo`."""
    _change_role(session, actor, user_id, Role.COORDINATOR)


def make_member(session: Session, actor: Actor, *, user_id: int) -> None:
    """Take the coordinator's role away. Raises `AlreadySo`, `NotYourOwnRole`.

    One coordinator always remains: the actor.
    """
    _change_role(session, actor, user_id, Role.MEMBER)


def show_phone(session: Session, actor: Actor, *, user_id: int) -> str:
    """Return a member's phone number to a coordinator who has to ring them, and record the access in the history."""
    if not access.may_see_phone(actor, user_id, recorded=True):
        raise access.CoordinatorsOnly
    phone = access.user(session, user_id).phone
    record_event(session, actor, events.PhoneSeen(user_id))
    return phone


def all_coordinators(session: Session) -> set[int | None]:
    """The ids of all active coordinators, for a step by which one of them may cease to be one.

    The guard row serializes two coordinators who suspend each other or both leave, so that one remains, also through
    two nodes of a cluster. The rows are locked until the commit against processes of a version without the guard row.
    """
    guards.touch_coordinators(session)
    active = select(User.id).where(User.role == Role.COORDINATOR, col(User.suspended_at).is_(None))
    return set(session.exec(active.order_by(col(User.id)).with_for_update()))


def hold_coordinators(session: Session, actor: Actor) -> None:
    """Lock the rows of all coordinators. Raises `CoordinatorsOnly` when `actor` has just ceased to be one."""
    if actor.user_id not in all_coordinators(session):
        raise access.CoordinatorsOnly


def _change_role(session: Session, actor: Actor, user_id: int, role: Role) -> None:
    access.coordinator(actor)
    hold_coordinators(session, actor)
    user = access.user(session, user_id)
    if user_id == actor.user_id:
        raise NotYourOwnRole
    if user.role is role:
        raise AlreadySo
    accounts.set_role(session, actor=actor, user_id=user_id, role=role)
