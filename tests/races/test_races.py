"""Concurrent use cases: nothing happens twice.

On MariaDB only: SQLite has one writer at a time, so these tests would pass there without any guard. Each race is run
again with its guard taken away, and must then end wrong: a race that cannot be lost proves nothing.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func
from sqlmodel import Session, SQLModel, col, select, update

from gsapp import access, clock, db, guards
from gsapp.access import Actor
from gsapp.db import engine
from gsapp.effects import counters
from gsapp.errors import Taken
from gsapp.models import Match, Need, Offer, User
from gsapp.schemas.offers import OfferForm
from gsapp.services import accounts, needs, offers
from gsapp.services.accounts import DetailsTaken, UsernameTaken
from gsapp.services.offers import AlreadyOffered
from gsapp.vocabulary import NeedState
from tests.support import lives
from tests.support.lives import assert_counts_are_right, need_form, offer, people, person, publish, registration, row
from tests.support.mariadb import Server
from tests.support.overlap import meet_after, meet_before, together, warm_up, without_key, without_row_locks

CROWD = 32
pytestmark = pytest.mark.mariadb


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> db.Database:
    """MariaDB, with connections enough for everybody already open: more than a site has, so that none waits for one."""
    monkeypatch.setitem(engine.POOL, "pool_size", CROWD)
    made: db.Database = request.getfixturevalue("mariadb_database")
    warm_up(made, CROWD)
    return made


def count(table: type[SQLModel]) -> int:
    with db.current().read_only() as session:
        return session.exec(select(func.count()).select_from(table)).one()


def outcomes(results: list[Any]) -> tuple[int, set[type]]:
    """How many succeeded, and how the others failed."""
    failed = [result for result in results if isinstance(result, Exception)]
    return len(results) - len(failed), {type(error) for error in failed}


def offers_of_a_crowd(author: Actor, places: int) -> list[int]:
    need_id = publish(author, helpers_wanted=places)
    return [offer(person(f"volunteer{number:02}"), need_id) for number in range(CROWD)]


def accept_all(author: Actor, offer_ids: list[int]) -> tuple[int, set[type]]:
    calls = [partial(db.write, offers.accept_offer, actor=author, offer_id=offer_id) for offer_id in offer_ids]
    return outcomes(together(calls))


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("places", [1, 3])
@pytest.mark.parametrize("locks", ["with row locks", "as on the nodes of a cluster"])
def test_of_32_accepted_at_once_exactly_as_many_succeed_as_there_are_places(
    monkeypatch: pytest.MonkeyPatch, places: int, locks: str
) -> None:
    anna = person("anna")
    offer_ids = offers_of_a_crowd(anna, places)
    if locks == "with row locks":
        meet_before(monkeypatch, access, "offer_to_own_need", CROWD)
    else:
        without_row_locks(monkeypatch)
        meet_after(monkeypatch, access, "offer_to_own_need", CROWD)
    with lives.facts() as heard:
        assert accept_all(anna, offer_ids) == (places, {guards.NeedFull})
    assert len(heard) == count(Match) == places
    assert_counts_are_right()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("places", [1, 3])
def test_without_the_guard_too_many_are_accepted(monkeypatch: pytest.MonkeyPatch, places: int) -> None:
    def look_then_write(session: Session, need_id: int) -> None:
        need = session.get_one(Need, need_id)
        if need.places_taken >= need.helpers_wanted:
            raise guards.NeedFull
        session.exec(update(Need).where(col(Need.id) == need_id).values(places_taken=need.places_taken + 1))

    anna = person("anna")
    offer_ids = offers_of_a_crowd(anna, places)
    monkeypatch.setattr(guards, "take_place", look_then_write)
    without_row_locks(monkeypatch)
    meet_after(monkeypatch, access, "offer_to_own_need", CROWD)
    accepted, _ = accept_all(anna, offer_ids)
    assert accepted > places
    with pytest.raises(AssertionError):
        assert_counts_are_right()


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("step", ["withdraw", "cancel"])
def test_accepting_and_its_opposite_pressed_at_once_end_in_one_of_the_two(step: str) -> None:
    anna, ben, cleo = people("anna", "ben", "cleo")
    for _ in range(12):
        need_id = publish(anna)
        offer_id = offer(ben, need_id)
        offer(cleo, need_id)
        opposite: Callable[[], object] = (
            partial(db.write, offers.withdraw_offer, actor=ben, offer_id=offer_id)
            if step == "withdraw"
            else partial(db.write, needs.cancel_need, actor=anna, need_id=need_id, form=lives.NO_REASON)
        )
        press: Callable[[], object] = partial(db.write, offers.accept_offer, actor=anna, offer_id=offer_id)
        results = together([press, opposite])
        succeeded, errors = outcomes(results)
        assert succeeded == 1
        assert errors <= {guards.OfferDecided, guards.NeedFull, guards.NeedNotOpen, guards.HelpIsRunning}
        need = row(Need, need_id)
        assert not (need.state is NeedState.CANCELLED and need.places_taken)
    assert_counts_are_right()


def offer_twice(volunteer: Actor, need_id: int) -> tuple[int, set[type]]:
    call = partial(db.write, offers.make_offer, actor=volunteer, need_id=need_id, form=OfferForm())
    return outcomes(together([call, call]))


@pytest.mark.usefixtures("database")
def test_of_two_offers_by_one_volunteer_at_once_one_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    without_row_locks(monkeypatch)
    meet_after(monkeypatch, offers, "_active_offer", 2)
    assert offer_twice(ben, need_id) == (1, {AlreadyOffered})
    assert count(Offer) == 1
    assert_counts_are_right()


def test_without_the_unique_key_two_offers_are_made(
    monkeypatch: pytest.MonkeyPatch, mariadb: Server, database: db.Database
) -> None:
    key = "uq_response_info_srid_response_userid_active"
    with without_key(mariadb, database, "response_info", key, "srid, response_userid, active"):
        anna, ben = people("anna", "ben")
        need_id = publish(anna)
        without_row_locks(monkeypatch)
        meet_after(monkeypatch, offers, "_active_offer", 2)
        assert offer_twice(ben, need_id) == (2, set())


SAME: list[tuple[dict[str, str], type[Taken], str]] = [
    ({"uname": "anna"}, UsernameTaken, "uname"),
    ({"phone": "13912345678"}, DetailsTaken, "phoneNo"),
    ({"id_number": "E1234567"}, DetailsTaken, "idno_index"),
]


def register_crowd(same: dict[str, str]) -> tuple[int, set[type]]:
    username = same.get("uname")
    forms = [registration(username or f"person{number}", **_distinct(number, same)) for number in range(8)]
    calls = [partial(db.write, accounts.register, form=form, password_hash="hash") for form in forms]
    return outcomes(together(calls))


def _distinct(number: int, same: dict[str, str]) -> dict[str, str]:
    distinct = {"phone": f"1371234567{number}", "id_number": f"E765432{number}"}
    return distinct | {name: value for name, value in same.items() if name != "uname"}


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize(("same", "error"), [(same, error) for same, error, _ in SAME])
def test_of_several_who_register_the_same_at_once_one_succeeds(
    monkeypatch: pytest.MonkeyPatch, same: dict[str, str], error: type[Exception]
) -> None:
    person("first")  # the first account of a site records its key: the others wait for it
    meet_before(monkeypatch, clock, "now", 8)
    assert register_crowd(same) == (1, {error})
    assert count(User) == 2


@pytest.mark.parametrize(("same", "column"), [(same, column) for same, _, column in SAME])
def test_without_the_unique_key_all_of_them_register(
    monkeypatch: pytest.MonkeyPatch, mariadb: Server, database: db.Database, same: dict[str, str], column: str
) -> None:
    with ExitStack() as missing:
        missing.enter_context(without_key(mariadb, database, "buser_table", f"uq_buser_table_{column}", column))
        if column == "uname":
            index = "ix_buser_table_username_key"
            missing.enter_context(without_key(mariadb, database, "buser_table", index, "username_key"))
        person("first")
        meet_before(monkeypatch, clock, "now", 8)
        assert register_crowd(same) == (8, set())


def publish_crowd(author: Actor, client_key: str | None) -> list[Any]:
    form = need_form()
    call = partial(db.write, needs.publish_need, actor=author, form=form, client_key=client_key)
    return together([call] * 8)


@pytest.mark.usefixtures("database")
def test_one_form_sent_several_times_at_once_publishes_one_need(monkeypatch: pytest.MonkeyPatch) -> None:
    anna = person("anna")
    meet_after(monkeypatch, needs, "_published_before", 8)
    assert publish_crowd(anna, "k") == [1] * 8
    assert count(Need) == 1
    assert_counts_are_right()


def test_without_the_unique_key_it_publishes_several(
    monkeypatch: pytest.MonkeyPatch, mariadb: Server, database: db.Database
) -> None:
    with without_key(mariadb, database, "sr_info", "uq_sr_info_client_key", "client_key"):
        anna = person("anna")
        publish(anna)  # the month has its row: nobody is sent round again for that
        meet_after(monkeypatch, needs, "_published_before", 8)
        assert len(set(publish_crowd(anna, "k"))) == 8


@pytest.mark.usefixtures("database")
def test_one_offer_sent_several_times_at_once_is_one_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    anna, ben = people("anna", "ben")
    need_id = publish(anna)
    without_row_locks(monkeypatch)
    meet_after(monkeypatch, offers, "_active_offer", 8)
    call = partial(db.write, offers.make_offer, actor=ben, need_id=need_id, form=OfferForm(), client_key="k")
    assert together([call] * 8) == [1] * 8
    assert_counts_are_right()


@pytest.mark.usefixtures("database")
def test_the_first_needs_of_a_month_published_at_once_all_count(monkeypatch: pytest.MonkeyPatch) -> None:
    anna = person("anna")
    publish(anna, starts_at=clock.local_now() + timedelta(days=99))  # so that only the month's own row is new
    meet_before(monkeypatch, counters, "insert", 8)
    assert outcomes(publish_crowd(anna, None)) == (8, set())
    assert count(Need) == 9
    assert_counts_are_right()
