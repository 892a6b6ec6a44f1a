"""Simulation of one year: who is asked to help first come, first served, and who with suggestions.

    python -m benchmarks.fairness                         200 volunteers, 3,000 needs, a table at the end
    python -m benchmarks.fairness --seed 7 --needs 1000

Both ways meet the same people and the same needs. *First come, first served*: whoever looks at the board most often
sees a need first, and the first who says yes takes it. *Suggested*: its author asks those whom the program's own query
suggests, in its order; only if none of them says yes the need goes to whoever sees it first.
"""

# ruff: noqa: S311, T201 - chance that can be repeated, and a program for the command line

import argparse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from sqlalchemy import StaticPool, update
from sqlmodel import Session, col, create_engine

from gsapp import access, clock
from gsapp.data import CityRecord
from gsapp.models import Asked, Match, Need, Offer, User, metadata
from gsapp.queries.volunteers import volunteers_for
from gsapp.startup.seed import seed as seed_places
from gsapp.vocabulary import BUSY_FROM, MAX_ASKED_PER_NEED, MatchState, OfferState

VOLUNTEERS, NEEDS, SEED = 200, 3000, 1
START = datetime(2026, 1, 1, tzinfo=UTC)
YEAR = timedelta(days=365)
LASTS = timedelta(days=3)  # from the choice to the confirmation
# How often each kind of help and each city comes up.
KINDS = {1: 30, 2: 25, 3: 18, 4: 12, 5: 10, 6: 5}
CITIES = {1: 40, 2: 25, 3: 15, 4: 12, 5: 8}
RESIDENT = 1  # asks for everything


@dataclass(frozen=True)
class Person:
    """`pace` is how often they look at the board, `willing` how likely they say yes to a need that suits them."""

    id: int
    city: int
    kinds: frozenset[int]
    pace: float
    willing: float


@dataclass(frozen=True)
class Wish:
    """A need, and the moment at which it is published."""

    number: int
    at: datetime
    kind: int
    city: int


@dataclass(frozen=True)
class Fairness:
    """What a year came to."""

    helped: int
    top_tenth: float
    never_asked: int


class Year:
    """The people and needs of one seed."""

    def __init__(self, *, volunteers: int = VOLUNTEERS, needs: int = NEEDS, seed: int = SEED) -> None:
        self._seed = seed
        chance = Random(seed)
        ranks = list(range(1, volunteers + 1))
        chance.shuffle(ranks)
        self.people = [
            Person(
                id=RESIDENT + 1 + number,
                city=_one_of(chance, CITIES),
                kinds=frozenset(_one_of(chance, KINDS) for _ in range(chance.randint(1, 3))),
                pace=1 / rank,  # the second most active looks half as often as the most active, and so on
                willing=chance.uniform(0.3, 0.9),
            )
            for number, rank in enumerate(ranks)
        ]
        self.wishes = [
            Wish(number, START + YEAR * (number / needs), _one_of(chance, KINDS), _one_of(chance, CITIES))
            for number in range(needs)
        ]

    def says_yes(self, person: Person, wish: Wish) -> bool:
        return Random(f"{self._seed} yes {wish.number} {person.id}").random() < person.willing

    def takes(self, wish: Wish, running: Counter[int]) -> Person | None:
        """Who takes it when everybody may: the first to see it who knows the kind, lives there and has time."""
        suited = [each for each in self.people if wish.kind in each.kinds and wish.city == each.city]
        chance = Random(f"{self._seed} sees {wish.number}")
        seen = {each.id: chance.expovariate(each.pace) for each in suited}
        for each in sorted(suited, key=lambda person: seen[person.id]):
            if running[each.id] < BUSY_FROM and self.says_yes(each, wish):
                return each
        return None


class Running:
    """Who is helping with how much at the moment."""

    def __init__(self) -> None:
        self.now: Counter[int] = Counter()
        self._ends: list[tuple[datetime, int]] = []

    def take(self, person: Person, at: datetime) -> None:
        self.now[person.id] += 1
        self._ends.append((at + LASTS, person.id))

    def until(self, at: datetime) -> None:
        while self._ends and self._ends[0][0] <= at:
            self.now[self._ends.pop(0)[1]] -= 1


def first_come(year: Year) -> Fairness:
    helped: Counter[int] = Counter()
    running = Running()
    for wish in year.wishes:
        running.until(wish.at)
        if person := year.takes(wish, running.now):
            running.take(person, wish.at)
            helped[person.id] += 1
    return _judged(year, helped, set(helped))


