"""Names mean the same on both databases: at sign-in each letter counts, blanks at the end do not."""

from collections.abc import Iterator

import pytest
from sqlmodel import Session, col, select

from gsapp import db
from gsapp.models import City, ServiceType, User
from gsapp.queries import accounts as account_queries
from gsapp.services.accounts import UsernameTaken, register
from tests.support import lives
from tests.support.lives import person, refused, registration

LOOK_ALIKES = ("ann", "Ann", "ANN", "änn", "ａnn")


@pytest.fixture(autouse=True)
def keys() -> Iterator[None]:
    with lives.keys():
        yield


def usernames(session: Session) -> list[str]:
    return list(session.exec(select(User.username).order_by(User.username)).all())


@pytest.mark.usefixtures("database")
def test_at_sign_in_each_letter_of_a_name_counts() -> None:
    ids = {name: person(name).user_id for name in ("Ann", "änn", "Ben")}
    for name, user_id in ids.items():
        known = db.read(account_queries.credentials, username=name)
        assert known is not None
        assert known.user_id == user_id
    for other in ("ann", "ANN", "ａnn", "Änn"):
        assert db.read(account_queries.credentials, username=other) is None
    assert db.read(usernames) == ["Ann", "Ben", "änn"], "in the same order on both"


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("other", ["Ann", "ANN", "ａnn"])
def test_names_that_look_alike_are_not_given_to_two_people(other: str) -> None:
    person("ann")
    refused(UsernameTaken, register, form=registration("other", username=other), password_hash="x")


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("typed", ["ann ", " ann", "ann\u3000", "ann"])
def test_blanks_around_a_name_do_not_make_another_one(typed: str) -> None:
    person("ann")
    refused(UsernameTaken, register, form=registration("other", username=typed), password_hash="x")


@pytest.mark.usefixtures("database")
def test_kinds_of_help_and_cities_are_told_apart_letter_by_letter() -> None:
    def add(session: Session) -> None:
        session.add_all(ServiceType(name=name) for name in LOOK_ALIKES)
        session.add_all(City(province="Xi", name=name) for name in LOOK_ALIKES)
        session.add(City(province="xi", name="ann"))

    def found(session: Session) -> tuple[list[str], list[str]]:
        kinds = session.exec(select(ServiceType.name).where(ServiceType.name == "Ann")).all()
        cities = session.exec(select(City.name).where(City.province == "Xi").order_by(col(City.name))).all()
        return list(kinds), list(cities)

    db.write(add)
    assert db.read(found) == (["Ann"], sorted(LOOK_ALIKES))
