"""Passwords that are tried first, and those made of one's own name or numbers, are refused in the browser."""

import pytest

from gsapp.schemas.accounts import NewPasswordPageForm, PasswordForm, RegisterForm, RegisterPageForm
from gsapp.schemas.forms import parse, problem
from gsapp.schemas.password_rules import COMMON, PERSONAL, strength, weakness

ANNA = {
    "username": "anna_wang",
    "id_type": "护照",
    "id_number": "E12345678",
    "name": "王安娜",
    "phone": "13912345678",
}


@pytest.mark.parametrize(
    "password", ["Password12", "P@ssw0rd12", "Qwerty12", "Abc123", "Iloveyou22", "Woaini1314", "Aa123456"]
)
def test_common_passwords_and_their_variations_are_refused(password: str) -> None:
    weak = weakness(password)
    assert weak is not None
    assert weak.msgid == COMMON
    assert strength(password) == 0


@pytest.mark.parametrize("password", ["Spring2026rain", "Kupfer77dach", "木头Frosch2 8", "Tr0ub4dour&3x"])
def test_others_are_taken(password: str) -> None:
    assert weakness(password) is None
    assert strength(password) >= 2


@pytest.mark.parametrize("password", ["Anna_Wang99", "annaWang2026", "X13912345678y", "e12345678Ab"])
def test_names_and_numbers_of_the_owner_are_refused_in_the_browser(password: str) -> None:
    found = problem(RegisterPageForm, "password", {**ANNA, "password": password, "password_again": password})
    assert found is not None
    assert found.msgid == PERSONAL


def test_a_short_name_may_be_part_of_a_longer_password() -> None:
    assert weakness("LiKupfer77dach", "li", "李") is None


def test_the_rule_of_the_rest_api_stays_as_it_is() -> None:
    assert parse(RegisterForm, {**ANNA, "password": "Password12"}).password.get_secret_value() == "Password12"
    parse(PasswordForm, {"old_password": "x", "new_password": "Abc123"})


def test_a_new_password_in_the_browser_is_checked_at_its_field() -> None:
    typed = {"new_password": "Abc123", "new_password_again": "Abc123"}
    found = problem(NewPasswordPageForm, "new_password", typed)
    assert found is not None
    assert found.msgid == COMMON
