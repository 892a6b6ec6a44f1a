"""The load-test town: bulk rows satisfy the same invariants as rows written by services."""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from benchmarks import load
from benchmarks.load import bulk_insert
from benchmarks.load import people as bulk_people
from benchmarks.load.rows import Rows
from gsapp import access, clock, db, security
from gsapp.effects import monthly
from gsapp.models import History, Match, Need, Offer, Thanks, User, metadata
from gsapp.models.offers import active_mark
from gsapp.models.words import NeedWord
from gsapp.search_terms import words_in
from gsapp.vocabulary import REASON_WORDS, MatchState, NeedState, NeedStatus, OfferState, ReasonCode, Role
from gsapp.workers import scheduler
from tests.support import lives

pytestmark = pytest.mark.slow
NEEDS = 1200
MADE_ANEW = {"bpwd", "idno"}
"""Columns with chance of their own in them: the salt of a password's hash, the nonce of a sealed number."""


@pytest.fixture(autouse=True)
def noon() -> Iterator[Callable[[timedelta], None]]:
    with lives.keys(), clock.at(lives.NOON) as move:
        yield move


@pytest.fixture
def town(database: db.Database) -> load.LoadTown:
    return load.make_load_town(needs=NEEDS, seed=1)


def read(query: Callable[[Session], Any]) -> Any:
    return db.read(query)


def everything() -> dict[str, str]:
    """A digest of each table, whatever the database."""
    digests = {}
    with db.current().read_only() as session:
        for table in metadata.sorted_tables:
            columns = [column for column in table.columns if column.name not in MADE_ANEW]
            rows = session.execute(wide_select(*columns).order_by(*table.primary_key)).all()
            digests[table.name] = (
                f"{len(rows)} " + hashlib.sha256(repr([tuple(row) for row in rows]).encode()).hexdigest()
            )
    return digests


