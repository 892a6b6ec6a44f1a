"""Demo data: a sample town with a year of history, deterministic for a seed.

Its people are ordinary members of the connected database, which must not be one that real people use.
"""

from dataclasses import dataclass

from sqlmodel import Session, select

from gsapp import clock, db
from gsapp.demo.content import Person
from gsapp.demo.content_people import PASSWORD, PEOPLE
from gsapp.demo.plan import plan_town
from gsapp.demo.player import Player
from gsapp.models import User
from gsapp.security import vault

DEFAULT_SEED = 1


@dataclass(frozen=True)
class SignIn:
    """A sample account to sign in with."""

    username: str
    name: str
    city: str
    asks: bool
    helps: bool
    coordinator: bool

    @property
    def role(self) -> str:
        """The role in a word or two, for a list of accounts."""
        if self.coordinator:
            return "coordinator"
        return " and ".join(word for word, true in (("asks", self.asks), ("helps", self.helps)) if true) or "new"


@dataclass(frozen=True)
class Town:
    """The sample town. `password` is that of all accounts; `made` is False if it existed before."""

    sign_ins: tuple[SignIn, ...]
    password: str
    made: bool

    def __str__(self) -> str:
        """The output of the command: password and accounts."""
        begin = "A sample town is ready." if self.made else "The sample town was here already."
        people = (f"  {who.username:<16}{who.role:<16}{who.name}, {who.city}" for who in self.sign_ins)
        return "\n".join((f"{begin} Everybody signs in with the password {self.password}", *people))


class DatabaseInUse(Exception):
    """The database has users who do not belong to the sample town; nothing was changed."""


def make_town(*, seed: int = DEFAULT_SEED) -> Town:
    """Create the sample town in the connected database, in one transaction, unless it exists; returns its accounts.

    Needs the service types, the cities and the vault; takes a few seconds. Raises `DatabaseInUse`.
    """
    sign_ins = tuple(map(_sign_in, PEOPLE))
    known = db.read(_usernames)
    if known >= {person.username for person in PEOPLE}:
        return Town(sign_ins, PASSWORD, made=False)
    if known:
        raise DatabaseInUse("There are other people in this database already: the sample town needs an empty database.")
    db.write(_play, seed=seed, password_hash=vault().passwords.hash_password(PASSWORD))
    return Town(sign_ins, PASSWORD, made=True)


def _play(session: Session, *, seed: int, password_hash: str) -> None:
    now = clock.local_now()
    Player(session, password_hash).play(plan_town(seed=seed, now=now), until=now)


def _usernames(session: Session) -> set[str]:
    return set(session.exec(select(User.username)).all())


def _sign_in(person: Person) -> SignIn:
    return SignIn(
        username=person.username,
        name=person.name,
        city=person.city,
        asks=person.asks > 0,
        helps=person.helps > 0,
        coordinator=person.coordinator,
    )
