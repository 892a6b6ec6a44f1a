"""The consent of a second coordinator (four-eyes principle) to a password link for another coordinator."""

from datetime import timedelta

from sqlmodel import Session, col, select

from gsapp import access, clock, events, guards
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.models import LinkConsent, User
from gsapp.services.reauthentication import require_recent
from gsapp.vocabulary import Role

LASTS = timedelta(hours=24)


class ConsentNeeded(RuleBroken):
    sentence = N_("For another coordinator a second coordinator has to agree first.")


class NothingToAgree(RuleBroken):
    sentence = N_("There is nothing to agree to: it is too old, done already, or you asked for it yourself.")


def ask_consent(session: Session, actor: Actor, *, user_id: int) -> None:
    """Ask the other coordinators for their consent to a link for the coordinator `user_id`; replaces an earlier one."""
    access.coordinator(actor)
    require_recent(actor)
    user = access.user(session, user_id, lock=True)
    if user_id == actor.user_id or user.role is not Role.COORDINATOR or user.suspended_at is not None:
        raise NothingToAgree
    session.merge(LinkConsent(user_id=user_id, asked_by=actor.user_id, asked_at=clock.now(), agreed_by=None))
    record_event(session, actor, events.LinkConsentAsked(user_id))


def give_consent(session: Session, actor: Actor, *, user_id: int) -> None:
    """Agree, as neither the coordinator who asked nor the one whose link it is. Raises `NothingToAgree`."""
    access.coordinator(actor)
    require_recent(actor)
    waiting = [
        col(LinkConsent.user_id) == user_id,
        col(LinkConsent.user_id) != actor.user_id,
        col(LinkConsent.asked_by) != actor.user_id,
        col(LinkConsent.agreed_by).is_(None),
        col(LinkConsent.asked_at) > clock.now() - LASTS,
    ]
    guards.one_row(session, LinkConsent, waiting, {"agreed_by": actor.user_id}, NothingToAgree)
    record_event(session, actor, events.LinkConsentGiven(user_id))


def use_consent(session: Session, actor: Actor, *, user_id: int) -> None:
    """Use up the consent for one link of the coordinator who asked. Raises `ConsentNeeded`."""
    known = session.get(LinkConsent, user_id, with_for_update=True)
    if known is None or known.asked_by != actor.user_id or known.asked_at <= clock.now() - LASTS:
        raise ConsentNeeded
    active = select(User.id).where(User.role == Role.COORDINATOR, col(User.suspended_at).is_(None))
    if known.agreed_by is None or session.exec(active.where(User.id == known.agreed_by)).first() is None:
        raise ConsentNeeded
    session.delete(known)
