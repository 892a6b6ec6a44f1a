"""Tokens, signed values and cookies."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gsapp import clock
from gsapp.config import UnsafeSettings
from gsapp.security.cookies import Cookies, Flash
from gsapp.security.tokens import Tokens, hash_token, new_token

KEY = "signs cookies and tokens only, nothing that is stored"
tokens = Tokens(KEY)


def cookies(*, secure: bool = False, hours: int = 24, key: str = KEY) -> Cookies:
    return Cookies(Tokens(key), secure=secure, session_hours=hours)


def test_a_token_is_new_each_time_and_has_256_bits() -> None:
    assert len({new_token() for _ in range(100)}) == 100
    assert len(new_token()) == 43


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5))
def test_what_was_signed_comes_back(payload: object) -> None:
    assert tokens.unsign("test", tokens.sign("test", payload)) == payload


def test_a_value_is_good_for_its_purpose_only() -> None:
    assert tokens.unsign("session", tokens.sign("flash", "x")) is None


def test_a_value_signed_elsewhere_or_changed_is_refused() -> None:
    value = tokens.sign("session", "mine")
    assert Tokens("another key").unsign("session", value) is None
    for place in range(len(value)):
        changed = value[:place] + ("A" if value[place] != "A" else "B") + value[place + 1 :]
        assert tokens.unsign("session", changed) != "yours"
        assert place > value.rfind(".") + 40 or tokens.unsign("session", changed) is None


@given(st.text())
def test_any_other_text_is_refused(text: str) -> None:
    assert tokens.unsign("session", text) is None


def test_a_value_is_refused_after_its_time() -> None:
    with clock.at(clock.now()) as move:
        value = tokens.sign("flash", "x")
        move(timedelta(seconds=60))
        assert tokens.unsign("flash", value, 60) == "x"
        move(timedelta(seconds=1))
        assert tokens.unsign("flash", value, 60) is None


def test_after_a_change_of_keys_old_values_hold_until_the_old_key_goes() -> None:
    old = tokens.sign("session", "x")
    assert Tokens(f"newer key,{KEY}").unsign("session", old) == "x"
    assert Tokens("newer key").unsign("session", old) is None
    assert Tokens("newer key").unsign("session", Tokens(f"newer key,{KEY}").sign("session", "y")) == "y"


def test_after_a_change_of_keys_addresses_that_were_given_out_hold_until_the_old_key_goes() -> None:
    feed = tokens.sign_address("calendar", "x")
    assert Tokens(f"newer key,{KEY}").unsign_address("calendar", feed) == "x"
    assert Tokens("newer key").unsign_address("calendar", feed) is None


@pytest.mark.parametrize("empty", ["", " , "])
def test_nothing_is_signed_without_a_key(empty: str) -> None:
    with pytest.raises(UnsafeSettings):
        Tokens(empty)


def test_the_session_cookie_leads_to_the_hash_of_its_token_only() -> None:
    cookie = cookies().session("a token")
    assert cookies().session_hash({cookie.key: cookie.value}) == hash_token("a token")
    assert cookies().session_hash({cookie.key: "a token"}) is None
    assert cookies().session_hash({cookie.key: tokens.sign("session", {"not": "a token"})}) is None
    assert cookies().session_hash({}) is None


def test_under_https_cookies_are_secure_and_bound_to_the_host() -> None:
    made = cookies(secure=True)
    for cookie in (
        made.session("t"),
        made.invite("t"),
        made.flash(Flash(error="", username="", next="")),
        made.browser("t"),
    ):
        assert (cookie.key[:7], cookie.secure, cookie.path) == ("__Host-", True, "/")
    assert made.preference("lang", "en").secure


def test_no_cookie_is_readable_by_scripts_or_sent_by_other_sites() -> None:
    made = cookies()
    for cookie in (
        made.session("t"),
        made.invite("t"),
        made.preference("theme", "dark"),
        made.gone("gs_session"),
        made.browser("t"),
    ):
        assert cookie.httponly
        assert cookie.samesite == "lax"


def test_a_session_cookie_ends_after_90_days_or_with_the_longest_session_if_that_is_later() -> None:
    with clock.at(clock.now()) as move:
        short, long = cookies().session("t"), cookies(hours=24 * 200).session("t")
        move(timedelta(days=91))
        assert cookies().session_hash({short.key: short.value}) is None
        assert cookies(hours=24 * 200).session_hash({long.key: long.value})


def test_a_flash_is_read_for_a_minute() -> None:
    flash = Flash(error="Not right.", username="张三", next="/board?page=2")
    with clock.at(clock.now()) as move:
        cookie = cookies().flash(flash)
        assert cookies().read_flash({cookie.key: cookie.value}) == flash
        move(timedelta(seconds=61))
        assert cookies().read_flash({cookie.key: cookie.value}) is None
    assert cookies().read_flash({cookie.key: "rubbish"}) is None
