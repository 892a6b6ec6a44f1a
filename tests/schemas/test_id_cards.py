"""ID card numbers in the registration form of the page: check digit, date of birth and age; REST takes the others."""

from collections.abc import Iterator
from datetime import datetime

import pytest

from gsapp import clock
from gsapp.demo.content_people import PEOPLE, id_number
from gsapp.errors import Invalid
from gsapp.schemas import id_cards
from gsapp.schemas.accounts import RegisterForm, RegisterPageForm
from gsapp.schemas.forms import parse, problem
from gsapp.vocabulary import IdType
from tests.support.lives import NOON

PERSON = {
    "username": "anna",
    "id_type": "身份证",
    "name": "Anna",
    "phone": "13912345678",
    "password": "Kettle-72-Drum",
    "password_again": "Kettle-72-Drum",
}


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


def born(day: str) -> str:
    return f"110101{day}003" + id_cards.check_digit(f"110101{day}003")


def refused(number: str, **changes: object) -> str | None:
    try:
        parse(RegisterPageForm, PERSON | {"id_number": number} | changes)
    except Invalid as invalid:
        return invalid.fields["id_number"].msgid
    return None


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "11010519491231002x", "440524188001010014", " 110105 19491231 002X "]
)
def test_published_examples_of_the_standard_have_the_right_check_digit(number: str) -> None:
    with clock.at(datetime(2000, 1, 1, tzinfo=NOON.tzinfo)):
        assert refused(number) is None


@pytest.mark.parametrize("wrong", range(1, 10))
def test_one_wrong_digit_is_found_anywhere(wrong: int) -> None:
    right = "110101199003070003"[:17]
    right += id_cards.check_digit(right)
    assert refused(right) is None
    for place in (0, 3, 5, 14, 15, 16):
        digit = str((int(right[place]) + wrong) % 10)
        assert refused(right[:place] + digit + right[place + 1 :]) == id_cards.MISTYPED


@pytest.mark.parametrize("day", ["19900230", "19901301", "00000101", "18500101", "20991231", "19900000"])
def test_a_date_that_cannot_be_a_birthday_is_refused(day: str) -> None:
    assert refused(born(day)) == id_cards.MISTYPED


@pytest.mark.parametrize("number", ["123456", "130503670401001", "1101011990030700031", "11010119900307000Y", "X" * 18])
def test_other_lengths_and_letters_are_refused(number: str) -> None:
    assert refused(number) == id_cards.WRONG_LENGTH


def test_one_may_register_from_the_14th_birthday() -> None:
    today = clock.local_now()
    assert refused(born(f"{today.year - 14}{today:%m%d}")) is None
    tomorrow = today.replace(day=today.day + 1)
    assert refused(born(f"{today.year - 14}{tomorrow:%m%d}")) == id_cards.TOO_YOUNG
    assert refused(born(f"{today.year - 6}0101")) == id_cards.TOO_YOUNG


def test_the_reason_is_shown_while_other_fields_are_still_empty() -> None:
    found = problem(RegisterPageForm, "id_number", {"id_type": "身份证", "id_number": "110101199003071234"})
    assert found is not None
    assert found.msgid == id_cards.MISTYPED


def test_the_sample_town_has_numbers_of_the_standard() -> None:
    for person in PEOPLE:
        if person.id_type is IdType.ID_CARD:
            assert refused(id_number(person)) is None


def test_other_documents_and_the_rest_contract_take_any_number() -> None:
    assert refused("E12345678", id_type="护照") is None
    assert parse(RegisterForm, PERSON | {"id_number": "123456"}).id_number == "123456"
