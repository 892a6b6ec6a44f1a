"""The migration lock holds across the nodes of a cluster, and a killed owner does not hold it for ever."""

import threading
import time
from collections.abc import Iterator

import pytest
from sqlalchemy import text

from gsapp import db, migrations
from gsapp.migrations import MigrationRunning, idempotent, lock, revisions, state
from tests.support.mariadb import Server
from tests.support.overlap import together

pytestmark = pytest.mark.mariadb


@pytest.fixture(autouse=True)
def database(mariadb: Server) -> Iterator[db.Database]:
    with mariadb.fresh_database() as url:
        yield db.connect(url)
        db.dispose()


@pytest.fixture
def two_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """GET_LOCK of one process does not stop the other, and each is connected to another server."""
    monkeypatch.setattr(lock, "GET_LOCK", "SELECT 1")
    monkeypatch.setattr(lock, "_server_identity", lambda _: f"node{threading.get_ident()}")


def lease() -> str | None:
    with db.current().engine.connect() as connection:
        return state.value(connection, state.LEASE)


def leave_lease(server: str, *, seconds: int) -> None:
    """What a process that was killed leaves behind."""
    with db.current().engine.begin() as connection:
        state.ensure_table(connection)
        state.store(connection, state.LEASE, f"{int(time.time()) + seconds} {server} 0123456789abcdef")


def server_identity() -> str:
    with db.current().engine.connect() as connection:
        return lock._server_identity(connection)


@pytest.mark.usefixtures("two_nodes")
def test_of_two_that_migrate_through_two_nodes_one_waits() -> None:
    running, most = [], []

    def migrate() -> list[migrations.Applied]:
        return migrations.upgrade(progress=watch)

    def watch(line: str) -> None:
        running.append(threading.get_ident())
        most.append(line)

    outcomes = together([migrate, migrate, migrate])
    assert sorted(len(applied) for applied in outcomes if isinstance(applied, list)) == [0, 0, len(revisions.chain())]
    assert len(set(running)) == 1, "the others waited, and found nothing to do"
    assert lease() == ""


@pytest.mark.usefixtures("two_nodes")
def test_without_a_lease_two_nodes_migrate_at_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock._Lease, "take", lambda _: True)
    inside = threading.Barrier(2)

    def hold() -> None:
        with lock.migration_lock(db.current()):
            inside.wait(10)

    assert together([hold, hold]) == [None, None]


def test_a_lease_of_a_killed_process_of_this_server_is_taken_over_immediately() -> None:
    leave_lease(server_identity(), seconds=100)
    migrations.upgrade()
    assert migrations.ready()


def test_a_lease_of_another_node_is_waited_for_and_taken_over_after_its_expiry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LOCK_TIMEOUT", 0.3)
    leave_lease("another", seconds=100)
    with pytest.raises(MigrationRunning, match="another process"):
        migrations.upgrade()
    leave_lease("another", seconds=-1)
    migrations.upgrade()
    assert migrations.ready()


def test_a_process_that_has_lost_its_lease_does_not_continue() -> None:
    def lose_it(line: str) -> None:
        if line.startswith("0003"):
            leave_lease("another", seconds=100)

    with pytest.raises(MigrationRunning, match="another process"):
        migrations.upgrade(progress=lose_it)
    assert migrations.stored_revision() == "0002"


def test_a_migration_whose_connections_are_killed_ends_in_a_sentence_and_is_continued() -> None:
    def kill_all(line: str) -> None:
        if line.startswith("0003"):
            with db.current().engine.connect() as connection:
                others = "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()"
                for number in connection.scalars(text(others)).all():
                    connection.execute(text(f"KILL {number}"))

    with pytest.raises(migrations.MigrationFailed, match=r"stopped at 0003, add column sr_info.phase: the connection"):
        migrations.upgrade(progress=kill_all)
    assert lease() == ""
    db.connect(db.current().url)  # the next run is a new process
    migrations.upgrade()
    assert migrations.ready()


@pytest.mark.slow
def test_the_lease_is_renewed_while_a_step_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lock, "LEASE_SECONDS", 1)
    seen: set[str] = set()
    with lock.migration_lock(db.current()):
        deadline = time.monotonic() + 10
        while len(seen) < 3:
            assert time.monotonic() < deadline
            seen.add(str(lease()).split()[0])
            time.sleep(0.05)
    assert lease() == ""


def test_a_statement_that_a_killed_process_left_running_counts_as_done(monkeypatch: pytest.MonkeyPatch) -> None:
    migrations.upgrade("0001")
    original = idempotent.has_column
    statements = ["ALTER TABLE buser_table ADD COLUMN token_generation INTEGER NOT NULL DEFAULT 0"]

    def before_it_ends(table: str, name: str) -> bool:
        found = original(table, name)
        while statements:
            with db.current().engine.begin() as connection:
                connection.execute(text(statements.pop()))
        return found

    monkeypatch.setattr(idempotent, "has_column", before_it_ends)
    migrations.upgrade("0002")
    assert statements == []
    assert migrations.stored_revision() == "0002"
