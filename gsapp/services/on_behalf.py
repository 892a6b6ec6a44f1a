"""Residents without the internet: coordinators register them, ring them up and act on their behalf.

Such a resident has a managed account, which cannot sign in. Every action for them records both users.
"""

import secrets
from typing import ParamSpec, TypeVar

from sqlmodel import Session, select

from gsapp import access, clock, events, sealing
from gsapp.access import Actor, UseCase
from gsapp.effects.record import record_event
from gsapp.errors import Taken
from gsapp.i18n import N_
from gsapp.models import User
from gsapp.models.ids import id_of
from gsapp.schemas.on_behalf import CallForm, ResidentForm
from gsapp.schemas.usernames import MANAGED, username_key
from gsapp.vocabulary import IdType

P = ParamSpec("P")
R = TypeVar("R")
LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # without those that are easily confused on the phone
NO_PASSWORD = "!"  # noqa: S105 - no password has this hash, and a check against it takes as long as any other


class PhoneKnown(Taken):
    """Raised with the `user_id` of the account that has the number."""

    field = "phone"
    sentence = N_("This phone number already has an account.")

    def __init__(self, user_id: int) -> None:
        super().__init__()
        self.user_id = user_id


def record_resident(session: Session, actor: Actor, *, form: ResidentForm) -> int:
    """Create a managed account, which cannot sign in, and return its id. Raises `PhoneKnown`."""
    access.coordinator(actor)
    _check_phone(session, form.phone)
    sealed = sealing.seal(session, secrets.token_hex(12))
    username = MANAGED + "".join(secrets.choice(LETTERS) for _ in range(8))
    resident = User(
        username=username,
        username_key=username_key(username),
        id_type=IdType.OTHER.value,
        id_number=sealed.text,
        id_number_index=sealed.index,
        name=form.name,
        phone=form.phone,
        password_hash=NO_PASSWORD,
        registered_at=clock.now(),
        recorded_by=actor.user_id,
        consent_at=clock.to_utc(form.consent_at),
        consent_how=form.consent_how.value,
    )
    session.add(resident)
    session.flush()
    user_id = id_of(resident)
    record_event(session, access.on_behalf(session, actor, user_id), events.ResidentRecorded(user_id))
    return user_id


def edit_resident(session: Session, actor: Actor, *, user_id: int, form: ResidentForm) -> None:
    """Change name, phone and consent of a resident. Raises `PhoneKnown`, and what `access.on_behalf` does."""
    acting = access.on_behalf(session, actor, user_id)
    resident = access.user(session, user_id)
    if form.phone != resident.phone:
        _check_phone(session, form.phone)
    resident.name, resident.phone = form.name, form.phone
    resident.consent_at, resident.consent_how = clock.to_utc(form.consent_at), form.consent_how.value
    session.add(resident)
    record_event(session, acting, events.ResidentEdited(user_id))


def note_call(session: Session, actor: Actor, *, user_id: int, reached: bool, form: CallForm) -> None:
    """Record a phone call to a resident. If they were `reached`, notifications up to now leave the call-back list."""
    acting = access.on_behalf(session, actor, user_id)
    if reached:
        resident = access.user(session, user_id)
        resident.reached_at = clock.now()
        session.add(resident)
    new = "reached" if reached else "not_reached"
    record_event(session, acting, events.ResidentCalled(user_id), new=new, reason=form.note)


def act_for(
    session: Session, actor: Actor, resident_id: int, use_case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs
) -> R:
    """Run a use case on behalf of a resident. Raises what `access.on_behalf` and the use case do."""
    return use_case(session, access.on_behalf(session, actor, resident_id), *args, **kwargs)


def _check_phone(session: Session, phone: str) -> None:
    known = session.exec(select(User.id).where(User.phone == phone)).first()
    if known is not None:
        raise PhoneKnown(known)
