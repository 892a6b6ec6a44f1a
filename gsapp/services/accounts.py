"""Accounts: registration, profile, language, password, role, and the one-time link that makes a coordinator."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from gsapp import access, clock, events, guards, sealing
from gsapp.access import Actor
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken, Taken
from gsapp.i18n import N_
from gsapp.models import OneTimeLink, User
from gsapp.models.ids import id_of
from gsapp.schemas.accounts import NameForm, ProfileForm, RegisterForm
from gsapp.schemas.personal_data import VERSION
from gsapp.schemas.usernames import NUMBER_IN_USERNAME, gives_away, username_key
from gsapp.security import vault
from gsapp.services import one_time_links, sessions
from gsapp.services.reauthentication import require_recent
from gsapp.vocabulary import Reason, Role

TRIES_TOLD_A_DAY = 1
INVITE = "coordinator"
"""`OneTimeLink.purpose` of a link that makes its user a coordinator; links for other purposes must not."""


class UsernameTaken(Taken):
    field = "username"
    sentence = N_("This username is already taken. Please choose another one.")


class DetailsTaken(Taken):
    """Another account has the phone number or the ID number.

    One refusal for both, always at the same field, so that it does not tell a stranger which of them is a member's.
    `owner_ids` are for `inform_owners` and never leave the program.
    """

    field = "phone"
    sentence = N_(
        "With these details an account exists already. If it is yours, please sign in; if you cannot, or if it is not "
        "yours, please ring a coordinator."
    )

    def __init__(self, owner_ids: Collection[int] = ()) -> None:
        super().__init__()
        self.owner_ids = frozenset(owner_ids)


class NumberInUsername(Taken):
    field = "username"
    sentence = NUMBER_IN_USERNAME


class NobodySignsIn(RuleBroken):
    sentence = N_("Nobody signs in by this account: the coordinators look after it.")


class LinkUsed(RuleBroken):
    sentence = N_("This link has been used or is too old.")


def register(session: Session, *, form: RegisterForm, password_hash: str, reason: Reason = "") -> int:
    """Create an account and return its id. Raises `UsernameTaken` or `DetailsTaken`."""
    sealed = sealing.seal(session, form.id_number)
    indexes = vault().id_numbers.indexes(form.id_number)
    if known := _registered_before(session, form, indexes, password_hash):
        return known
    _ensure_free(session, form.username)
    # One statement for both, which takes the same time for either.
    owners = or_(col(User.phone) == form.phone, col(User.id_number_index).in_(indexes))
    if taken := session.exec(select(User.id).where(owners)).all():
        raise DetailsTaken([user_id for user_id in taken if user_id])
    user = User(
        username=form.username,
        username_key=username_key(form.username),
        id_type=form.id_type.value,
        id_number=sealed.text,
        id_number_index=sealed.index,
        name=form.name,
        phone=form.phone,
        bio=form.bio or None,
        password_hash=password_hash,
        registered_at=clock.now(),
        consent_version=form.agreed_to,
        consent_at=clock.now() if form.agreed_to else None,
    )
    session.add(user)
    session.flush()
    user_id = id_of(user)
    record_event(session, None, events.UserRegistered(user_id), reason=reason)
    return user_id


def change_profile(session: Session, actor: Actor, *, form: ProfileForm) -> None:
    """Change the actor's phone or bio; fields that are `None` in the form stay. Raises `DetailsTaken`.

    A new phone number needs a recent password, for neighbours ring it.
    """
    user = access.user(session, actor.user_id)
    before = (user.phone, user.bio)
    change: type[events.UserChanged] = events.ProfileChanged
    if form.phone is not None and form.phone != user.phone:
        require_recent(actor)
        if owner := session.exec(select(User.id).where(User.phone == form.phone)).first():
            raise DetailsTaken([owner])
        user.phone, change = form.phone, events.PhoneChanged
    if form.bio is not None:
        user.bio = form.bio or None
    if (user.phone, user.bio) == before:
        return  # an edit that changes nothing is no event
    session.add(user)
    record_event(session, actor, change(actor.user_id))


def inform_owners(session: Session, *, owner_ids: Collection[int]) -> None:
    """Notify the owners of a phone or ID number that another person has tried to use, at most once a day each.

    The event names no actor: its history row is part of the personal data export of that person, who must not learn
    whose number it is.
    """
    for owner_id in sorted(owner_ids):
        if vault().throttle.step("details_tried", owner_id, TRIES_TOLD_A_DAY) == 0:
            record_event(session, None, events.DetailsTried(owner_id))


def change_name(session: Session, actor: Actor, *, form: NameForm) -> None:
    """Correct the actor's username and name. The old ones stay in the history.

    The old username is not given to another account; the actor may take it back. Raises `UsernameTaken` or
    `NumberInUsername`.
    """
    user = access.user(session, actor.user_id)
    if form.username != user.username:
        id_number = vault().id_numbers.open(user.id_number, user.id_number_index)
        if gives_away(form.username, user.phone) or gives_away(form.username, id_number):
            raise NumberInUsername
        _ensure_free(session, form.username, user_id=actor.user_id)
        sealing.reserve_name(session, username_key(user.username), owner_id=actor.user_id)
        record_event(session, actor, events.NameChanged(actor.user_id), reason=user.username)
        user.username, user.username_key = form.username, username_key(form.username)
    if form.name != user.name:
        record_event(session, actor, events.NameChanged(actor.user_id), reason=user.name)
        user.name = form.name
    session.add(user)


def see_language(session: Session, actor: Actor, *, language: str) -> None:
    """Store the language in which this member sees the pages: that of e-mails and calendars while none is chosen."""
    seen = update(User).where(col(User.id) == actor.user_id, col(User.left_at).is_(None))
    session.exec(seen.values(seen_language=language).execution_options(synchronize_session=False))


def set_language(session: Session, actor: Actor, *, language: str) -> None:
    """Store the language of this member; the caller has checked that it is supported."""
    user = access.user(session, actor.user_id)
    user.language = language
    session.add(user)


def see_privacy_notice(session: Session, actor: Actor) -> None:
    """Record that the actor has seen the present version of the privacy notice."""
    user = access.user(session, actor.user_id)
    user.consent_version, user.consent_at = VERSION, clock.now()
    session.add(user)


def replace_password(session: Session, actor: Actor, *, password_hash: str) -> None:
    """Store a new password hash, invalidate every access token and password link. The caller ends other sessions."""
    user = access.user(session, actor.user_id)
    user.password_hash = password_hash
    session.add(user)
    sessions.end_access_tokens(session, user_id=actor.user_id)
    one_time_links.revoke_password_links(session, user_id=actor.user_id)
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
    """Make the user of a one-time link the first coordinator.

    Raises `LinkUsed` if it was used before, has expired, or there is a coordinator by now.
    """
    if session.exec(select(User.id).where(User.role == Role.COORDINATOR).limit(1)).first() is not None:
        raise LinkUsed  # the reason for the link has gone
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
        require_recent(actor)
    if role is not Role.COORDINATOR:
        guards.touch_coordinators(session)
    user = access.user(session, user_id)
    if user.is_managed or user.left_at is not None:
        raise NobodySignsIn
    old, user.role = user.role, role
    session.add(user)
    if role is not Role.COORDINATOR:
        one_time_links.revoke_links_issued_by(session, issuer_id=user_id)
    record_event(session, actor, events.RoleChanged(user_id), old=old, new=role, reason=reason)


def _registered_before(session: Session, form: RegisterForm, indexes: list[str], password_hash: str) -> int | None:
    """The account that an earlier attempt of this request created: the salt in the hash is unique to a request."""
    same = select(User.id).where(User.username == form.username, User.password_hash == password_hash)
    return session.exec(same.where(User.phone == form.phone, col(User.id_number_index).in_(indexes))).first()


def _ensure_free(session: Session, username: str, *, user_id: int = 0) -> None:
    """Raise `UsernameTaken` if another account than `user_id` has, or had, this username or one that looks like it."""
    key = username_key(username)
    same = select(User.id).where(or_(col(User.username) == username, col(User.username_key) == key), User.id != user_id)
    reserved = sealing.is_reserved(session, username, key, owner_id=user_id)
    if reserved or session.exec(same).first() is not None:
        raise UsernameTaken
