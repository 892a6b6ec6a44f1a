"""The sample town in the database after its year has been played."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from time import process_time

import pytest
from pydantic import SecretStr, TypeAdapter
from sqlalchemy import func
from sqlmodel import col, select

from gsapp import clock, db, demo, models, security, startup
from gsapp.config import Settings
from gsapp.demo.content_people import PASSWORD, PEOPLE
from gsapp.media import storage
from gsapp.models.needs import status_at
from gsapp.schemas.accounts import Password
from gsapp.schemas.files import own_names
from gsapp.startup.seed import seed
from gsapp.vocabulary import MatchState, Role

pytestmark = pytest.mark.slow

NOW = datetime(2026, 11, 23, 11, 40)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[demo.Town]:
    """The town as it stands at NOW, in a database of this module's own; the clock stands still."""
    data_dir = tmp_path_factory.mktemp("town")
    models.metadata.create_all(db.connect(f"sqlite:///{data_dir}/town.db").engine)
    storage.configure(data_dir)
    db.write(seed)
    secret = SecretStr("only-for-this-test-0123456789abcdef")
    security.configure(Settings(secret_key=secret, data_key=secret), password_cost=4)
    with clock.at(clock.to_utc(NOW)):
        started = process_time()
        made = demo.make_town()
        assert process_time() - started < 15, "people wait for the town when they first look"
        yield made
    startup.close()


@pytest.mark.usefixtures("town")
def test_about_a_dozen_needs_are_open_and_all_other_states_can_be_seen() -> None:
    with db.current().read_only() as session:
        states = Counter(session.exec(select(status_at(clock.local_now())).select_from(models.Need)).all())
        waiting = select(func.count()).where(status_at(clock.local_now()) == "open", models.Need.offers_pending == 0)
        tomorrow = select(func.count()).where(func.date(models.Need.starts_at) == "2026-11-24")
        assert states["open"] == 12
        assert states["matched"] >= 6
        assert states["done"] >= 80
        assert states["expired"] >= 10
        assert states["cancelled"] >= 5
        assert session.exec(waiting).one() >= 3
        assert session.exec(tomorrow).one() >= 4


@pytest.mark.usefixtures("town")
def test_matches_ended_in_every_way() -> None:
    with db.current().read_only() as session:
        ended = Counter(session.exec(select(models.Match.state)).all())
        thanked = session.exec(select(func.count()).select_from(models.Thanks)).one()
    assert set(ended) == set(MatchState)
    assert ended[MatchState.CONFIRMED] > 10 * ended[MatchState.NO_SHOW]
    assert ended[MatchState.CONFIRMED] / 2 < thanked <= 2 * ended[MatchState.CONFIRMED]


@pytest.mark.usefixtures("town")
def test_help_that_nobody_disputed_was_confirmed_by_itself() -> None:
    with db.current().read_only() as session:
        overdue = select(func.count()).where(
            models.Match.state == MatchState.REPORTED,
            col(models.Match.reported_at) < clock.now() - timedelta(days=7, minutes=2),
        )
        by_itself = select(func.count()).where(
            models.History.action == "HelpConfirmed", col(models.History.actor_id).is_(None)
        )
        assert session.exec(overdue).one() == 0
        assert session.exec(by_itself).one() >= 1


@pytest.mark.usefixtures("town")
def test_the_monthly_totals_are_those_of_the_needs_and_matches() -> None:
    with db.current().read_only() as session:
        totals = session.exec(
            select(func.sum(models.MonthlyTotal.published), func.sum(models.MonthlyTotal.completed))
        ).one()
        needs = session.exec(select(func.count()).select_from(models.Need)).one()
        kept = session.exec(select(func.count()).where(col(models.Match.state) >= 0)).one()
    assert totals == (needs, kept)


@pytest.mark.usefixtures("town")
def test_everything_happened_before_now() -> None:
    with db.current().read_only() as session:
        last = session.exec(select(func.max(models.History.at))).one()
        first = session.exec(select(func.min(models.User.registered_at))).one()
    assert clock.to_local(last) <= NOW
    assert timedelta(days=360) < NOW - clock.to_local(first) < timedelta(days=372)


def test_everybody_signs_in_with_the_password_that_is_printed(town: demo.Town) -> None:
    assert town.password == PASSWORD
    assert TypeAdapter(Password).validate_python(PASSWORD)
    with db.current().read_only() as session:
        people = {user.username: user for user in session.exec(select(models.User)).all()}
    assert {sign_in.username for sign_in in town.sign_ins} == set(people)
    assert len({user.password_hash for user in people.values()}) == 1
    assert security.vault().passwords.verify(town.password, people["li_guilan"].password_hash)
    assert [name for name, user in people.items() if user.role is Role.COORDINATOR] == ["lin_zhihui"]


def test_the_town_tells_how_to_sign_in(town: demo.Town) -> None:
    told = str(town)
    assert PASSWORD in told
    assert all(sign_in.username in told for sign_in in town.sign_ins)
    assert "lin_zhihui      coordinator" in told


def test_a_second_call_changes_nothing(town: demo.Town) -> None:
    again = demo.make_town()
    assert not again.made
    assert again.sign_ins == town.sign_ins


@pytest.mark.usefixtures("town")
def test_a_database_with_other_people_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "PEOPLE", (replace(PEOPLE[0], username="somebody_else"), *PEOPLE[1:]))
    with pytest.raises(demo.DatabaseInUse):
        demo.make_town()


@pytest.mark.usefixtures("town")
def test_a_few_bells_ring_for_what_has_just_happened_and_old_news_is_read() -> None:
    with db.current().read_only() as session:
        unread = session.exec(select(models.Notification).where(col(models.Notification.read_at).is_(None))).all()
        told = session.exec(select(func.count()).select_from(models.Notification)).one()
    assert 10 <= len(unread) <= 60
    assert told > 500
    assert all(row.at > clock.now() - timedelta(days=3) for row in unread)


@pytest.mark.usefixtures("town")
def test_a_good_part_of_the_needs_has_pictures_and_every_picture_lies_in_its_place() -> None:
    with db.current().read_only() as session:
        lists = session.exec(select(models.Need.attachments)).all()
        stored = set(session.exec(select(models.StoredFile.name).where(col(models.StoredFile.need_id) > 0)).all())
    named = [name for names in lists for name in own_names(names)]
    assert set(named) == stored
    assert len(named) == len(stored)
    assert len(lists) / 4 < len([names for names in lists if names]) < len(lists)
    assert all(storage.storage().path(name, small=small).stat().st_size for name in named for small in (False, True))
