"""Accounts: credentials for login, own profile and sessions, public profiles."""

from datetime import timedelta

from sqlalchemy import func
from sqlmodel import Session, col, select

from gsapp import access, clock, sealing
from gsapp.access import Actor
from gsapp.events import HelpConfirmed, ThanksGiven, UserChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import LoginSession, Match, Offer, Thanks, User
from gsapp.schemas.accounts import Credentials, OwnProfile, PublicProfile, ReceivedThanks, RegisterForm, SessionRow
from gsapp.schemas.personal_data import VERSION
from gsapp.security import vault
from gsapp.vocabulary import MatchState, Role

THANKS_SHOWN = 20
SENT_AGAIN_WITHIN = timedelta(minutes=15)


def credentials(session: Session, *, username: str) -> Credentials | None:
    """The data to verify a password; `None` for an unknown username. Usernames are case-sensitive."""
    user = session.exec(select(User).where(User.username == username)).first()
    return _credentials(user) if user else None


def just_registered(session: Session, *, form: RegisterForm) -> Credentials | None:
    """The account registered within `SENT_AGAIN_WITHIN` with the same username, phone and ID number (idempotency).

    Only within that time: later this would be a way around the rate limit of logins.
    """
    same = select(User).where(User.username == form.username, User.phone == form.phone)
    same = same.where(col(User.id_number_index).in_(vault().id_numbers.indexes(form.id_number)))
    user = session.exec(same.where(col(User.registered_at) > clock.now() - SENT_AGAIN_WITHIN)).first()
    return _credentials(user) if user else None


def own_credentials(session: Session, *, actor: Actor) -> Credentials:
    """The credentials of the actor, to verify the password before a change."""
    return _credentials(access.user(session, actor.user_id))


def own_words(session: Session, *, actor: Actor) -> tuple[str, ...]:
    """Username, name, phone and ID number of the actor, which must not be part of a password."""
    user = access.user(session, actor.user_id)
    return user.username, user.name, user.phone, vault().id_numbers.open(user.id_number, user.id_number_index)


@invalidated_by(UserChanged, user_id="actor.user_id")
def privacy_notice_due(session: Session, *, actor: Actor) -> bool:
    """Whether the actor has not seen the present version of the privacy notice yet."""
    seen = session.exec(select(User.consent_version).where(User.id == actor.user_id)).first()
    return seen != VERSION


@invalidated_by(UserChanged, shared=True, user_id="actor.user_id")
def own_profile(session: Session, *, actor: Actor) -> OwnProfile:
    """The actor's own profile, with phone number, real name and masked ID number."""
    user = access.user(session, actor.user_id)
    return OwnProfile(
        id=actor.user_id,
        username=user.username,
        id_type=user.kind_of_id,
        id_number_masked=sealing.masked_number(user),
        name=user.name,
        phone=user.phone,
        bio=user.bio or "",
        registered_at=user.registered_at,
        role=user.role,
    )


@invalidated_by(UserChanged, user_id="actor.user_id")
def own_sessions(session: Session, *, actor: Actor) -> tuple[SessionRow, ...]:
    """The login sessions of this member, the latest first."""
    own = select(LoginSession).where(LoginSession.user_id == actor.user_id)
    return tuple(
        SessionRow(
            id=row.id or 0,
            created_at=row.created_at,
            seen_at=row.seen_at,
            user_agent=row.user_agent,
            address=row.address,
            current=row.id == actor.session_id,
        )
        for row in session.exec(own.order_by(col(LoginSession.seen_at).desc(), col(LoginSession.id).desc()))
    )


@invalidated_by(UserChanged, user_id="user_id")
@invalidated_by(HelpConfirmed, ThanksGiven)
def public_profile(session: Session, *, user_id: int) -> PublicProfile:
    """The profile that any member may see. Raises `NotFound`."""
    user = access.user(session, user_id)
    author = select(Thanks, User.username).join(User, col(User.id) == col(Thanks.from_user_id))
    received = author.where(Thanks.to_user_id == user_id).order_by(col(Thanks.id).desc()).limit(THANKS_SHOWN)
    return PublicProfile(
        id=user_id,
        username=user.username,
        bio=user.bio or "",
        registered_at=user.registered_at,
        times_helped=times_helped(session, [user_id]).get(user_id, 0),
        thanks_count=session.exec(select(func.count()).where(Thanks.to_user_id == user_id)).one(),
        thanks=tuple(
            ReceivedThanks(stars=row.stars, text=row.text, from_username=username, created_at=row.created_at)
            for row, username in session.exec(received)
        ),
    )


def times_helped(session: Session, user_ids: list[int]) -> dict[int, int]:
    """The number of confirmed matches of each volunteer; users without any are left out."""
    counted = (
        select(Offer.volunteer_id, func.count())
        .join(Match, col(Match.offer_id) == col(Offer.id))
        .where(col(Offer.volunteer_id).in_(user_ids), Match.state == MatchState.CONFIRMED)
        .group_by(col(Offer.volunteer_id))
    )
    return dict(session.exec(counted).all())


def thanks_average(session: Session, user_ids: list[int]) -> dict[int, float]:
    """The mean of the stars each user has received; users without any are left out."""
    averaged = (
        select(Thanks.to_user_id, func.avg(Thanks.stars))
        .where(col(Thanks.to_user_id).in_(user_ids))
        .group_by(col(Thanks.to_user_id))
    )
    return {user_id: float(stars) for user_id, stars in session.exec(averaged).all()}


def has_coordinator(session: Session) -> bool:
    """Whether any account has the coordinator's role."""
    return session.exec(select(User.id).where(User.role == Role.COORDINATOR)).first() is not None


def _credentials(user: User) -> Credentials:
    return Credentials(
        user_id=user.id or 0,
        password_hash=user.password_hash,
        suspended=user.suspended_at is not None,
        token_generation=user.token_generation,
    )
