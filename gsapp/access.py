"""Authentication and authorization: identifies the actor, and loads a record together with its permission check.

Every loader raises `NotFound` for a record that does not exist and `NotAllowed` without permission. Loaders for changes
of a need, its offers or matches lock the row of the need until the commit, where the database has row locks, so that
the rules checked on it still hold when it is written.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Concatenate, ParamSpec, TypeAlias, TypeVar

from sqlalchemy import or_
from sqlmodel import Session, SQLModel, col, select

from gsapp import clock
from gsapp.errors import NotAllowed, NotFound, NotSignedIn
from gsapp.events import UserChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.i18n import N_
from gsapp.models import LoginSession, Match, Need, Offer, User
from gsapp.models.ids import id_of
from gsapp.schemas.forms import MAX_ID
from gsapp.security import vault
from gsapp.vocabulary import OPEN_MATCHES, Role

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T", bound=SQLModel)


@dataclass(frozen=True)
class Actor:
    """The signed-in user who acts."""

    user_id: int
    username: str
    name: str
    role: Role
    session_id: int | None = None
    language: str | None = None
    seen_language: str | None = None
    """The language of the pages at the last visit; `language` is the chosen one."""
    session_expires_at: datetime | None = None
    authenticated_at: datetime | None = None  # when the password was last given in this session
    by: int | None = None
    """The coordinator who acts on behalf of this user, a resident without the internet."""
    first_steps: frozenset[str] = frozenset()
    """Onboarding marks: the areas that this user has opened (`AdminArea`), and whether the list is dismissed."""

    @property
    def is_coordinator(self) -> bool:
        return self.role is Role.COORDINATOR

    @property
    def real_user_id(self) -> int:
        """The user at the keyboard: this user, or the coordinator who acts on their behalf."""
        return self.by or self.user_id


Query: TypeAlias = Callable[Concatenate[Session, P], R]
"""The type of a query: a function of a session and of the arguments `P`. Its callers do not import `Session`."""

UseCase: TypeAlias = Callable[Concatenate[Session, Actor, P], R]
"""The type of a use case: like a query, with the actor as second positional argument."""


class NoSuchNeed(NotFound):
    sentence = N_("We could not find this need.")


class NoSuchOffer(NotFound):
    sentence = N_("We could not find this offer.")


class NoSuchFile(NotFound):
    sentence = N_("We could not find this file.")


class NotYourNeed(NotAllowed):
    sentence = N_("Only the person who asked for help can do this.")


class NotYourOffer(NotAllowed):
    sentence = N_("Only the neighbour who made this offer can do this.")


class NotYourMatch(NotAllowed):
    sentence = N_("Only the two people of this match can do this.")


class CoordinatorsOnly(NotAllowed):
    sentence = N_("This is for coordinators.")


class ActsForOneself(NotAllowed):  # coordinators act on behalf of residents without the internet only
    sentence = N_("This person decides without a coordinator.")


class YourOwnHelp(NotAllowed):  # a coordinator who helps with a need does not also decide on behalf of its author
    sentence = N_("You help here yourself. Please ask another coordinator to decide.")


def identify(session: Session, token_hash: str) -> Actor | None:
    """The actor of a session token, by its hash; `None` if it is unknown or expired, or its user suspended."""
    earliest = clock.now() - timedelta(hours=vault().cookies.coordinator_session_hours)
    found = session.exec(
        select(LoginSession, User)
        .join(User, col(User.id) == col(LoginSession.user_id))
        .where(LoginSession.token_hash == token_hash, LoginSession.expires_at > clock.now())
        .where(or_(col(User.role) != Role.COORDINATOR, col(LoginSession.created_at) > earliest))
    ).first()
    if found is None or found[1].suspended_at is not None or found[1].is_managed:
        return None
    login, user = found
    return replace(
        actor_for(session, id_of(user)),
        session_id=login.id,
        seen_language=user.seen_language,
        session_expires_at=login.expires_at,
        authenticated_at=login.authenticated_at,
        first_steps=frozenset(filter(None, (user.first_steps or "").split(","))),
    )


@invalidated_by(UserChanged, shared=True)
def token_holder(session: Session, *, user_id: int, generation: int) -> Actor | None:
    """The actor of an access token of this generation; `None` if it was invalidated or its user suspended."""
    found = session.get(User, user_id) if 0 < user_id <= MAX_ID else None
    if found is None or found.suspended_at is not None or found.is_managed or found.token_generation != generation:
        return None
    return actor_for(session, user_id)


def actor_for(session: Session, user_id: int) -> Actor:
    """The actor of a user id that has been authenticated otherwise, such as by a token or on the command line."""
    user = row(session, User, user_id)
    return Actor(user_id=id_of(user), username=user.username, name=user.name, role=user.role, language=user.language)


def on_behalf(session: Session, actor: Actor, resident_id: int) -> Actor:
    """The actor for a coordinator who acts on behalf of a resident without the internet.

    Raises `CoordinatorsOnly`, `NotFound`, and `ActsForOneself` for other users than such residents.
    """
    coordinator(actor)
    resident = row(session, User, resident_id)
    if not resident.is_managed or resident.suspended_at is not None:
        raise ActsForOneself
    return replace(actor_for(session, resident_id), by=actor.user_id)


def ensure_active(session: Session, actor: Actor) -> datetime:
    """When the user at the keyboard registered. Raises `NotSignedIn` if the actor has left, from another tab.

    A shared lock prevents leaving until the commit.
    """
    ids = {actor.user_id, actor.real_user_id}
    # Selects all rows: the lock on a row that a condition excludes would be released immediately.
    accounts = select(User.id, User.left_at, User.registered_at).where(col(User.id).in_(ids))
    found = session.exec(accounts.with_for_update(read=True)).all()
    if any(left_at for _, left_at, _ in found):
        raise NotSignedIn
    return next(registered for user_id, _, registered in found if user_id == actor.real_user_id)


def user(session: Session, user_id: int, *, lock: bool = False) -> User:
    """Any account, also one that is suspended or closed; with `lock` locked until the commit. Raises `NotFound`."""
    return row(session, User, user_id, lock=lock)


def need(session: Session, need_id: int) -> Need:
    """Any need; every member may read it. Raises `NoSuchNeed`."""
    return row(session, Need, need_id, NoSuchNeed)


def own_need(session: Session, actor: Actor, need_id: int, *, lock: bool = True) -> Need:
    """A need for its author; with `lock` locked until the commit. Raises `NoSuchNeed`, `NotYourNeed`."""
    found = row(session, Need, need_id, NoSuchNeed, lock=lock)
    if found.author_id != actor.user_id:
        raise NotYourNeed
    return found


def need_to_find_help_for(session: Session, actor: Actor, need_id: int, *, lock: bool = True) -> Need:
    """A need for its author or a coordinator, who may look for volunteers. Raises `NoSuchNeed`, `NotYourNeed`."""
    found = row(session, Need, need_id, NoSuchNeed, lock=lock)
    if found.author_id != actor.user_id and not actor.is_coordinator:
        raise NotYourNeed
    return found


def need_for_update(session: Session, need_id: int) -> Need:
    """A need, locked until the commit, for an offer by any member. Raises `NoSuchNeed`."""
    return row(session, Need, need_id, NoSuchNeed, lock=True)


def own_offer(session: Session, actor: Actor, offer_id: int) -> Offer:
    """An offer for its volunteer; its need is locked until the commit. Raises `NoSuchOffer`, `NotYourOffer`."""
    found = row(session, Offer, offer_id, NoSuchOffer)
    if found.volunteer_id != actor.user_id:
        raise NotYourOffer
    # The need first: every use case locks it before its offers and matches, so that no two wait for each other.
    row(session, Need, found.need_id, NoSuchNeed, lock=True)
    session.refresh(found)
    return found


def offer_to_read(session: Session, actor: Actor, offer_id: int) -> Offer:
    """An offer for its volunteer, its need's author or a coordinator. Raises `NoSuchOffer`, `NotAllowed`."""
    found = row(session, Offer, offer_id, NoSuchOffer)
    sides = (found.volunteer_id, need(session, found.need_id).author_id)
    if actor.user_id not in sides and not actor.is_coordinator:
        raise NotAllowed
    return found


