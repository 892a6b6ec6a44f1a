"""A migration that is killed at any statement is finished by the next one, with the same schema and the same rows."""

import itertools
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy.exc import PendingRollbackError

from gsapp import db, migrations
from tests.support.mariadb import Server
from tests.support.schema import Killed, definition, insert_samples, killed_after, rows

Fresh = Callable[[], AbstractContextManager[db.Database]]


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Fresh:
    """Makes empty databases, which become that of the process."""
    numbers = itertools.count()

    @contextmanager
    def sqlite() -> Iterator[db.Database]:
        yield db.connect(f"sqlite:///{tmp_path / f'{next(numbers)}.db'}")
        db.dispose()

    @contextmanager
    def mariadb() -> Iterator[db.Database]:
        server: Server = request.getfixturevalue("mariadb")
        with server.fresh_database() as url:
            yield db.connect(url)
            db.dispose()

    return sqlite if request.param == "sqlite" else mariadb


def uninterrupted(fresh: Fresh) -> tuple[object, object]:
    with fresh() as database:
        migrations.upgrade("0001")
        insert_samples(database)
        migrations.upgrade()
        return definition(database), rows(database)


def run_until_killed(stop: Callable[[str], bool], revision: str = "head") -> bool:
    """Whether the migration reached its end."""
    with killed_after(stop):
        try:
            migrations.upgrade(revision)
        except (Killed, PendingRollbackError):  # the second when Alembic wants to remove a copy of a table
            return False
    return True


@pytest.mark.slow
def test_a_migration_that_is_killed_at_each_statement_in_turn_reaches_its_end(fresh: Fresh) -> None:
    expected = uninterrupted(fresh)
    executed: set[str] = set()
    every = 1

    def at_the_next_one(statement: str) -> bool:
        is_new = statement not in executed
        executed.add(statement)
        return is_new and len(executed) % every == 0

    with fresh() as database:
        if database.embedded:
            every = 12  # a transaction for each revision, so that no place in it is special
        while not run_until_killed(at_the_next_one, "0001"):
            pass
        insert_samples(database)
        while not run_until_killed(at_the_next_one):
            pass
        assert (definition(database), rows(database)) == expected
    assert len(executed) > 100


@pytest.mark.slow
@pytest.mark.exhaustive
def test_a_migration_that_is_killed_at_any_one_statement_is_finished_by_the_next(fresh: Fresh) -> None:
    expected = uninterrupted(fresh)
    for number in itertools.count():
        left = iter(range(number))
        with fresh() as database:
            whole = run_until_killed(lambda _, left=left: next(left, None) is None, "0001")  # type: ignore[misc]
            migrations.upgrade("0001")
            insert_samples(database)
            whole = whole and run_until_killed(lambda _, left=left: next(left, None) is None)  # type: ignore[misc]
            migrations.upgrade()
            assert (definition(database), rows(database)) == expected, number
        if whole:
            assert number > 100
            return


@pytest.mark.mariadb
@pytest.mark.slow
@pytest.mark.exhaustive
def test_a_downgrade_that_is_killed_at_each_statement_in_turn_reaches_its_end(mariadb: Server) -> None:
    executed: set[str] = set()

    def at_the_next_one(statement: str) -> bool:
        is_new = statement not in executed
        executed.add(statement)
        return is_new

    def down() -> bool:
        with killed_after(at_the_next_one):
            try:
                migrations.downgrade("0001")
            except Killed:
                return False
        return True

    with mariadb.fresh_database() as url:
        database = db.connect(url)
        migrations.upgrade("0001")
        insert_samples(database)
        before = definition(database)
        migrations.upgrade()
        while not down():
            pass
        after = definition(database)
        db.dispose()
    assert after == before
    assert len(executed) > 60
