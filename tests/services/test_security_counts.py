"""Failed sign-ins and refusals: counted per day, kind, network and user, and shown to coordinators."""

import logging
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from sqlmodel import col, select, update

from gsapp import db
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.effects.budgets import BudgetSpent
from gsapp.errors import NotAllowed, NotFound, TooMany
from gsapp.flows import authentication, password_links
from gsapp.models import SecurityCount, User
from gsapp.queries.unusual import MANY, unusual
from gsapp.schemas import retention
from gsapp.security import refusals, vault
from gsapp.services import accounts, security_counts
from gsapp.vocabulary import Role
from gsapp.workers import pruning, scheduler
from tests.support import lives

Wait = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("database", "keys", "wait", "nothing_waits")
HERE, THERE = "203.0.113.7", "198.51.100.9"


@pytest.fixture
def nothing_waits() -> Iterator[None]:
    refusals.take()
    yield
    refusals.take()


def stored() -> dict[tuple[str, bool, int], int]:
    """The counts by kind, whether they have a network, and user."""
    rows = db.read(lambda session: [row.model_dump() for row in session.exec(select(SecurityCount))])
    return {(row["kind"], bool(row["network"]), row["user_id"]): row["n"] for row in rows}


def guess(name: str, address: str) -> None:
    with pytest.raises((authentication.WrongSignIn, TooMany)):
        authentication.sign_in(username=name, password="Wrong12345", address=address, user_agent="")


def test_failed_sign_ins_are_counted_by_day_and_network(wait: Wait) -> None:
    lives.person("anna")
    chief = lives.coordinator()
    for name, address in (("anna", HERE), ("anna", HERE), ("unknown", HERE), ("anna", THERE)):
        guess(name, address)
    scheduler.run_due_jobs()
    wait(timedelta(days=1))
    guess("anna", THERE)
    scheduler.run_due_jobs()
    today, yesterday = db.read(unusual, actor=chief).sign_ins
    assert (yesterday.n, yesterday.networks) == (4, 2)
    assert (today.n, today.networks) == (1, 1)
    assert today.day - yesterday.day == timedelta(days=1)


def test_refusals_are_counted_by_their_kind_and_user() -> None:
    anna = lives.person("anna")
    for error in (TooMany(5), BudgetSpent(60), CoordinatorsOnly(), NotAllowed(), NotAllowed(), NotFound()):
        refusals.refused(error, address=HERE, user_id=anna.user_id)
    refusals.refused(TooMany(5), address=HERE, user_id=None)
    scheduler.run_due_jobs()
    expected = {"TooMany": 1, "BudgetSpent": 1, "CoordinatorsOnly": 1, "NotAllowed": 2}
    assert stored() == {(kind, True, anna.user_id): n for kind, n in expected.items()} | {("TooMany", True, 0): 1}


def test_no_name_and_no_address_is_stored_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    lives.person("anna")
    guess("anna", HERE)
    scheduler.run_due_jobs()
    (record,) = [record for record in caplog.records if record.message == "security_refusal"]
    fields = record.__dict__["fields"]
    assert fields["kind"] == "SignInFailed"
    assert len(fields["network"]) == len(fields["name"]) == 12
    told = f"{fields} {db.read(lambda session: str(session.exec(select(SecurityCount)).all()))}"
    assert "anna" not in told
    assert HERE not in told


def test_the_pseudonym_of_a_network_changes_every_week(wait: Wait) -> None:
    before = vault().pseudonyms.of("network", HERE)
    assert before == vault().pseudonyms.of("network", HERE)
    assert before != vault().pseudonyms.of("network", THERE)
    assert before != vault().pseudonyms.of("name", HERE)
    wait(timedelta(days=7))
    assert vault().pseudonyms.of("network", HERE) != before


def test_a_flood_fills_neither_log_nor_memory_nor_table(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    monkeypatch.setattr(refusals, "MOST_KEYS", 50)
    monkeypatch.setattr(security_counts, "MOST_ROWS", 20)
    for number in range(200):
        refusals.refused(TooMany(5), address=f"10.0.0.{number}", user_id=None)
    lines = [record for record in caplog.records if record.message == "security_refusal"]
    assert len(lines) <= 2 * refusals.MOST_LINES, "of two minutes at most"
    scheduler.run_due_jobs()
    assert sum(db.read(lambda session: session.exec(select(SecurityCount.n)).all())) == 200
    assert len(db.read(lambda session: session.exec(select(SecurityCount.n)).all())) <= 21


def test_counts_wait_while_the_database_refuses_them(monkeypatch: pytest.MonkeyPatch) -> None:
    refusals.refused(NotAllowed(), address=HERE, user_id=1)
    with monkeypatch.context() as broken:
        broken.setattr(security_counts, "MOST_ROWS", None)
        assert scheduler.run_due_jobs() == 1
    assert stored() == {}
    scheduler.run_due_jobs()
    assert stored() == {("NotAllowed", True, 1): 1}


def test_counts_go_after_thirty_days(wait: Wait) -> None:
    refusals.refused(NotAllowed(), address=HERE, user_id=1)
    scheduler.run_due_jobs()
    wait(retention.SECURITY_COUNTS)
    pruning.prune()
    assert stored()
    wait(timedelta(days=1))
    assert pruning.prune()["days of security counts"] == 1
    assert not stored()


def test_coordinators_see_accounts_usernames_and_new_rights() -> None:
    anna, ben, chief = *lives.people("anna", "ben"), lives.coordinator()
    for _ in range(MANY):
        refusals.refused(NotAllowed(), address=HERE, user_id=ben.user_id)
    refusals.refused(NotAllowed(), address=HERE, user_id=anna.user_id)
    scheduler.run_due_jobs()
    db.write(lambda session: session.exec(update(User).where(col(User.id) == anna.user_id).values(username="admin")))
    before = db.read(unusual, actor=chief)
    db.write(accounts.set_role, actor=None, user_id=ben.user_id, role=Role.COORDINATOR)
    password_links.issue(chief, user_id=anna.user_id)
    found = db.read(unusual, actor=chief)
    assert [(row.username, row.n) for row in found.accounts] == [("ben", MANY)]
    assert [row.username for row in found.odd_usernames] == ["admin"]
    assert found.new_coordinators == before.new_coordinators + 1
    assert found.password_links == 1
    assert [(row.kind, row.n, row.most_by_one) for row in found.refusals] == [("NotAllowed", MANY + 1, MANY)]


def test_members_do_not_see_it() -> None:
    anna: Actor = lives.person("anna")
    with pytest.raises(CoordinatorsOnly):
        db.read(unusual, actor=anna)
