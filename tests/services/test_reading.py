"""What coordinators read of people is in the history, once an hour for each person, and each file."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from gsapp import access, db
from gsapp.access import Actor
from gsapp.errors import NotFound
from gsapp.models import History
from gsapp.services import reading
from tests.support.lives import coordinator, person, refused, refused_for_hostile_ids

pytestmark = [pytest.mark.usefixtures("database", "keys"), pytest.mark.rules]


def rows(actor: Actor) -> list[tuple[Any, ...]]:
    with db.current().read_only() as session:
        found = session.exec(select(History).where(History.actor_id == actor.user_id).order_by(History.id))  # type: ignore[arg-type]
        return [(row.action, row.subject_id, row.new) for row in found]


def test_a_person_is_recorded_once_an_hour_for_each_who_looks(wait: Callable[[timedelta], None]) -> None:
    chief, other, anna, ben = coordinator("chief"), coordinator("other"), person("anna"), person("ben")
    for who in (chief, chief, other):
        db.write(reading.record_person_seen, actor=who, user_id=anna.user_id)
    db.write(reading.record_person_seen, actor=chief, user_id=ben.user_id)
    db.write(reading.record_person_seen, actor=chief, user_id=chief.user_id)
    wait(timedelta(hours=1))
    db.write(reading.record_person_seen, actor=chief, user_id=anna.user_id)
    assert rows(chief) == [("PersonSeen", each.user_id, "") for each in (anna, ben, anna)]
    assert rows(other) == [("PersonSeen", anna.user_id, "")]


def test_lists_are_recorded_once_an_hour_and_files_each_time(wait: Callable[[timedelta], None]) -> None:
    chief = coordinator()
    for _ in range(2):
        db.write(reading.record_people_listed, actor=chief)
        db.write(reading.record_export, actor=chief, name="people.csv")
    assert rows(chief) == [
        ("PeopleListed", None, ""),
        ("Exported", None, "people.csv"),
        ("Exported", None, "people.csv"),
    ]


def test_only_coordinators_read_and_only_who_exists() -> None:
    anna, ben = person("anna"), person("ben")
    refused(access.CoordinatorsOnly, reading.record_person_seen, actor=anna, user_id=ben.user_id)
    refused(access.CoordinatorsOnly, reading.record_people_listed, actor=anna)
    refused(access.CoordinatorsOnly, reading.record_export, actor=anna, name="people.csv")
    refused_for_hostile_ids(NotFound, "user_id", reading.record_person_seen, actor=coordinator())
