"""Usernames: no two that look alike, none that claims an office, none that gives away a number."""

import pytest

from gsapp.errors import Invalid
from gsapp.schemas.accounts import RegisterForm
from gsapp.schemas.usernames import username_key
from tests.support.lives import registration


def refused_field(username: str, **changes: str) -> str:
    with pytest.raises(Invalid) as refused:
        registration(username, **changes)
    return next(iter(refused.value.fields))


@pytest.mark.parametrize(
    "twin",
    [
        "Lin_zhihui",
        "LIN_ZHIHUI",
        "ｌｉｎ_ｚｈｉｈｕｉ",
        "Iin_zhihui",
        "1in_zhihui",
        "lin_zhihuı",
        "lin _zhihui",
        "lin_zh\u200bihui",
    ],
)
def test_names_that_can_be_mistaken_for_each_other_have_one_key(twin: str) -> None:
    assert username_key(registration(twin).username) == username_key("lin_zhihui")


@pytest.mark.parametrize(
    ("one", "other"), [("王小明", "王小朋"), ("anna", "änna"), ("wang", "wong"), ("li_ming", "li-ming")]
)
def test_names_that_differ_for_the_eye_have_different_keys(one: str, other: str) -> None:
    assert username_key(one) != username_key(other)


@pytest.mark.parametrize("mixed", ["lіn_zhihui", "аnna", "Ωmega", "annа王"])
def test_letters_of_two_alphabets_are_not_mixed(mixed: str) -> None:
    assert refused_field(mixed) == "username"


@pytest.mark.parametrize(
    "name",
    [
        "王Wang小明",
        "カタカナひらがな漢字",
        "김철수",
        "Рая",
        "badminton",
        "上官方平",
        "left-handed anna",
        "user1733046400123",
        "li.ming",
        "O'Brien 3",
    ],
)
def test_ordinary_names_are_taken(name: str) -> None:
    assert registration(name).username == name


@pytest.mark.parametrize(
    "name",
    [
        "admin",
        "Admin_2",
        "ADMINISTRATOR",
        "ａｄｍｉｎ",
        "管理员",
        "协调员 GoodServices 官方",
        "系统消息",
        "GoodServices",
        "好服务客服",
        "left-12",
        "LEFT-12",
        "a former member",
        "A Former Member",
        "邻居-abcd2345",
        "the coordinator",
    ],
)
def test_names_of_those_who_run_the_site_and_of_former_members_are_reserved(name: str) -> None:
    assert refused_field(name) == "username"


@pytest.mark.parametrize("name", ["https://evil.example", "www.evil", "evil.com", "EVIL.TOP/x", "anna@example.org"])
def test_links_are_no_names(name: str) -> None:
    assert refused_field(name) == "username"


@pytest.mark.parametrize(
    "name",
    [
        "13912345678",
        "anna13912345678",
        "139-1234-5678",
        "１３９１２３４５６７８",
        "8613912345678",
        "110101199003071234",
        "11010119900307123X",
    ],
)
def test_phone_and_id_numbers_are_no_names(name: str) -> None:
    assert refused_field(name) == "username"


def test_ones_own_numbers_are_no_names_in_any_grouping() -> None:
    assert refused_field("E12 345-678", id_number="E12345678") == "username"
    assert isinstance(registration("E12345679", id_number="E12345678"), RegisterForm)
