"""What may be typed: each rule about a field, and the sentence at the field that breaks it."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsapp import clock
from gsapp.errors import Invalid, Sentence
from gsapp.i18n import translator
from gsapp.schemas.accounts import PasswordPageForm, ProfileForm, RegisterForm, RegisterPageForm
from gsapp.schemas.forms import Form, parse, problem
from gsapp.schemas.needs import NeedFilter, NeedForm, ReasonForm
from gsapp.schemas.offers import OfferFilter, OfferForm, ThanksForm
from gsapp.schemas.read_models import Page
from gsapp.schemas.statistics import StatisticsFilter, months_from
from tests.support.lives import NOON

NEED = {
    "ps_title": "Leak",
    "stype_id": 1,
    "cityID": "2",
    "ps_begindate": "2026-11-24T09:00",
    "ps_enddate": "2026-11-24T11:00:00",
}
PERSON = {
    "uname": "anna",
    "ctype": "护照",
    "idno": "E12345678",
    "bname": "王安",
    "phoneNo": "13912345678",
    "bpwd": "Abc123",
}


def faults(form: type[Form], typed: dict[str, Any]) -> dict[str, str]:
    """The sentence at each field at fault, in English."""
    found: dict[str, Sentence] = {}
    try:
        parse(form, typed)
    except Invalid as invalid:
        found = invalid.fields
    in_chinese, in_english = (
        {field: translator(language)(sentence.msgid, **sentence.values) for field, sentence in found.items()}
        for language in ("zh-CN", "en")
    )
    assert not set(in_chinese.values()) & set(in_english.values()), "every sentence can be said in both languages"
    return in_english


def test_a_form_reads_the_names_of_existing_clients_and_its_own() -> None:
    form = parse(NeedForm, NEED)
    assert (form.title, form.type_id, form.city_id, form.helpers_wanted) == ("Leak", 1, 2, 1)
    assert (form.starts_at, form.ends_at) == (datetime(2026, 11, 24, 9), datetime(2026, 11, 24, 11))
    assert parse(NeedForm, form.model_dump()) == form
    person = parse(RegisterForm, PERSON | {"role": 1, "userlvl": 1, "id": 7})
    assert set(person.model_dump()) == set(RegisterForm.model_fields), "what is unknown is dropped"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"ps_title": ""}, "title"),
        ({"ps_title": "   "}, "title"),
        ({"ps_title": None}, "title"),
        ({"ps_title": 5}, "title"),
        ({"ps_title": "x" * 256}, "title"),
        ({"ps_title": "two\nlines"}, "title"),
        ({"ps_title": "nul\0"}, "title"),
        ({"ps_title": "half \ud800"}, "title"),
        ({"ps_desc": "x" * 5001}, "description"),
        ({"ps_desc": "nul\0"}, "description"),
        ({"stype_id": ""}, "type_id"),
        ({"stype_id": None}, "type_id"),
        ({"stype_id": 0}, "type_id"),
        ({"stype_id": 2**31}, "type_id"),
        ({"cityID": "Beijing"}, "city_id"),
        ({"cityID": -1}, "city_id"),
        ({"ps_begindate": ""}, "starts_at"),
        ({"ps_begindate": "tomorrow"}, "starts_at"),
        ({"ps_begindate": "1999-12-31T23:59"}, "starts_at"),
        ({"ps_enddate": "2101-01-01T00:00"}, "ends_at"),
        ({"ps_enddate": "2026-11-24T08:59:59"}, "ends_at"),
        ({"helpers_wanted": 0}, "helpers_wanted"),
        ({"helpers_wanted": 21}, "helpers_wanted"),
        ({"helpers_wanted": 1.5}, "helpers_wanted"),
    ],
)
def test_a_need_with_a_fault_names_its_field(typed: dict[str, Any], field: str) -> None:
    assert list(faults(NeedForm, NEED | typed)) == [field]


def test_a_need_may_be_as_long_as_its_fields() -> None:
    limits = {"ps_title": "长" * 255, "ps_desc": "x" * 5000, "helpers_wanted": 20, "ps_enddate": NEED["ps_begindate"]}
    assert faults(NeedForm, NEED | limits) == {}


def test_text_is_tidied_and_otherwise_kept() -> None:
    form = parse(NeedForm, NEED | {"ps_title": "  e\u0301 <b>😀</b> ", "ps_desc": " one\r\ntwo\rthree\tfour "})
    assert (form.title, form.description) == ("\u00e9 <b>😀</b>", "one\ntwo\nthree\tfour")


def test_a_moment_with_a_zone_becomes_wall_clock_time() -> None:
    typed = NEED | {"ps_begindate": datetime(2026, 11, 24, 1, 0, 0, 5, tzinfo=UTC)}
    assert parse(NeedForm, typed).starts_at == datetime(2026, 11, 24, 9)


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"uname": "ab"}, "username", "At least 3 characters, please."),
        ({"uname": " ab "}, "username", "At least 3 characters, please."),
        ({"uname": "x" * 51}, "username", "At most 50 characters, please."),
        ({"uname": ""}, "username", "Please fill this in."),
        ({"uname": "a\tb c"}, "username", "Please leave out line breaks and special control characters."),
        ({"ctype": "驾照"}, "id_type", "Please choose one."),
        ({"idno": "12345"}, "id_number", "At least 6 characters, please."),
        ({"idno": "1" * 51}, "id_number", "At most 50 characters, please."),
        ({"bname": "王"}, "name", "At least 2 characters, please."),
        ({"phoneNo": "12912345678"}, "phone", "A mobile number has 11 digits and begins with 13 to 19."),
        ({"phoneNo": "1391234567"}, "phone", "A mobile number has 11 digits and begins with 13 to 19."),
        ({"phoneNo": "139123456789"}, "phone", "A mobile number has 11 digits and begins with 13 to 19."),
        ({"phoneNo": "１３９１２３４５６７８"}, "phone", "A mobile number has 11 digits and begins with 13 to 19."),
        ({"phoneNo": "13912345678\n"}, "phone", ""),
        ({"bpwd": ""}, "password", "Please fill this in."),
        ({"bpwd": "Ab12"}, "password", "At least 6 characters, please."),
        ({"bpwd": "Ab12" * 26}, "password", "At most 100 characters, please."),
        ({"bpwd": "Abcdef1"}, "password", "Please use at least two digits."),
        ({"bpwd": "abc123"}, "password", "Please use capital and small letters."),
        ({"bpwd": "ABC123"}, "password", "Please use capital and small letters."),
        ({"bpwd": "123456"}, "password", "Please use capital and small letters."),
        ({"desc": "x" * 1001}, "bio", "At most 1000 characters, please."),
    ],
)
def test_a_registration_with_a_fault_says_what_at_its_field(typed: dict[str, Any], field: str, sentence: str) -> None:
    found = faults(RegisterForm, PERSON | typed)
    assert found == ({field: sentence} if sentence else {})


def test_every_missing_field_is_named_at_once() -> None:
    found = faults(RegisterForm, {})
    assert found == dict.fromkeys(
        ("username", "id_type", "id_number", "name", "phone", "password"), "Please fill this in."
    )


def test_a_password_is_typed_twice() -> None:
    typed = PERSON | {"bpwd": "Spring26rain"}
    assert faults(RegisterPageForm, typed | {"password_again": "Spring26rain"}) == {}
    assert list(faults(RegisterPageForm, typed | {"password_again": "Spring27rain"})) == ["password_again"]
    typed = {"old_password": "x", "new_password": "Abc123", "new_password_again": "abc123"}
    assert list(faults(PasswordPageForm, typed)) == ["new_password_again"]


def test_blanks_and_hyphens_in_numbers_do_not_count() -> None:
    form = parse(RegisterForm, PERSON | {"phoneNo": " 139 1234-5678 ", "idno": "e12 345-678"})
    assert (form.phone, form.id_number) == ("13912345678", "e12345678")


def test_a_live_hint_tells_of_one_field_only() -> None:
    typed = {"uname": "ab"}
    assert problem(RegisterForm, "username", typed) is not None
    assert problem(RegisterForm, "username", {"uname": "anna"}) is None
    assert problem(RegisterForm, "username", PERSON) is None


def test_a_profile_keeps_what_is_not_given() -> None:
    assert parse(ProfileForm, {}).model_dump() == {"phone": None, "bio": None}
    assert list(faults(ProfileForm, {"phone": ""})) == ["phone"]


def test_reasons_messages_and_thanks_have_their_limits() -> None:
    assert faults(ReasonForm, {}) == {}
    assert list(faults(ReasonForm, {"reason": "x" * 501})) == ["reason"]
    assert list(faults(OfferForm, {"message": "x" * 2001})) == ["message"]
    assert parse(OfferForm, {"response_desc": None}).message == ""
    for stars in (0, 6, "", None, 4.5):
        assert list(faults(ThanksForm, {"stars": stars})) == ["stars"]


def test_filters_are_whitelisted_and_clamped() -> None:
    wrong: list[dict[str, Any]] = [
        {"sort": "id; DROP TABLE"},
        {"size": 101},
        {"size": 0},
        {"page": 0},
        {"page": 2**31},
        {"status": "lost"},
        {"type_id": 0},
        {"city_id": 2**63},
        {"author_id": -1},
        {"q": "x" * 101},
        {"state": 7},
    ]
    for typed in wrong:
        assert list(faults(NeedFilter, typed)) == list(typed)
    assert list(faults(OfferFilter, {"which": "others"})) == ["which"]


def test_the_statistics_show_six_months_by_default_and_refuse_nonsense() -> None:
    with clock.at(NOON):
        filter = StatisticsFilter()
        assert filter.months == ["2026-06", "2026-07", "2026-08", "2026-09", "2026-10", "2026-11"]
        assert faults(StatisticsFilter, {"start_month": "2026-12"}) == {
            "start_month": "The first month lies after the last one."
        }
        assert list(faults(StatisticsFilter, {"start_month": "2000-01"})) == ["start_month"]
    for month in ("2026-13", "2026-00", "202611", "2026-1", "1899-01", "", None, 202611, "2026-11-01"):
        assert "end_month" in faults(StatisticsFilter, {"start_month": "2026-01", "end_month": month})


@given(st.integers(1900, 2199), st.integers(1, 12), st.integers(1, 130))
def test_months_follow_each_other_without_gaps(year: int, month: int, count: int) -> None:
    start = f"{year}-{month:02}"
    later, earlier = months_from(start, count), months_from(start, -count)
    assert (later[0], earlier[-1], len(later), len(earlier)) == (start, start, count, count)
    assert earlier == sorted(set(earlier))
    days = [datetime(int(each[:4]), int(each[5:]), 28) for each in later]
    assert all(timedelta(28) <= after - before <= timedelta(31) for before, after in pairwise(days))


@pytest.mark.parametrize(("total", "size", "pages"), [(0, 10, 1), (1, 10, 1), (10, 10, 1), (11, 10, 2), (5, 1, 5)])
def test_a_list_has_as_many_pages_as_it_needs(total: int, size: int, pages: int) -> None:
    assert Page[int](items=(), total=total, page=1, size=size).pages == pages