def suggested(year: Year) -> Fairness:
    helped: Counter[int] = Counter()
    asked: set[int] = set()
    running = Running()
    by_id = {each.id: each for each in year.people}
    with _town(year) as session, clock.at(START) as move:
        author = access.actor_for(session, RESIDENT)
        for wish in year.wishes:
            move(wish.at - clock.now())
            running.until(wish.at)
            _confirm(session, wish.at)
            need_id = _publish(session, wish)
            taker = None
            rows = volunteers_for(session, actor=author, need_id=need_id, size=MAX_ASKED_PER_NEED)
            for row in rows[:MAX_ASKED_PER_NEED]:
                session.add(Asked(need_id=need_id, volunteer_id=row.user_id, asked_by=RESIDENT, at=wish.at))
                asked.add(row.user_id)
                if year.says_yes(by_id[row.user_id], wish):
                    taker = by_id[row.user_id]
                    break
            taker = taker or year.takes(wish, running.now)
            if taker:
                _choose(session, need_id, taker, wish.at)
                running.take(taker, wish.at)
                helped[taker.id] += 1
    return _judged(year, helped, asked | set(helped))


def _judged(year: Year, helped: Counter[int], asked: set[int]) -> Fairness:
    most = helped.most_common(len(year.people) // 10)
    total = helped.total()
    return Fairness(total, sum(number for _, number in most) / total, len(year.people) - len(asked))


@contextmanager
def _town(year: Year) -> Iterator[Session]:
    """A database in memory, where each volunteer has once offered each of their kinds of help, in vain."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    metadata.create_all(engine)
    with Session(engine, expire_on_commit=False) as session:
        seed_places(session, [CityRecord(f"Province {number}", f"City {number}") for number in CITIES])
        for user_id in (RESIDENT, *(each.id for each in year.people)):
            session.add(_account(user_id))
        session.flush()
        before = START - timedelta(days=30)
        for person in year.people:
            for kind in sorted(person.kinds):
                need_id = _publish(session, Wish(-1, before, kind, person.city))
                session.add(Offer(need_id=need_id, volunteer_id=person.id, created_at=before))
        session.flush()
        session.execute(update(Offer).values(state=OfferState.REJECTED, active=None))
        yield session
    engine.dispose()


def _account(user_id: int) -> User:
    word = f"person {user_id}"
    return User(
        id=user_id,
        username=word,
        name=word,
        phone=word,
        id_number=word,
        id_number_index=word,
        id_type="护照",
        password_hash="",
        registered_at=START - timedelta(days=60),
    )


def _publish(session: Session, wish: Wish) -> int:
    starts = clock.to_local(wish.at) + timedelta(days=1)
    need = Need(
        author_id=RESIDENT,
        title="A need",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        type_id=wish.kind,
        city_id=wish.city,
        published_at=wish.at,
    )
    session.add(need)
    session.flush()
    assert need.id is not None  # noqa: S101 - flushed
    return need.id


def _choose(session: Session, need_id: int, person: Person, at: datetime) -> None:
    offer = Offer(need_id=need_id, volunteer_id=person.id, created_at=at, state=OfferState.ACCEPTED)
    session.add(offer)
    session.flush()
    session.add(Match(need_id=need_id, offer_id=offer.id or 0, accepted_at=at))
    session.flush()


def _confirm(session: Session, now: datetime) -> None:
    over = update(Match).where(col(Match.state) == MatchState.RUNNING, col(Match.accepted_at) <= now - LASTS)
    done = over.values(state=MatchState.CONFIRMED, confirmed_at=now)
    session.execute(done.execution_options(synchronize_session=False))


def _one_of(chance: Random, weights: dict[int, int]) -> int:
    return chance.choices(list(weights), list(weights.values()))[0]


def main() -> None:
    parser = argparse.ArgumentParser(description="Simulate a year with and without suggestions.")
    parser.add_argument("--volunteers", type=int, default=VOLUNTEERS)
    parser.add_argument("--needs", type=int, default=NEEDS)
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    year = Year(volunteers=given.volunteers, needs=given.needs, seed=given.seed)
    print(f"{'':28}{'needs helped':>14}{'share of the top 10 %':>24}{'never asked':>14}")
    for name, way in (("first come, first served", first_come), ("suggested", suggested)):
        found = way(year)
        print(f"{name:28}{found.helped:>14,}{found.top_tenth:>23.1%} {found.never_asked:>14}")


if __name__ == "__main__":
    main()