def offer_to_own_need(session: Session, actor: Actor, offer_id: int) -> tuple[Offer, Need]:
    """An offer for the author of its need, and the need, locked. Raises `NoSuchOffer`, `NotYourNeed`, `YourOwnHelp`."""
    found = row(session, Offer, offer_id, NoSuchOffer)
    need_ = own_need(session, actor, found.need_id)  # first, as above
    _not_both(actor, found)
    session.refresh(found)
    return found, need_


def match_as_volunteer(session: Session, actor: Actor, match_id: int) -> tuple[Match, Offer]:
    """A match for its volunteer; its need is locked until the commit.

    Raises `NotFound`, `NotYourOffer` for the author of the need, `NotYourMatch` for others.
    """
    match, offer, need_ = _match(session, match_id)
    if offer.volunteer_id != actor.user_id:
        raise NotYourOffer if need_.author_id == actor.user_id else NotYourMatch
    return match, offer


def match_as_author(session: Session, actor: Actor, match_id: int) -> tuple[Match, Offer]:
    """A match for the author of its need, which is locked until the commit.

    Raises `NotFound`, `NotYourNeed` for the volunteer, `NotYourMatch` for others, `YourOwnHelp`.
    """
    match, offer, need_ = _match(session, match_id)
    if need_.author_id != actor.user_id:
        raise NotYourNeed if offer.volunteer_id == actor.user_id else NotYourMatch
    _not_both(actor, offer)
    return match, offer


