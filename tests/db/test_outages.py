"""A MariaDB that hangs, is locked by a process that hangs, or takes no more connections: no call waits long.

On servers of their own: one that is stopped by SIGSTOP would stop every other test.
"""

import os
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Barrier

import pytest
from sqlalchemy import func, text
from sqlalchemy.exc import OperationalError
from sqlmodel import Session, select

from gsapp import db, models
from gsapp.db import circuit_breaker, engine
from gsapp.errors import Busy
from gsapp.models import ServiceType
from gsapp.startup.seed import seed
from tests.support.mariadb import SPEED, PrivateServer

pytestmark = [pytest.mark.mariadb, pytest.mark.slow]
PLACES = 20


@pytest.fixture(autouse=True)
def short_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(circuit_breaker, "PATIENCE", 0.3)
    monkeypatch.setattr(circuit_breaker, "PROBE_WITHIN", 0.5)
    monkeypatch.setattr(circuit_breaker, "PAUSE", 0.05)
    monkeypatch.setattr(engine, "LOCK_WAIT", 2)
    monkeypatch.setattr(engine, "IDLE_TRANSACTION", 1)


@contextmanager
def site_on(folder: Path, *options: str) -> Iterator[PrivateServer]:
    """The database of this process, on a server of its own."""
    with PrivateServer(folder, options=(*SPEED, *options)) as server, server.fresh_database() as url:
        models.metadata.create_all(db.connect(url).engine)
        db.connect(url)
        db.write(seed, cities=())
        yield server
        db.dispose()


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PrivateServer]:
    with site_on(tmp_path_factory.mktemp("out")) as made:
        yield made


@contextmanager
def stopped(server: PrivateServer) -> Iterator[None]:
    """A server that hangs: it accepts connections and never answers."""
    os.kill(server.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(server.pid, signal.SIGCONT)


def kinds(session: Session) -> int:
    return session.exec(select(func.count()).select_from(ServiceType)).one()


def slow_query(session: Session) -> int:
    return int(session.connection().execute(text("SELECT SLEEP(1.5)")).scalar_one())


def add_kind(session: Session, *, name: str) -> None:
    session.add(ServiceType(name=name))


def rename(session: Session, *, name: str) -> None:
    session.get_one(ServiceType, 1, with_for_update=True).name = name


def timed(call: Callable[[], object]) -> tuple[object, float]:
    """What a call returns, or the refusal that it raises, and its seconds."""
    start = time.monotonic()
    try:
        outcome = call()
    except Busy as error:
        outcome = error
    return outcome, time.monotonic() - start


def test_calls_of_a_database_that_hangs_are_refused_soon_and_work_again_as_soon_as_it_answers(
    server: PrivateServer,
) -> None:
    before = db.read(kinds)
    with ThreadPoolExecutor(30) as threads:
        with stopped(server):
            waiting = [threads.submit(timed, lambda: db.read(kinds)) for _ in range(25)]
            waiting += [threads.submit(timed, lambda: db.write(add_kind, name="陪读")) for _ in range(5)]
            for outcome, seconds in map(Future.result, waiting):
                assert isinstance(outcome, Busy)
                assert seconds < 5, "those without a connection of the pool wait for its timeout"
            for call in (lambda: db.read(kinds), lambda: db.write(add_kind, name="陪读")):
                outcome, seconds = timed(call)
                assert isinstance(outcome, Busy)
                assert seconds < 0.2, "without waiting"
        deadline = time.monotonic() + 2
        while isinstance(timed(lambda: db.read(kinds))[0], Busy):
            assert time.monotonic() < deadline
            time.sleep(0.05)
    db.write(add_kind, name="陪伴")
    assert db.read(kinds) == before + 1


@pytest.mark.usefixtures("server")
def test_a_long_query_of_a_database_that_answers_is_not_interrupted() -> None:
    assert timed(lambda: db.read(slow_query))[0] == 0
    assert timed(lambda: db.write(slow_query))[0] == 0


def test_a_command_waits_for_a_database_that_hangs(server: PrivateServer) -> None:
    db.connect(db.current().url, patient=True)
    before = db.read(kinds)
    with ThreadPoolExecutor(1) as threads:
        with stopped(server):
            waiting = threads.submit(db.read, kinds)
            time.sleep(1.5)
            assert not waiting.done()
        assert waiting.result() == before


@pytest.mark.usefixtures("server")
def test_a_row_that_another_process_locks_makes_its_writers_busy_and_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(db.current(), "seconds", 1.0)
    with db.current().lone_connection(seconds=10) as other:
        other.execute(text("SELECT * FROM service_type WHERE id = 1 FOR UPDATE"))
        outcome, seconds = timed(lambda: db.write(rename, name="修水管"))
        assert isinstance(outcome, Busy)
        assert 1 < seconds < 4
        db.write(add_kind, name="陪读")
        other.rollback()
    db.write(rename, name="修水管")


@pytest.mark.usefixtures("server")
def test_a_process_that_hangs_in_a_transaction_loses_its_locks() -> None:
    with db.current().engine.connect() as hung:
        hung.execute(text("SELECT * FROM service_type WHERE id = 1 FOR UPDATE"))
        db.write(rename, name="修水管")
        with pytest.raises(OperationalError):
            hung.execute(text("SELECT 1"))
        hung.invalidate()


def test_a_server_without_a_free_connection_makes_calls_busy_and_is_used_again(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with site_on(tmp_path_factory.mktemp("few"), "--max-connections=12"):
        barrier = Barrier(PLACES)

        def call(number: int) -> tuple[object, float]:
            barrier.wait()
            if number % 2:
                return timed(lambda: db.read(slow_query))
            return timed(lambda: db.write(add_kind, name=f"陪读{number}"))

        with ThreadPoolExecutor(PLACES) as threads:
            outcomes = list(threads.map(call, range(PLACES)))
        assert any(isinstance(outcome, Busy) for outcome, _ in outcomes)
        assert any(not isinstance(outcome, Busy) for outcome, _ in outcomes)
        assert all(seconds < 6 for _, seconds in outcomes)
        assert not db.current().breaker.is_open, "it answers: it has no room"
        db.current().engine.dispose()
        db.write(add_kind, name="陪伴")


def test_a_process_opens_no_more_connections_than_documented(server: PrivateServer) -> None:
    barrier = Barrier(PLACES)

    def call(write: bool) -> int:
        barrier.wait()
        return db.write(slow_query) if write else db.read(slow_query)

    for write in (False, True):
        with ThreadPoolExecutor(PLACES) as threads:
            list(threads.map(call, [write] * PLACES))
    with db.current().lone_connection(seconds=5) as connection:
        number = connection.execute(text("SELECT COUNT(*) FROM information_schema.processlist")).scalar_one()
    pools = 2 * engine.POOL["pool_size"]
    assert pools <= number <= pools + 5
