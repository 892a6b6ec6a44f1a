"""Load generator: fills an empty database with a town of any size; deterministic for the seed and the day.

All events are before today, and no need changes its state before tomorrow. The history has all events of needs from the
last `tables.HISTORY_DAYS` days, and only the publication of older ones. There are no notifications and sessions.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from time import monotonic

from sqlalchemy import func
from sqlmodel import Session, col, select

from benchmarks.load import bulk_insert
from benchmarks.load import people as bulk_people
from benchmarks.load.days import calendar_until
from benchmarks.load.plan import Plan
from benchmarks.load.rows import Rows
from benchmarks.load.simulation import BLOCK, NeedSimulation
from benchmarks.load.tables import Ids, registrations
from gsapp import clock, db
from gsapp.demo.content import Kind
from gsapp.demo.content_people import PASSWORD
from gsapp.effects import monthly, need_counts
from gsapp.models import City, Match, Need, Offer, ServiceType, Thanks, User

BATCH = 20 * BLOCK
"""Number of needs that are simulated and loaded at a time."""
Progress = Callable[[int], None]


class DatabaseInUse(Exception):
    """The database already has users or needs; nothing was changed."""


class NothingToAsk(Exception):
    """The database has no city, or none of the six built-in kinds of help."""


@dataclass(frozen=True)
class LoadTown:
    """The result: numbers of rows, duration, and some accounts, all with `password`."""

    counts: dict[str, int]
    seconds: float
    sign_ins: tuple[tuple[str, str], ...]
    password: str = PASSWORD

    def __str__(self) -> str:
        made = ", ".join(f"{number:,} {name}" for name, number in self.counts.items())
        speed = self.counts["needs"] / self.seconds
        people = (f"  {username:<24}{role}" for username, role in self.sign_ins)
        return "\n".join(
            (
                f"A town for load tests is ready: {made}.",
                f"That took {self.seconds:.1f} s: {speed:,.0f} needs a second.",
                f"Everybody signs in with the password {self.password}, for example",
                *people,
            )
        )


def make_load_town(*, needs: int, seed: int, progress: Progress = lambda _: None) -> LoadTown:
    """Create a town with this number of needs; `progress` is called with the number of needs in each loaded batch.

    Needs the service types, the cities and the vault. Raises `DatabaseInUse` and `NothingToAsk`. On SQLite everything
    is one transaction. On MariaDB, where a rollback would take too long, people are inserted last: without them an
    incomplete town is not usable, and the next call may delete it.
    """
    started = monotonic()
    _check_unused()
    plan = _plan(needs, seed)
    if db.current().embedded:
        db.write(_fill_file, plan=plan, progress=progress)
    else:
        _fill_server(plan, progress)
    return LoadTown(db.read(_counts), monotonic() - started, db.read(_sign_ins))


def _fill_file(session: Session, *, plan: Plan, progress: Progress) -> None:
    file = bulk_insert.File(session)
    file.load(bulk_people.rows(plan.people, plan.calendar))
    _load_needs(plan, file, progress)
    monthly.rebuild(session)
    need_counts.recount(session)


def _fill_server(plan: Plan, progress: Progress) -> None:
    with bulk_insert.connected() as servers:
        servers.empty()
        try:
            _load_needs(plan, servers, progress)
            db.write(monthly.rebuild)
            db.write(need_counts.recount)
            for rows in bulk_people.rows(plan.people, plan.calendar):
                servers.load([rows])
        except BaseException:
            servers.empty()
            raise


def _load_needs(plan: Plan, into: bulk_insert.File | bulk_insert.Servers, progress: Progress) -> None:
    with _batches(plan) as batches:
        for count, batch in batches:
            into.load(batch)
            progress(count)


@contextmanager
def _batches(plan: Plan) -> Iterator[Iterator[tuple[int, list[Rows]]]]:
    """Batches of needs, pipelined: a second process simulates the next one while the database loads the current one."""
    if plan.needs <= BATCH:
        known, ids = registrations(plan)
        simulated, _ = NeedSimulation(plan).simulate(0, plan.needs, ids)
        yield iter([(plan.needs, [known, *simulated])])
        return
    with ProcessPoolExecutor(1, get_context("spawn"), initializer=_start_simulation, initargs=(plan,)) as process:

        def submit(first: int, ids: Ids) -> Future[tuple[list[Rows], Ids]]:
            return process.submit(_simulate, first, min(first + BATCH, plan.needs), ids)

        def batches() -> Iterator[tuple[int, list[Rows]]]:
            known, ids = registrations(plan)
            yield 0, [known]
            future = submit(0, ids)
            for first in range(0, plan.needs, BATCH):
                rows, ids = future.result()
                if first + BATCH < plan.needs:
                    future = submit(first + BATCH, ids)
                yield min(BATCH, plan.needs - first), rows

        yield batches()


_simulation: NeedSimulation


def _start_simulation(plan: Plan) -> None:
    global _simulation
    _simulation = NeedSimulation(plan)


def _simulate(first: int, last: int, ids: Ids) -> tuple[list[Rows], Ids]:
    return _simulation.simulate(first, last, ids)


def _plan(needs: int, seed: int) -> Plan:
    calendar = calendar_until(clock.local_now())
    kinds, cities = db.read(_choices)
    if not kinds or not cities:
        raise NothingToAsk("The database needs at least one city and one of the six built-in kinds of help.")
    people = bulk_people.make_people(needs=needs, seed=seed, cities=cities, calendar=calendar)
    return Plan(needs, seed, calendar, people, kinds)


def _choices(session: Session) -> tuple[tuple[tuple[int, Kind], ...], list[tuple[int, str]]]:
    known = {kind.value for kind in Kind}
    types = session.exec(
        select(ServiceType.id, ServiceType.name).where(ServiceType.enabled).order_by(col(ServiceType.id))
    )
    kinds = tuple((type_id, Kind(name)) for type_id, name in types if type_id and name in known)
    cities = session.exec(select(City.id, City.name).where(City.enabled).order_by(col(City.id)))
    return kinds, [(city_id, name) for city_id, name in cities if city_id]


def _check_unused() -> None:
    people, needs = db.read(_any_rows)
    if people or (needs and db.current().embedded):
        raise DatabaseInUse("There are people in this database already: a load-test town needs an empty database.")


def _any_rows(session: Session) -> tuple[bool, bool]:
    return session.exec(select(User.id)).first() is not None, session.exec(select(Need.id)).first() is not None


def _counts(session: Session) -> dict[str, int]:
    tables = {"needs": Need, "offers": Offer, "matches": Match, "thanks": Thanks, "people": User}
    return {name: session.exec(select(func.count()).select_from(table)).one() for name, table in tables.items()}


def _sign_ins(session: Session) -> tuple[tuple[str, str], ...]:
    """The coordinator, the author of the newest need and the volunteer of the newest match."""
    author = select(User.username).join(Need, col(Need.author_id) == col(User.id)).order_by(col(Need.id).desc())
    volunteer = (
        select(User.username)
        .join(Offer, col(Offer.volunteer_id) == col(User.id))
        .join(Match, col(Match.offer_id) == col(Offer.id))
        .order_by(col(Match.id).desc())
    )
    found = (
        (session.exec(select(User.username).order_by(col(User.id))).first(), "coordinator"),
        (session.exec(author).first(), "asks for help"),
        (session.exec(volunteer).first(), "helps"),
    )
    return tuple((username, role) for username, role in found if username)