def match_as_either(session: Session, actor: Actor, match_id: int, *, lock: bool = True) -> tuple[Match, Offer, Need]:
    """A match for either side; with `lock` its need is locked. Raises `NotFound`, `NotYourMatch`, `YourOwnHelp`."""
    match, offer, need_ = _match(session, match_id, lock=lock)
    if actor.user_id not in (offer.volunteer_id, need_.author_id):
        raise NotYourMatch
    _not_both(actor, offer)
    return match, offer, need_


def row(session: Session, table: type[T], row_id: int, missing: type[NotFound] = NotFound, *, lock: bool = False) -> T:
    """A row by its id, without a permission check, which is left to the caller. Raises `missing`."""
    # Ids outside the database's range do not exist; as a parameter they would be an error.
    if not 0 < row_id <= MAX_ID:
        raise missing
    found = session.get(table, row_id, with_for_update=lock or None)
    if found is None:
        raise missing
    return found


def may_see_phone(
    actor: Actor, user_id: int, *, match: Match | None = None, sides: Collection[int] = (), recorded: bool = False
) -> bool:
    """Whether `actor` may see the whole phone number of another member, `user_id`.

    True for the two `sides` (user ids) of `match`, each the other's, while the match runs, and for a coordinator if the
    caller records the access in the history (`recorded`). Lists for coordinators show `masked_phone`.
    """
    if match is not None and match.state in OPEN_MATCHES and actor.user_id in sides and user_id in sides:
        return True
    return recorded and actor.is_coordinator


def coordinator(actor: Actor) -> None:
    """Raises `CoordinatorsOnly` unless the actor is a coordinator."""
    if not actor.is_coordinator:
        raise CoordinatorsOnly


def _not_both(actor: Actor, offer: Offer) -> None:
    if actor.by == offer.volunteer_id:
        raise YourOwnHelp


def _match(session: Session, match_id: int, *, lock: bool = True) -> tuple[Match, Offer, Need]:
    match = row(session, Match, match_id)
    need_ = row(session, Need, match.need_id, NoSuchNeed, lock=lock)  # first, as above
    session.refresh(match)
    return match, row(session, Offer, match.offer_id, NoSuchOffer), need_
