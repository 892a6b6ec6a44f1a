"""Simulation of one year: how evenly help is distributed first come, first served, and with suggestions.

    python -m benchmarks.fairness                         200 volunteers, 3,000 needs, a table at the end
    python -m benchmarks.fairness --seed 7 --needs 1000

Both have the same people and needs. *First come, first served*: volunteers who open the board most often see a need
first, and the first one who accepts takes it. *Suggested*: the author asks the volunteers that the program's own query
suggests, in its order; only if none of them accepts, the need is first come, first served.
"""

# ruff: noqa: S311, T201 - repeatable random numbers, and a program for the command line

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
# Relative frequencies of kinds of help and cities.
KINDS = {1: 30, 2: 25, 3: 18, 4: 12, 5: 10, 6: 5}
CITIES = {1: 40, 2: 25, 3: 15, 4: 12, 5: 8}
RESIDENT = 1  # the author of all needs


@dataclass(frozen=True)
class Person:
    """A volunteer. `activity` is how often they open the board, `willing` the probability that they accept a need."""

    id: int
    city: int
    kinds: frozenset[int]
    activity: float
    willing: float


@dataclass(frozen=True)
class SimulatedNeed:
    """A need with the time of its publication."""

    number: int
    at: datetime
    kind: int
    city: int


@dataclass(frozen=True)
class Fairness:
    """The result of a year: needs helped, share of the most active tenth, volunteers who were never asked."""

    helped: int
    top_tenth: float
    never_asked: int


class Year:
    """The volunteers and needs of a year; deterministic for the seed."""

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
                activity=1 / rank,  # the second most active looks half as often as the most active, and so on
                willing=chance.uniform(0.3, 0.9),
            )
            for number, rank in enumerate(ranks)
        ]
        self.needs = [
            SimulatedNeed(number, START + YEAR * (number / needs), _one_of(chance, KINDS), _one_of(chance, CITIES))
            for number in range(needs)
        ]

    def accepts(self, person: Person, need: SimulatedNeed) -> bool:
        return Random(f"{self._seed} yes {need.number} {person.id}").random() < person.willing

    def takes(self, need: SimulatedNeed, running: Counter[int]) -> Person | None:
        """First come, first served: of the suitable volunteers with time, the first who accepts, or `None`."""
        suited = [each for each in self.people if need.kind in each.kinds and need.city == each.city]
        chance = Random(f"{self._seed} sees {need.number}")
        seen = {each.id: chance.expovariate(each.activity) for each in suited}
        for each in sorted(suited, key=lambda person: seen[person.id]):
            if running[each.id] < BUSY_FROM and self.accepts(each, need):
                return each
        return None


class RunningMatches:
    """The number of running matches of each volunteer."""

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
    running = RunningMatches()
    for need in year.needs:
        running.until(need.at)
        if person := year.takes(need, running.now):
            running.take(person, need.at)
            helped[person.id] += 1
    return _summary(year, helped, set(helped))


def suggested(year: Year) -> Fairness:
    helped: Counter[int] = Counter()
    asked: set[int] = set()
    running = RunningMatches()
    by_id = {each.id: each for each in year.people}
    with _town(year) as session, clock.at(START) as move:
        author = access.actor_for(session, RESIDENT)
        for need in year.needs:
            move(need.at - clock.now())
            running.until(need.at)
            _confirm(session, need.at)
            need_id = _publish(session, need)
            taker = None
            rows = volunteers_for(session, actor=author, need_id=need_id, size=MAX_ASKED_PER_NEED)
            for row in rows[:MAX_ASKED_PER_NEED]:
                session.add(Asked(need_id=need_id, volunteer_id=row.user_id, asked_by=RESIDENT, at=need.at))
                asked.add(row.user_id)
                if year.accepts(by_id[row.user_id], need):
                    taker = by_id[row.user_id]
                    break
            taker = taker or year.takes(need, running.now)
            if taker:
                _choose(session, need_id, taker, need.at)
                running.take(taker, need.at)
                helped[taker.id] += 1
    return _summary(year, helped, asked | set(helped))


def _summary(year: Year, helped: Counter[int], asked: set[int]) -> Fairness:
    most = helped.most_common(len(year.people) // 10)
    total = helped.total()
    return Fairness(total, sum(number for _, number in most) / total, len(year.people) - len(asked))


@contextmanager
def _town(year: Year) -> Iterator[Session]:
    """An in-memory database in which each volunteer has one rejected offer for each of their kinds of help."""
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
                need_id = _publish(session, SimulatedNeed(-1, before, kind, person.city))
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


def _publish(session: Session, need: SimulatedNeed) -> int:
    starts = clock.to_local(need.at) + timedelta(days=1)
    row = Need(
        author_id=RESIDENT,
        title="A need",
        starts_at=starts,
        ends_at=starts + timedelta(hours=2),
        type_id=need.kind,
        city_id=need.city,
        published_at=need.at,
    )
    session.add(row)
    session.flush()
    assert row.id is not None  # noqa: S101 - flushed
    return row.id


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
