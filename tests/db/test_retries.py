"""Retries after transient database errors, without creating anything twice."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pymysql
import pytest
from sqlalchemy import func
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlmodel import Session, select

from gsapp import db, events
from gsapp.errors import Busy, CannotSave
from gsapp.models import History, LoginSession, Need, Offer, ServiceType, User
from gsapp.schemas.offers import OfferForm
from gsapp.services import needs, offers, sessions
from tests.support import lives
from tests.support.lives import assert_counts_are_right, facts, need_form, person
from tests.support.overlap import together

FACT = events.NeedPublished(1)
PASSING = (1213, 1205, 1020, 1180, 1047, 2006, 2013, 2055, 2003, 1053, 1927, 1040, 1203, 1226)


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture(autouse=True)
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the retries would have slept."""
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    return slept


def fault(code: int) -> OperationalError:
    return OperationalError("UPDATE", {}, pymysql.err.OperationalError(code, "as the server says"))


def count(session: Session, *, table: type[Any]) -> int:
    return session.exec(select(func.count()).select_from(table)).one()


def make_kind(session: Session) -> None:
    session.add(ServiceType(name="陪读服务"))
    db.publish_after_commit(session, FACT)


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("code", PASSING)
def test_a_passing_fault_makes_the_whole_use_case_run_again(code: int, naps: list[float]) -> None:
    tries = 0

    def use_case(session: Session) -> str:
        nonlocal tries
        tries += 1
        make_kind(session)
        session.flush()
        if tries < db.TRIES:
            raise fault(code)
        return "done"

    with facts() as heard:
        assert db.write(use_case) == "done"
    assert tries == db.TRIES
    assert heard == [FACT], "only the try that was committed speaks"
    assert db.read(count, table=ServiceType) == 7
    assert len(naps) == db.TRIES - 1
    assert all(0 <= nap <= 0.5 for nap in naps)
    assert len(set(naps)) > 1, "with jitter"


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("ask_or_run", [db.read, db.write])
def test_after_the_last_try_the_database_is_busy(ask_or_run: Callable[..., Any]) -> None:
    tries = 0

    def use_case(session: Session) -> None:
        nonlocal tries
        tries += 1
        make_kind(session)
        raise fault(1213)

    with facts() as heard, pytest.raises(Busy):
        ask_or_run(use_case)
    assert tries == db.TRIES
    assert not heard
    assert db.read(count, table=ServiceType) == 6


@pytest.mark.usefixtures("sqlite_database")
def test_no_other_attempt_begins_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.current(), "seconds", -1.0)
    tries = 0

    def use_case(_: Session) -> None:
        nonlocal tries
        tries += 1
        raise fault(1205)

    with pytest.raises(Busy):
        db.write(use_case)
    assert tries == 1


@pytest.mark.usefixtures("sqlite_database")
def test_a_write_whose_turn_does_not_come_is_busy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(db.current(), "seconds", 0.05)
    with db.current().transaction(), pytest.raises(Busy):
        db.write(make_kind)
    db.write(make_kind)


FULL = OperationalError(
    "INSERT", {}, pymysql.err.OperationalError(1030, 'Got error 28 "No space left on device" from storage engine')
)


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize("error", [fault(1021), fault(1114), fault(1026), fault(3), fault(1290), fault(1836), FULL])
def test_a_full_or_read_only_database_refuses_once_and_says_so_once(
    error: DBAPIError, naps: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    def use_case(_: Session) -> None:
        raise error

    assert db.current().write_fault == ""
    for _ in range(3):
        with pytest.raises(CannotSave):
            db.write(use_case)
    assert not naps, "without another try"
    assert caplog.text.count("the database cannot save") == 1
    assert db.current().write_fault


@pytest.mark.usefixtures("sqlite_database")
@pytest.mark.parametrize(
    "error",
    [
        fault(1064),
        fault(1030),
        OperationalError("UPDATE", {}, pymysql.err.OperationalError()),
        IntegrityError("INSERT", {}, pymysql.err.IntegrityError(1062, "Duplicate entry for key 'uq_something'")),
        OperationalError("UPDATE", {}, sqlite3.OperationalError("no such table: client")),
    ],
)
def test_any_other_fault_is_a_bug_and_runs_once(error: DBAPIError) -> None:
    tries = 0

    def use_case(_: Session) -> None:
        nonlocal tries
        tries += 1
        raise error

    with pytest.raises(type(error)):
        db.write(use_case)
    assert tries == 1


@pytest.mark.usefixtures("sqlite_database")
def test_a_locked_sqlite_is_tried_again_and_a_full_pool_is_busy() -> None:
    errors = [OperationalError("UPDATE", {}, sqlite3.OperationalError("database is locked"))]

    def use_case(_: Session) -> str:
        if errors:
            raise errors.pop()
        return "done"

    def no_connection(_: Session) -> None:
        raise PoolTimeout

    assert db.write(use_case) == "done"
    with pytest.raises(Busy):
        db.write(no_connection)


def lose(patch: pytest.MonkeyPatch, *, after_the_commit: bool) -> None:
    """The connection is lost at the next commit; whether the server has committed nobody knows."""
    commit = Session.commit
    due = [True]

    def lost(session: Session) -> None:
        if not due:
            return commit(session)
        due.pop()
        if after_the_commit:
            commit(session)
        raise fault(2013)

    patch.setattr(Session, "commit", lost)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("after_the_commit", [True, False])
def test_a_commit_of_unknown_outcome_creates_nothing_twice(
    monkeypatch: pytest.MonkeyPatch, after_the_commit: bool
) -> None:
    lose(monkeypatch, after_the_commit=after_the_commit)
    anna = person("anna")
    ben = person("ben")
    lose(monkeypatch, after_the_commit=after_the_commit)
    need_id = db.write(needs.publish_need, actor=anna, form=need_form(), client_key="k")
    lose(monkeypatch, after_the_commit=after_the_commit)
    offer_id = db.write(offers.make_offer, actor=ben, need_id=need_id, form=OfferForm(), client_key="k")
    lose(monkeypatch, after_the_commit=after_the_commit)
    session_id = db.write(sessions.open_session, user_id=anna.user_id, token_hash="t" * 64, hours=1)
    for table, record_id in ((Need, need_id), (Offer, offer_id), (LoginSession, session_id), (User, anna.user_id)):
        assert lives.row(table, record_id)
    assert [db.read(count, table=table) for table in (Need, Offer, LoginSession, User)] == [1, 1, 1, 2]
    assert db.read(count, table=History) == 2 + 2  # two people, a need, an offer
    assert_counts_are_right()


@pytest.mark.usefixtures("database")
def test_the_same_form_sent_by_two_threads_at_once_creates_one() -> None:
    anna = person("anna")
    form = need_form()
    for key in ("a", "b", "c"):
        call = partial(db.write, needs.publish_need, actor=anna, form=form, client_key=key)
        first, second = together([call, call])
        assert first == second
    assert db.read(count, table=Need) == 3
    assert_counts_are_right()
