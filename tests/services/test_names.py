"""Correcting one's username and name: the old ones are kept, reserved, and never lent to others."""

import pytest
from sqlmodel import select

from gsapp import db, events
from gsapp.models import History
from gsapp.schemas.accounts import NameForm
from gsapp.schemas.forms import parse
from gsapp.services import accounts, leaving
from gsapp.services.accounts import NumberInUsername, UsernameTaken
from tests.support import lives
from tests.support.lives import people, person, refused, registration, user

pytestmark = pytest.mark.usefixtures("database")


def rename(who: object, username: str, name: str = "Anna Wang") -> None:
    db.write(accounts.change_name, actor=who, form=parse(NameForm, {"username": username, "name": name}))  # type: ignore[arg-type]


def test_both_names_can_be_corrected_and_the_history_keeps_the_old_ones() -> None:
    anna = person("anna", name="Ana Wang")
    with lives.facts() as published:
        rename(anna, "anna_w")
    assert events.NameChanged(anna.user_id) in published
    assert (user(anna).username, user(anna).name) == ("anna_w", "Anna Wang")
    with db.current().read_only() as session:
        kept = session.exec(select(History.reason).where(History.action == "NameChanged").order_by(History.id)).all()  # type: ignore[arg-type]
    assert kept == ["anna", "Ana Wang"]


def test_what_stays_the_same_is_no_event() -> None:
    anna = person("anna", name="Anna Wang")
    with lives.facts() as published:
        rename(anna, "anna")
    assert published == []


@pytest.mark.parametrize("wanted", ["ben", "Ben", "BEN"])
def test_a_name_of_another_account_is_refused(wanted: str) -> None:
    anna, _ = people("anna", "ben")
    with pytest.raises(UsernameTaken):
        rename(anna, wanted)
    assert user(anna).username == "anna"


def test_an_earlier_name_is_its_owners_alone() -> None:
    anna, ben = people("anna", "ben")
    rename(anna, "anna_w")
    with pytest.raises(UsernameTaken):
        rename(ben, "Anna")
    refused(UsernameTaken, accounts.register, form=registration("anna"), password_hash="x")
    rename(anna, "anna")
    rename(anna, "anna_w")
    db.write(leaving.leave, actor=anna)
    for name in ("anna", "ANNA_W"):
        refused(UsernameTaken, accounts.register, form=registration(name, phone="13999999999"), password_hash="x")
    with db.current().read_only() as session:
        assert set(session.exec(select(History.reason)).all()) == {""}, "the names are gone with the person"


def test_ones_own_phone_number_is_no_username() -> None:
    anna = person("anna", phone="13912345678", id_number="E1234567")
    with pytest.raises(NumberInUsername):
        rename(anna, "E 1234567 x")
