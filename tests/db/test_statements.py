"""Slow queries in the log: named, without their texts, and not one line for each."""

import sqlite3
import time
from functools import partial
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session

from gsapp import db, logs
from gsapp.db import statements
from gsapp.errors import Busy
from gsapp.queries import places
from tests.support.samples_of_metrics import counted

PHONE = "13800000000"


@pytest.fixture(autouse=True)
def nothing_logged_yet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statements, "_slow_queries", statements._SlowQueryLog())


def find_phone(session: Session, phone: str = PHONE) -> None:
    session.connection().execute(text("SELECT :phone"), {"phone": phone})


def broken(session: Session) -> None:
    session.connection().execute(text("SELECT nothing_like_it"))


def lines(caplog: pytest.LogCaptureFixture) -> list[dict[str, Any]]:
    return [record.fields for record in caplog.records if record.getMessage() == "slow_query"]  # type: ignore[attr-defined]


def test_a_slow_query_is_named_and_says_nothing_of_what_it_looked_for(
    database: db.Database, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "SLOW_SECONDS", 0.0)
    db.read(find_phone)
    (line,) = lines(caplog)
    assert (line["query"], line["kind"]) == ("tests.db.test_statements.find_phone", "read")
    assert line["ms"] >= 0
    text_of_all = "".join(logs.JsonLines().format(record) for record in caplog.records)
    assert PHONE not in text_of_all
    assert "SELECT" not in text_of_all


@pytest.mark.usefixtures("sqlite_database")
def test_a_quick_query_is_counted_and_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    reads, transactions = (
        counted("statement_seconds_count", kind="read"),
        counted("transaction_seconds_count", kind="read"),
    )
    db.read(find_phone)
    assert lines(caplog) == []
    assert reads() == 2, "BEGIN and SELECT"
    assert transactions() == 1


@pytest.mark.usefixtures("sqlite_database")
def test_a_statement_that_fails_after_a_while_is_slow_too(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As one that hits a time limit does: the slowest of all."""

    def fails(session: Session) -> None:
        session.connection()  # sends BEGIN
        monkeypatch.setattr(statements, "SLOW_SECONDS", 0.0)
        broken(session)

    with pytest.raises(OperationalError):
        db.write(fails)
    (line,) = lines(caplog)
    assert (line["query"].rpartition(".")[2], line["kind"]) == ("fails", "write")


@pytest.mark.usefixtures("sqlite_database")
def test_one_query_that_is_always_slow_is_one_line_in_ten_seconds(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(statements, "SLOW_SECONDS", 0.0)
    moment = 0.0
    monkeypatch.setattr(statements, "monotonic", lambda: moment)
    for _ in range(100):
        db.read(find_phone)
    assert len(lines(caplog)) == 1
    moment = statements.LOG_EVERY
    db.read(find_phone)
    assert [line.get("more") for line in lines(caplog)] == [None, 199], "of a hundred reads with BEGIN and SELECT"


@pytest.mark.usefixtures("sqlite_database")
def test_a_read_within_a_write_is_named_for_itself(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def outer(session: Session) -> None:
        db.read(find_phone)
        monkeypatch.setattr(statements, "SLOW_SECONDS", 0.0)
        session.connection().execute(text("SELECT 1"))

    db.write(outer)
    assert [line["query"].rpartition(".")[2] for line in lines(caplog)] == ["outer"]


@pytest.mark.parametrize(
    ("function", "name"),
    [
        (places.cities, "queries.places.cities"),
        (partial(partial(find_phone), phone=""), "tests.db.test_statements.find_phone"),
        (find_phone, "tests.db.test_statements.find_phone"),
    ],
)
def test_the_name_is_module_and_function(function: Any, name: str) -> None:
    assert statements.name_of(function) == name


@pytest.mark.usefixtures("sqlite_database")
def test_retries_are_counted_by_their_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "sleep", lambda _: None)
    locked, no_connection = counted("database_retries_total", cause="locked"), counted("database_pool_timeouts_total")

    def is_locked(session: Session) -> None:
        raise OperationalError("SELECT", {}, sqlite3.OperationalError("database is locked"))

    def has_none(session: Session) -> None:
        raise PoolTimeout

    for use_case in (is_locked, has_none):
        with pytest.raises(Busy):
            db.write(use_case)
    assert (locked(), no_connection()) == (db.TRIES, 1)
