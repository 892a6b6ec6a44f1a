"""The personal data export: complete, and without the private data of others."""

import json
from collections.abc import Iterator

import pytest
from sqlmodel import Session

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.i18n import translator
from gsapp.models import User, metadata
from gsapp.queries.own_data import PARTS, own_data
from gsapp.schemas.admin import WhyForm
from gsapp.schemas.offers import ThanksForm
from gsapp.schemas.own_data import ACCOUNT, ACCOUNT_LEFT_OUT, EXPORTED, LEFT_OUT
from gsapp.security import vault
from gsapp.services import admin_needs, matches
from gsapp.vocabulary import Role
from tests.models.test_constraints import some
from tests.support import lives
from tests.support.lives import NOON, confirmed, matched, people

EN = translator("en")
pytestmark = pytest.mark.rules


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with lives.keys(), clock.at(NOON):
        yield


def columns_that_name_a_person() -> set[str]:
    pointing = {
        f"{table.name}.{column.name}"
        for table in metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "buser_table" for key in column.foreign_keys)
    }
    return pointing | {"buser_table.recorded_by", "security_counts.user_id"}  # which have no foreign key


def test_every_column_that_names_a_person_is_told_or_left_out_for_a_reason() -> None:
    assert set(EXPORTED) | set(LEFT_OUT) == columns_that_name_a_person()
    assert not set(EXPORTED) & set(LEFT_OUT)
    assert set(EXPORTED.values()) <= set(PARTS)
    assert set(ACCOUNT) | set(ACCOUNT_LEFT_OUT) == set(User.model_fields)


@pytest.fixture
def first_of_two(database: db.Database) -> Actor:
    """Somebody with exactly one row in every table, next to somebody else with another one."""

    def fill(session: Session) -> None:
        for name in ("service_type", "city_info"):
            session.connection().execute(metadata.tables[name].delete())
        for table in metadata.sorted_tables:
            for number in (1, 2):
                row = {column.name: some(column, number) for column in table.columns if column.computed is None}
                if table.name == "buser_table":
                    sealed = vault().id_numbers.seal(f"E1234567{number}")
                    row |= {"idno": sealed.text, "idno_index": sealed.index, "suspended_at": None, "left_at": None}
                session.connection().execute(table.insert().values(row))

    db.write(fill)
    return Actor(user_id=1, username="x1", name="x1", role=Role.MEMBER)


def test_each_part_holds_what_is_stored_and_nothing_of_others(first_of_two: Actor) -> None:
    kept = db.read(own_data, actor=first_of_two, t=EN)
    assert {name: len(kept[name]) for name in PARTS} == dict.fromkeys(PARTS, 1)
    assert "x2" not in json.dumps(kept)


def test_no_secret_and_nobody_else_s_phone_is_in_it(sqlite_database: db.Database) -> None:
    anna, ben = people("anna", "ben")
    done = confirmed(anna, ben)
    db.write(matches.give_thanks, actor=ben, match_id=done.match, form=ThanksForm(stars=5, text="Lovely soup"))
    matched(anna, ben)
    with db.current().read_only() as session:
        him, her = session.get_one(User, ben.user_id), session.get_one(User, anna.user_id)
    kept = json.dumps(db.read(own_data, actor=anna, t=EN), ensure_ascii=False)
    for secret in (him.phone, him.name, her.password_hash, her.id_number, her.id_number_index):
        assert secret not in kept
    assert vault().id_numbers.open(her.id_number, her.id_number_index) not in kept
    for told in (her.phone, her.name, "ben", "Lovely soup", "The kitchen pipe leaks"):
        assert told in kept


def test_own_words_are_told_also_when_they_were_taken_down(sqlite_database: db.Database) -> None:
    anna = lives.person("anna")
    need_id = lives.publish(anna, title="Rude words")
    why = WhyForm(reason="rude")
    db.write(admin_needs.take_down_need, actor=lives.coordinator(), need_id=need_id, form=why)
    (taken_down,) = db.read(own_data, actor=anna, t=EN)["taken_down"]
    assert (taken_down["need_id"], taken_down["title"]) == (need_id, "Rude words")
