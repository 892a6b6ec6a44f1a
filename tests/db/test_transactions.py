"""Transactions: events published after the commit, and constraints that both databases enforce."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from sqlalchemy import func, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlmodel import Session, select

from gsapp import db, events
from gsapp.errors import Busy, NotFound
from gsapp.models import Need, ServiceType
from gsapp.models.ids import id_of
from tests.support import lives
from tests.support.lives import facts, person, publish

FACT = events.NeedPublished(1)


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


def count(session: Session, *, table: type[Any]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def make_kind(session: Session, *, name: str = "陪读服务") -> None:
    session.add(ServiceType(name=name))
    db.publish_after_commit(session, FACT)


@pytest.mark.usefixtures("sqlite_database")
def test_a_row_has_an_id_once_it_was_flushed_and_says_so_before() -> None:
    def use_case(session: Session) -> int:
        kind = ServiceType(name="陪读服务")
        session.add(kind)
        with pytest.raises(RuntimeError, match="ServiceType has no id yet"):
            id_of(kind)
        session.flush()
        return id_of(kind)

    assert db.write(use_case) > 0


@pytest.mark.usefixtures("database")
def test_facts_leave_after_the_commit_and_in_their_order() -> None:
    seen: list[tuple[events.Event, int]] = []
    unsubscribe = events.subscribe(lambda fact: seen.append((fact, db.read(count, table=ServiceType))))

    def use_case(session: Session) -> None:
        make_kind(session)
        db.publish_after_commit(session, events.NeedEdited(1))
        session.flush()
        assert not seen

    db.write(use_case)
    unsubscribe()
    assert seen == [(FACT, 7), (events.NeedEdited(1), 7)]


@pytest.mark.usefixtures("database")
def test_nothing_is_stored_and_no_fact_leaves_when_a_use_case_fails() -> None:
    def use_case(session: Session, *, error: Exception) -> None:
        make_kind(session)
        session.flush()
        raise error

    with facts() as heard:
        for error in (NotFound(), ZeroDivisionError()):
            with pytest.raises(type(error)):
                db.write(use_case, error=error)
    assert not heard
    assert db.read(count, table=ServiceType) == 6


@pytest.mark.usefixtures("database")
def test_a_subscriber_that_fails_disturbs_nobody(caplog: pytest.LogCaptureFixture) -> None:
    def broken(_: events.Event) -> None:
        raise ZeroDivisionError

    before = len(events.process_bus)
    unsubscribe = events.subscribe(broken)
    with facts() as heard:
        db.write(make_kind)
    unsubscribe()
    assert heard == [FACT]
    assert "event subscriber failed on NeedPublished" in caplog.text
    assert len(events.process_bus) == before


@pytest.mark.usefixtures("database")
def test_work_for_afterwards_is_done_after_the_commit_and_only_then(caplog: pytest.LogCaptureFixture) -> None:
    done: list[int] = []

    def use_case(session: Session, *, name: str, error: Exception | None = None) -> None:
        make_kind(session, name=name)
        db.after_commit(session, lambda: done.append(db.read(count, table=ServiceType)))
        db.after_commit(session, broken)
        db.after_commit(session, lambda: done.append(-1))
        if error:
            raise error

    def broken() -> None:
        raise RuntimeError("outside of the database")

    with suppress(NotFound):
        db.write(use_case, name="陪读", error=NotFound())
    assert done == []
    db.write(use_case, name="陪伴")
    assert done == [7, -1], "also behind work that failed"
    assert "after-commit callback failed" in caplog.text


@pytest.mark.usefixtures("database")
def test_what_is_written_in_a_read_only_session_is_gone() -> None:
    def not_a_query(session: Session) -> None:
        make_kind(session)
        session.flush()

    with facts() as heard, suppress(OperationalError):  # MariaDB refuses it at once
        db.read(not_a_query)
    assert not heard
    assert db.read(count, table=ServiceType) == 6


VIOLATIONS = [
    "UPDATE sr_info SET helpers_wanted = 21",
    "UPDATE sr_info SET helpers_wanted = 0",
    "UPDATE sr_info SET places_taken = 2",
    "UPDATE sr_info SET places_done = 1",
    "UPDATE sr_info SET offers_pending = -1",
    "UPDATE sr_info SET ps_enddate = '2020-01-01 00:00:00'",
    "UPDATE sr_info SET psr_userid = 99",
    "UPDATE sr_info SET cityID = 99",
    "UPDATE report SET ps_num = -1",
    "DELETE FROM buser_table",
    "INSERT INTO service_type (typename, icon, position, enabled) VALUES ('管道维修', '', 0, 1)",
    "UPDATE city_info SET provinceName = '浙江', cityName = '杭州'",
]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("statement", VIOLATIONS)
def test_keys_and_checks_are_enforced(statement: str) -> None:
    publish(person("anna"))

    def use_case(session: Session) -> None:
        session.connection().execute(text(statement))

    with pytest.raises(DBAPIError):
        db.write(use_case)


def test_sqlite_is_set_up_for_one_writer_and_many_readers(sqlite_database: db.Database) -> None:
    with sqlite_database.engine.connect() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout", "synchronous", "secure_delete")
        }
    assert pragmas == {
        "journal_mode": "wal",
        "foreign_keys": 1,
        "busy_timeout": 5_000,
        "synchronous": 2,
        "secure_delete": 1,
    }


@pytest.mark.mariadb
def test_mariadb_reads_what_is_committed_in_every_script(mariadb_database: db.Database) -> None:
    with mariadb_database.engine.connect() as connection:
        assert connection.get_isolation_level() == "READ COMMITTED"
        assert connection.exec_driver_sql("SELECT @@character_set_connection").scalar() == "utf8mb4"


@pytest.mark.usefixtures("database")
def test_every_script_and_emoji_is_stored_as_it_is() -> None:
    odd = "好服务 😀👨‍👩‍👧 ŻÓŁĆ العربية <script>alert('x')</script> \\ % _ \" '"
    with db.current().read_only() as session:
        session.exec(select(ServiceType)).all()
    need_id = publish(person("anna"), title=odd, description=odd * 20)
    need = lives.row(Need, need_id)
    assert (need.title, need.description) == (odd, (odd * 20).strip())


@pytest.mark.usefixtures("database")
def test_the_database_says_whether_it_answers() -> None:
    assert db.current().answers()


def test_a_database_that_cannot_be_reached_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    db.connect("mysql+pymysql://nobody@127.0.0.1:1/nothing")
    try:
        assert not db.current().answers()
        with pytest.raises(Busy):
            db.read(count, table=Need)
    finally:
        db.dispose()


def test_without_a_database_there_is_a_clear_error() -> None:
    db.dispose()
    with pytest.raises(RuntimeError, match=r"db\.connect"):
        db.current()