@pytest.mark.mariadb
def test_the_same_seed_gives_the_same_rows_on_both_databases_however_they_travel(
    sqlite_database: db.Database, mariadb_database: db.Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    load.make_load_town(needs=NEEDS, seed=1)
    here = everything()
    db.connect(sqlite_database.url)
    monkeypatch.setattr(load, "BATCH", 500)  # three batches, which come from a process of their own
    load.make_load_town(needs=NEEDS, seed=1)
    there = everything()
    db.connect(mariadb_database.url)
    assert here == there
    assert here["sr_info"].startswith(f"{NEEDS} ")
    assert not [name for name in bulk_insert.FILLED if here[name].startswith("0 ")]


def test_another_seed_gives_another_town(sqlite_database: db.Database) -> None:
    load.make_load_town(needs=200, seed=1)
    one = everything()
    with db.current().engine.begin() as connection:
        for table in bulk_insert.FILLED:
            connection.exec_driver_sql(f'DELETE FROM "{table}"')
    load.make_load_town(needs=200, seed=2)
    other = everything()
    assert [name for name in bulk_insert.FILLED if one[name] == other[name]] == ["buser_table"], "the same people"


@pytest.mark.usefixtures("town")
def test_counters_totals_phases_and_words_are_those_of_the_rows() -> None:
    lives.assert_counts_are_right()
    now = clock.local_now()
    with db.current().read_only() as session:
        needs = session.exec(select(Need)).all()
        words = {(row.word, row.need_id) for row in session.exec(select(NeedWord))}
    assert {need.phase for need in needs} == set(NeedStatus)
    assert [need.id for need in needs if need.phase is not need.status(now)] == []
    assert words == {(word, need.id) for need in needs for word in words_in(need.title) | words_in(need.description)}


@pytest.mark.usefixtures("town")
def test_nothing_is_left_for_the_clock_to_do_all_day(noon: Callable[[timedelta], None]) -> None:
    noon(timedelta(hours=-11))
    for _ in range(2):
        assert db.read(scheduler.ended_needs) == []
        noon(timedelta(hours=22))


@pytest.mark.usefixtures("town")
def test_offers_keep_the_rules() -> None:
    with db.current().read_only() as session:
        needs = {need.id: need for need in session.exec(select(Need))}
        offers = session.exec(select(Offer)).all()
        arrived = dict(session.exec(select(User.id, User.registered_at)).all())
    assert {offer.state for offer in offers} == set(OfferState)
    active = Counter((offer.need_id, offer.volunteer_id) for offer in offers if offer.active)
    assert set(active.values()) == {1}
    assert {offer.reason_code for offer in offers} == {None, ReasonCode.NEED_EXPIRED, ReasonCode.RESERVE_OVER}
    assert not {offer.reason for offer in offers} & set(REASON_WORDS.values())
    for offer in offers:
        need = needs[offer.need_id]
        ends = clock.to_utc(need.ends_at)
        assert offer.active == active_mark(offer.state)
        assert offer.volunteer_id != need.author_id
        assert arrived[offer.volunteer_id] < need.published_at < offer.created_at < min(ends, clock.now())
        assert (offer.decided_at is None) == (offer.state is OfferState.PENDING)
        assert offer.decided_at is None or offer.created_at < offer.decided_at < clock.now()
        if offer.state is OfferState.PENDING:
            assert need.state is NeedState.ACTIVE
            assert ends > clock.now()


@pytest.mark.usefixtures("town")
def test_matches_and_thanks_keep_the_rules() -> None:
    with db.current().read_only() as session:
        needs = {need.id: need for need in session.exec(select(Need))}
        offers = {offer.id: offer for offer in session.exec(select(Offer))}
        matches = {match.id: match for match in session.exec(select(Match))}
        thanks = session.exec(select(Thanks)).all()
    assert {match.state for match in matches.values()} == set(MatchState)
    assert [need for need in needs.values() if need.state is NeedState.CANCELLED and need.places_taken] == []
    for match in matches.values():
        offer, need = offers[match.offer_id], needs[match.need_id]
        assert offer.need_id == match.need_id
        times = [offer.created_at, match.accepted_at, match.reported_at, match.confirmed_at, match.ended_at]
        assert all(earlier < later for earlier, later in pairwise([at for at in (*times, clock.now()) if at]))
        assert match.accepted_at < clock.to_utc(need.ends_at)
        assert (match.reported_at is not None) == (match.state in (MatchState.REPORTED, MatchState.CONFIRMED))
        assert (match.confirmed_at is not None) == (match.state is MatchState.CONFIRMED)
        assert (match.ended_at is not None) == (match.state in (MatchState.DROPPED, MatchState.NO_SHOW))
    assert {row.stars for row in thanks} >= {4, 5}
    for row in thanks:
        match = matches[row.match_id]
        sides = {needs[match.need_id].author_id, offers[match.offer_id].volunteer_id}
        assert match.confirmed_at is not None
        assert match.confirmed_at < row.created_at < clock.now()
        assert {row.from_user_id, row.to_user_id} == sides


@pytest.mark.usefixtures("town")
def test_the_history_tells_every_step_of_late_and_the_beginning_of_the_others() -> None:
    with db.current().read_only() as session:
        steps = session.exec(select(History).order_by(col(History.need_id), col(History.id))).all()
        needs = {need.id: need for need in session.exec(select(Need))}
        offers = session.exec(select(Offer.need_id)).all()
    simulated = Counter(step.need_id for step in steps if step.action == "NeedPublished")
    assert simulated == Counter(needs.keys())
    for one, next_one in pairwise(steps):
        assert one.need_id != next_one.need_id or not one.need_id or one.at <= next_one.at
    late = {need.id for need in needs.values() if need.published_at > clock.now() - timedelta(days=25)}
    offered = Counter(step.need_id for step in steps if step.action == "OfferMade" and step.need_id in late)
    assert offered == Counter(need_id for need_id in offers if need_id in late)
    assert {step.action for step in steps} >= {"UserRegistered", "OfferAccepted", "HelpConfirmed", "ThanksGiven"}


def test_everybody_signs_in_with_the_password_that_is_printed(town: load.LoadTown) -> None:
    printed = str(town)
    with db.current().read_only() as session:
        people = {user.username: user for user in session.exec(select(User))}
    assert [role for _, role in town.sign_ins] == ["coordinator", "asks for help", "helps"]
    for username, _ in town.sign_ins:
        assert security.vault().passwords.verify(town.password, people[username].password_hash)
        assert f"  {username} " in printed
    assert [user.username for user in people.values() if user.role is Role.COORDINATOR] == [town.sign_ins[0][0]]
    user = people[town.sign_ins[1][0]]
    number = security.vault().id_numbers.open(user.id_number, user.id_number_index)
    assert security.vault().id_numbers.index(number) == user.id_number_index
    assert user.id is not None
    assert db.read(access.actor_for, user_id=user.id).user_id == user.id
    assert f"{NEEDS:,} needs" in printed


def test_people_who_are_there_already_are_left_alone(database: db.Database) -> None:
    lives.person("anna")
    with lives.nothing_changes(), pytest.raises(load.DatabaseInUse, match="people in this database already"):
        load.make_load_town(needs=200, seed=1)


def test_what_breaks_off_leaves_nothing(database: db.Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(load, "BATCH", 500)
    before = everything()

    def interrupted(count: int) -> None:
        if count:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        load.make_load_town(needs=NEEDS, seed=1, progress=interrupted)
    assert everything() == before


@pytest.mark.mariadb
@pytest.mark.usefixtures("mariadb_database")
def test_half_a_town_is_swept_away_by_the_next_try(monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as killed:
        killed.setattr(bulk_insert.Servers, "empty", lambda _: None)
        killed.setattr(bulk_people, "rows", lambda *_: iter([Rows("no_such_table", ("id",), "1", 1)]))
        with pytest.raises(Exception, match="no_such_table"):
            load.make_load_town(needs=300, seed=1)
    assert read(lambda session: session.exec(select(Need.id)).first()) is not None
    load.make_load_town(needs=200, seed=1)
    lives.assert_counts_are_right()


@pytest.mark.mariadb
@pytest.mark.usefixtures("mariadb_database")
def test_a_server_that_takes_no_files_gets_the_same_rows() -> None:
    load.make_load_town(needs=200, seed=1)
    by_file = everything()
    with bulk_insert.connected() as servers:
        servers.empty()
    with db.current().engine.connect() as connection:
        connection.exec_driver_sql("SET GLOBAL local_infile = 0")
        try:
            load.make_load_town(needs=200, seed=1)
        finally:
            connection.exec_driver_sql("SET GLOBAL local_infile = 1")
    assert everything() == by_file


@pytest.mark.mariadb
@pytest.mark.usefixtures("mariadb_database")
def test_a_row_that_does_not_fit_is_not_passed_over_in_silence() -> None:
    rows = Rows("sr_info", ("id", "ps_title"), f"1\t{'x' * 300}", 1)
    with bulk_insert.connected() as servers, pytest.raises(bulk_insert.NotLoaded):
        servers.load([rows])


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_the_database_counts_the_months_as_python_does(zone: str) -> None:
    clock.set_zone(zone)
    try:
        load.make_load_town(needs=300, seed=1)
        with db.current().read_only() as session:
            needs = {need.id: need for need in session.exec(select(Need))}
            matches = session.exec(select(Match).where(col(Match.state) >= 0)).all()
            counted = monthly.counted(session)
    finally:
        clock.set_zone("Asia/Shanghai")
    published = Counter((f"{need.starts_at:%Y%m}", need.type_id, need.city_id) for need in needs.values())
    completed = Counter(
        (f"{match.accepted_at.astimezone(ZoneInfo(zone)):%Y%m}", need.type_id, need.city_id)
        for match in matches
        for need in [needs[match.need_id]]
    )
    assert {key: value[0] for key, value in counted.items() if value[0]} == published
    assert {key: value[1] for key, value in counted.items() if value[1]} == completed
