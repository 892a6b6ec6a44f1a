"""Every step by which a coordinator may cease to be one writes the guard row: that serializes them on every node."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from sqlalchemy.sql.selectable import GenerativeSelect
from sqlmodel import Session, select

from gsapp import db, guards
from gsapp.access import Actor
from gsapp.errors import Busy
from gsapp.models import SiteState
from gsapp.models.site import COORDINATORS
from gsapp.schemas.admin import WhyForm
from gsapp.services import accounts, admin_people, leaving, suspension
from gsapp.services.leaving import LastCoordinator
from gsapp.vocabulary import Role
from tests.support import lives
from tests.support.lives import coordinator, user
from tests.support.overlap import meet_after, together, warm_up

Step = Callable[[Actor, Actor], Callable[[], Any]]
STEPS: dict[str, Step] = {
    "role": lambda me, you: partial(db.write, admin_people.make_member, actor=me, user_id=you.user_id),
    "command": lambda _, you: partial(db.write, accounts.set_role, actor=None, user_id=you.user_id, role=Role.MEMBER),
    "suspension": lambda me, you: partial(
        db.write, suspension.suspend, actor=me, user_id=you.user_id, form=WhyForm(reason="test")
    ),
    "leaving": lambda me, _: partial(db.write, leaving.leave, actor=me),
}


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


def steps_counted() -> int:
    with db.current().read_only() as session:
        return int(session.exec(select(SiteState.value).where(SiteState.name == COORDINATORS)).one())


def act_as_if_on_two_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Row locks of a SELECT do nothing."""
    monkeypatch.setattr(GenerativeSelect, "with_for_update", lambda statement, **_: statement)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("step", STEPS)
def test_a_step_that_may_take_a_coordinator_away_writes_the_guard_row(step: str) -> None:
    first, second = coordinator("first"), coordinator("second")
    before = steps_counted()
    STEPS[step](first, second)()
    assert steps_counted() > before


@pytest.mark.usefixtures("database")
def test_without_the_guard_row_no_coordinator_is_taken_away() -> None:
    def remove(session: Session) -> None:
        session.delete(session.get(SiteState, COORDINATORS))

    first, second = coordinator("first"), coordinator("second")
    db.write(remove)
    with pytest.raises(Busy):
        STEPS["role"](first, second)()


@pytest.mark.mariadb
def test_without_row_locks_the_guard_row_keeps_one_coordinator(
    mariadb_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    act_as_if_on_two_nodes(monkeypatch)
    warm_up(mariadb_database, 4)
    for number in range(8):
        pair = coordinator(f"cora{number}"), coordinator(f"dora{number}")
        results = together([partial(db.write, leaving.leave, actor=each) for each in pair])
        assert {type(result) for result in results} == {type(None), LastCoordinator}, results
        stays = next(each for each in pair if user(each).left_at is None)
        db.write(accounts.set_role, actor=None, user_id=stays.user_id, role=Role.MEMBER)


@pytest.mark.mariadb
@pytest.mark.usefixtures("mariadb_database")
def test_without_row_locks_and_guard_row_both_go(monkeypatch: pytest.MonkeyPatch) -> None:
    act_as_if_on_two_nodes(monkeypatch)
    monkeypatch.setattr(guards, "touch_coordinators", lambda _: None)
    pair = coordinator("cora"), coordinator("dora")
    meet_after(monkeypatch, leaving, "_check_others_stay", 2)
    together([partial(db.write, leaving.leave, actor=each) for each in pair])
    assert all(user(each).left_at is not None for each in pair)
