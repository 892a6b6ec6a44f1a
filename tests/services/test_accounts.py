"""Registering, changing one's data, becoming a coordinator."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gsapp import clock, db, events, security
from gsapp.access import CoordinatorsOnly
from gsapp.errors import NotFound, Taken
from gsapp.models import User
from gsapp.queries.accounts import credentials
from gsapp.schemas.accounts import ProfileForm, RegisterForm
from gsapp.schemas.forms import parse
from gsapp.services import accounts
from gsapp.services.accounts import DetailsTaken, LinkUsed, UsernameTaken
from gsapp.vocabulary import IdType, Role
from tests.support.lives import (
    coordinator,
    everything,
    facts,
    one_step,
    people,
    person,
    refused,
    refused_for_hostile_ids,
    registration,
    row,
    user,
)

Wait = Callable[[timedelta], None]
pytestmark = pytest.mark.usefixtures("database")


def register(form: RegisterForm) -> int:
    return db.write(accounts.register, form=form, password_hash="hash")


def test_a_new_account_is_a_member_stored_as_typed_with_its_id_number_sealed() -> None:
    form = registration("anna", bio="I have a drill.", id_type="身份证", id_number="11010119900307123X")
    with one_step(events.UserRegistered(1), actor=None):
        user_id = register(form)
    anna = row(User, user_id)
    assert (anna.username, anna.name, anna.phone, anna.bio) == (form.username, form.name, form.phone, form.bio)
    assert (anna.password_hash, anna.role, anna.registered_at) == ("hash", Role.MEMBER, clock.now())
    assert (anna.kind_of_id, anna.suspended_at) == (IdType.ID_CARD, None)
    numbers = security.vault().id_numbers
    assert numbers.open(anna.id_number, anna.id_number_index) == form.id_number
    assert form.id_number not in str(everything())
    assert "Abc123" not in str(everything())


@pytest.mark.parametrize(
    ("error", "field", "same"),
    [
        (UsernameTaken, "username", {"username": "anna"}),
        (DetailsTaken, "phone", {"phone": "13912345678"}),
        (DetailsTaken, "phone", {"id_number": "E1234567"}),
        (DetailsTaken, "phone", {"id_number": " e123 4567 "}),
    ],
)
def test_a_name_phone_or_id_number_that_is_taken_is_refused_at_one_field(
    error: type[Taken], field: str, same: dict[str, Any]
) -> None:
    register(registration("anna", phone="13912345678", id_number="E1234567"))
    form = registration("ben", **same)
    raised = refused(error, accounts.register, form=form, password_hash="hash")
    assert isinstance(raised, Taken)
    assert raised.field == field
    assert field in RegisterForm.model_fields


def test_at_sign_in_usernames_are_case_sensitive_and_accents_count() -> None:
    ids = {name: person(name).user_id for name in ("Anna", "änna", "annä")}
    assert len(set(ids.values())) == 3
    for name, user_id in ids.items():
        found = db.read(credentials, username=name)
        assert found is not None
        assert found.user_id == user_id
    assert db.read(credentials, username="anna") is None


def test_names_that_look_empty_or_odd_are_kept_letter_by_letter() -> None:
    for username in ("😀😀😀", "😀😀😁", "王小明", "王小朋", "a'b\"c", "%%%", "___", "\\\\\\"):
        assert user(person(username)).username == username


def test_a_member_changes_phone_and_bio() -> None:
    anna = person("anna", bio="Old")
    form = parse(ProfileForm, {"phone": "139 1234 5678", "bio": "New\nlines"})
    with one_step(events.PhoneChanged(anna.user_id), actor=anna):
        db.write(accounts.change_profile, actor=anna, form=form)
    assert (user(anna).phone, user(anna).bio) == ("13912345678", "New\nlines")


def test_what_a_profile_form_does_not_give_stays() -> None:
    anna = person("anna", bio="Old")
    phone = user(anna).phone
    db.write(accounts.change_profile, actor=anna, form=parse(ProfileForm, {"bio": ""}))
    assert (user(anna).phone, user(anna).bio) == (phone, None)
    db.write(accounts.change_profile, actor=anna, form=parse(ProfileForm, {"phone": phone}))
    assert user(anna).phone == phone


def test_a_phone_of_somebody_else_is_refused() -> None:
    anna, ben = people("anna", "ben")
    form = parse(ProfileForm, {"phone": user(ben).phone, "bio": "New"})
    refused(DetailsTaken, accounts.change_profile, actor=anna, form=form)


def test_a_password_hash_is_upgraded_unless_it_was_changed_meanwhile() -> None:
    anna = person("anna")
    change = {"user_id": anna.user_id, "password_hash": "newer"}
    db.write(lambda session: accounts.upgrade_password_hash(session, was="something else", **change))  # type: ignore[arg-type]
    assert user(anna).password_hash == "not a hash"
    db.write(lambda session: accounts.upgrade_password_hash(session, was="not a hash", **change))  # type: ignore[arg-type]
    assert user(anna).password_hash == "newer"


def test_a_changed_password_leaves_a_row_without_any_hash_in_the_history() -> None:
    anna = person("anna")
    with one_step(events.PasswordChanged(anna.user_id), actor=anna):
        db.write(accounts.replace_password, actor=anna, password_hash="brand new")
    assert user(anna).password_hash == "brand new"


def test_a_coordinators_link_works_once() -> None:
    anna, ben = people("anna", "ben")
    db.write(accounts.invite_coordinator, token_hash="t" * 64, hours=1)
    refused(LinkUsed, accounts.claim_coordinator, user_id=anna.user_id, token_hash="T" * 64)
    with one_step(events.RoleChanged(anna.user_id), actor=None, old="member", new="coordinator"):
        db.write(accounts.claim_coordinator, user_id=anna.user_id, token_hash="t" * 64)
    assert user(anna).role is Role.COORDINATOR
    refused(LinkUsed, accounts.claim_coordinator, user_id=ben.user_id, token_hash="t" * 64)


def test_a_coordinators_link_grows_old_and_dies_with_the_next_one(wait: Wait) -> None:
    anna = person("anna")
    db.write(accounts.invite_coordinator, token_hash="1" * 64, hours=1)
    db.write(accounts.invite_coordinator, token_hash="2" * 64, hours=1)
    refused(LinkUsed, accounts.claim_coordinator, user_id=anna.user_id, token_hash="1" * 64)
    wait(timedelta(hours=1))
    refused(LinkUsed, accounts.claim_coordinator, user_id=anna.user_id, token_hash="2" * 64)


def test_the_first_coordinators_link_dies_when_there_is_a_coordinator() -> None:
    thief = person("thief")
    db.write(accounts.invite_coordinator, token_hash="t" * 64, hours=24)
    coordinator("boss")
    refused(LinkUsed, accounts.claim_coordinator, user_id=thief.user_id, token_hash="t" * 64)
    assert user(thief).role is Role.MEMBER


def test_only_a_coordinator_gives_roles() -> None:
    anna, ben = people("anna", "ben")
    refused(CoordinatorsOnly, accounts.set_role, actor=anna, user_id=anna.user_id, role=Role.COORDINATOR)
    chief = coordinator()
    with one_step(events.RoleChanged(ben.user_id), actor=chief, old="member", new="coordinator"):
        db.write(accounts.set_role, actor=chief, user_id=ben.user_id, role=Role.COORDINATOR)
    refused_for_hostile_ids(NotFound, "user_id", accounts.set_role, actor=chief, role=Role.COORDINATOR)


def test_a_language_is_remembered_without_any_fuss() -> None:
    anna = person("anna")
    with facts() as heard:
        db.write(accounts.set_language, actor=anna, language="en")
    assert user(anna).language == "en"
    assert not heard
