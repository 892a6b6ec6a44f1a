"""Accounts: registration, profile, language, password, role, and the one-time link that makes a coordinator."""

from datetime import timedelta

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from gsapp import access, clock, events, guards, sealing
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken, Taken
from gsapp.i18n import N_
from gsapp.models import OneTimeLink, User
from gsapp.models.ids import id_of
from gsapp.schemas.accounts import ProfileForm, RegisterForm
from gsapp.security import vault
from gsapp.services import sessions
from gsapp.vocabulary import FORMER, Reason, Role

INVITE = "coordinator"
"""`OneTimeLink.purpose` of a link that makes its user a coordinator; links for other purposes must not."""


class UsernameTaken(Taken):
    field = "username"
    sentence = N_("This username is already taken. Please choose another one.")


class PhoneTaken(Taken):
    field = "phone"
    sentence = N_("This phone number already has an account. Please sign in instead.")


class IdNumberTaken(Taken):
    field = "id_number"
    sentence = N_("This ID number already has an account. Please sign in instead.")


class NobodySignsIn(RuleBroken):
    sentence = N_("Nobody signs in by this account: the coordinators look after it.")


class LinkUsed(RuleBroken):
    sentence = N_("This link has been used or is too old.")


def register(session: Session, *, form: RegisterForm, password_hash: str, reason: Reason = "") -> int:
    """Create an account and return its id. Raises `UsernameTaken`, `PhoneTaken` or `IdNumberTaken`."""
    sealed = sealing.seal(session, form.id_number)
    indexes = vault().id_numbers.indexes(form.id_number)
    if known := _registered_before(session, form, indexes, password_hash):
        return known
    if form.username.startswith(FORMER) or sealing.is_reserved(session, form.username):
        raise UsernameTaken
    for taken, column, values in (
        (UsernameTaken, User.username, [form.username]),
        (PhoneTaken, User.phone, [form.phone]),
        (IdNumberTaken, User.id_number_index, indexes),
    ):
        if session.exec(select(column).where(col(column).in_(values))).first() is not None:
            raise taken
    user = User(
        username=form.username,
        id_type=form.id_type.value,
        id_number=sealed.text,
        id_number_index=sealed.index,
        name=form.name,
        phone=form.phone,
        bio=form.bio or None,
        password_hash=password_hash,
        registered_at=clock.now(),
    )
    session.add(user)
    session.flush()
    user_id = id_of(user)
    record_event(session, None, events.UserRegistered(user_id), reason=reason)
    return user_id


def change_profile(session: Session, actor: Actor, *, form: ProfileForm) -> None:
    """Change the actor's phone or bio; fields that are `None` in the form stay. Raises `PhoneTaken`."""
    user = access.user(session, actor.user_id)
    if form.phone is not None and form.phone != user.phone:
        if session.exec(select(User.id).where(User.phone == form.phone)).first():
            raise PhoneTaken
        user.phone = form.phone
    if form.bio is not None:
        user.bio = form.bio or None
    session.add(user)
    record_event(session, actor, events.ProfileChanged(actor.user_id))


def set_language(session: Session, actor: Actor, *, language: str) -> None:
    """Store the language of this member; the caller has checked that it is supported."""
    user = access.user(session, actor.user_id)
    user.language = language
    session.add(user)


def replace_password(session: Session, actor: Actor, *, password_hash: str) -> None:
    """Store a new password hash and invalidate every access token. The caller ends the other sessions."""
    user = access.user(session, actor.user_id)
    user.password_hash = password_hash
    session.add(user)
    sessions.end_access_tokens(session, user_id=actor.user_id)
    record_event(session, actor, events.PasswordChanged(actor.user_id))


def upgrade_password_hash(session: Session, *, user_id: int, was: str, password_hash: str) -> None:
    """Replace a hash of an older scheme after a correct password, unless it has changed since it was read (`was`)."""
    statement = update(User).where(col(User.id) == user_id, col(User.password_hash) == was)
    session.exec(statement.values(password_hash=password_hash))


def invite_coordinator(session: Session, *, token_hash: str, hours: int) -> None:
    """Store a one-time link, valid for `hours`, that makes its user a coordinator; it replaces earlier unused ones."""
    session.exec(delete(OneTimeLink).where(col(OneTimeLink.purpose) == INVITE, col(OneTimeLink.used_at).is_(None)))
    expires = clock.now() + timedelta(hours=hours)
    session.add(OneTimeLink(token_hash=token_hash, purpose=INVITE, created_at=clock.now(), expires_at=expires))


def claim_coordinator(session: Session, *, user_id: int, token_hash: str) -> None:
    """Make the user of a one-time link a coordinator. Raises `LinkUsed` if it was used before or has expired."""
    open_link = [
        col(OneTimeLink.token_hash) == token_hash,
        col(OneTimeLink.purpose) == INVITE,
        col(OneTimeLink.used_at).is_(None),
        col(OneTimeLink.expires_at) > clock.now(),
    ]
    guards.one_row(session, OneTimeLink, open_link, {"used_at": clock.now(), "used_by": user_id}, LinkUsed)
    set_role(session, actor=None, user_id=user_id, role=Role.COORDINATOR)


def set_role(session: Session, actor: Actor | None, *, user_id: int, role: Role, reason: Reason = "") -> None:
    """Set a user's role; `actor` is `None` on the command line and for the link that makes a coordinator.

    Raises `NobodySignsIn` for a resident without the internet and for a user who has left.
    """
    if actor is not None:
        access.coordinator(actor)
    user = access.user(session, user_id)
    if user.is_managed or user.left_at is not None:
        raise NobodySignsIn
    old, user.role = user.role, role
    session.add(user)
    record_event(session, actor, events.RoleChanged(user_id), old=old, new=role, reason=reason)


def _registered_before(session: Session, form: RegisterForm, indexes: list[str], password_hash: str) -> int | None:
    """The account that an earlier attempt of this request created: the salt in the hash is unique to a request."""
    same = select(User.id).where(User.username == form.username, User.password_hash == password_hash)
    return session.exec(same.where(User.phone == form.phone, col(User.id_number_index).in_(indexes))).first()
