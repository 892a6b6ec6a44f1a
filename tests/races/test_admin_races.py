"""Races between coordinators: if two suspend each other one stays, and nothing is handled twice.

On MariaDB only, and each once more without its guard, as in `test_races`.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from gsapp import access, db
from gsapp.access import Actor, CoordinatorsOnly
from gsapp.models import AbuseReport, User
from gsapp.schemas.admin import NoteForm, ReportForm, WhyForm
from gsapp.services import admin_password_links, admin_people, reports, suspension
from gsapp.services.accounts import LinkUsed
from gsapp.services.reports import AlreadyHandled, AlreadyReported
from gsapp.vocabulary import Reportable, Role
from tests.support import lives
from tests.support.lives import coordinator, people, person
from tests.support.overlap import meet_after, together, warm_up

CROWD = 16
WHY = WhyForm(reason="race")
pytestmark = pytest.mark.mariadb


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture
def database(mariadb_database: db.Database) -> db.Database:
    warm_up(mariadb_database, CROWD)
    return mariadb_database


def outcomes(calls: list[Callable[[], Any]]) -> tuple[int, set[type]]:
    """How many succeeded, and how the others failed."""
    results = together(calls)
    failed = [result for result in results if isinstance(result, Exception)]
    return len(results) - len(failed), {type(error) for error in failed}


def who_can_act() -> int:
    where = (User.role == Role.COORDINATOR, col(User.suspended_at).is_(None))
    with db.current().read_only() as session:
        return session.exec(select(func.count()).select_from(User).where(*where)).one()


def each_other(step: str, first: Actor, second: Actor) -> list[Callable[[], Any]]:
    pairs = ((first, second), (second, first))
    if step == "suspend":
        return [partial(db.write, suspension.suspend, actor=me, user_id=you.user_id, form=WHY) for me, you in pairs]
    return [partial(db.write, admin_people.make_member, actor=me, user_id=you.user_id) for me, you in pairs]


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("step", ["suspend", "make a member"])
def test_of_two_coordinators_who_put_each_other_out_one_stays(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    first, second = coordinator("first"), coordinator("second")
    meet_after(monkeypatch, access, "coordinator", 2)
    assert outcomes(each_other(step, first, second)) == (1, {CoordinatorsOnly})
    assert who_can_act() == 1


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("step", ["suspend", "make a member"])
def test_without_holding_them_nobody_would_be_left(monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    first, second = coordinator("first"), coordinator("second")
    for owner in (admin_people, suspension):
        monkeypatch.setattr(owner, "hold_coordinators", lambda *_: None)
    meet_after(monkeypatch, access, "coordinator", 2)
    assert outcomes(each_other(step, first, second)) == (2, set())
    assert who_can_act() == 0


@pytest.mark.usefixtures("database")
def test_of_many_who_use_one_link_at_once_one_sets_the_password() -> None:
    chief, anna = coordinator(), person("anna")
    mark = "f" * 64
    db.write(admin_password_links.issue_password_link, actor=chief, user_id=anna.user_id, token_hash=mark)
    use = admin_password_links.use_password_link
    calls = [partial(db.write, use, token_hash=mark, password_hash=f"hash {number}") for number in range(CROWD)]
    assert outcomes(list(calls)) == (1, {LinkUsed})
    assert lives.user(anna).password_hash.startswith("hash ")


@pytest.mark.usefixtures("database")
def test_of_many_who_handle_a_report_at_once_one_does() -> None:
    chief = coordinator()
    anna, ben = people("anna", "ben")
    rude = ReportForm(reason="rude")
    report_id = db.write(reports.report_abuse, actor=ben, kind=Reportable.USER, thing_id=anna.user_id, form=rude)
    notes = [NoteForm(note=f"note {number}") for number in range(CROWD)]
    handle = reports.handle_report
    calls = [partial(db.write, handle, actor=chief, report_id=report_id, form=note) for note in notes]
    assert outcomes(list(calls)) == (1, {AlreadyHandled})


@pytest.mark.usefixtures("database")
def test_of_many_reports_of_one_thing_at_once_one_is_kept() -> None:
    anna, ben = people("anna", "ben")
    rude = ReportForm(reason="rude")
    report = partial(db.write, reports.report_abuse, actor=ben, kind=Reportable.USER, thing_id=anna.user_id, form=rude)
    assert outcomes([report] * CROWD) == (1, {AlreadyReported})
    with db.current().read_only() as session:
        assert session.exec(select(func.count()).select_from(AbuseReport)).one() == 1
