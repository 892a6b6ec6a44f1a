"""Guessing gets slower and slower, and the owner elsewhere notices nothing."""

import time as real_time
from contextlib import ExitStack
from types import SimpleNamespace

import pytest
from limits.storage import memory

from gsapp.errors import TooMany
from gsapp.security import throttle as module
from gsapp.security.throttle import Throttle
from gsapp.security.turns import ADDRESS, BROWSER, REGISTRATION, STRANGER, Turn

HERE, ELSEWHERE = "203.0.113.7", "198.51.100.9"


class Time:
    """A clock for the counters, which do not ask ours."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = real_time.time()
        for user in (memory, module):
            monkeypatch.setattr(user, "time", SimpleNamespace(time=lambda: self.now))

    def move(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.fixture
def throttle(time: Time) -> Throttle:
    return Throttle()


def fail(throttle: Throttle, name: str = "anna", address: str = HERE) -> None:
    with throttle.sign_in(name, address) as attempt:
        attempt.failed()


def refused(throttle: Throttle, name: str = "anna", address: str = HERE) -> int:
    """The seconds to wait; 0 when a try is let through."""
    try:
        with throttle.sign_in(name, address):
            return 0
    except TooMany as error:
        return error.retry_after


def test_five_failures_are_free_and_the_sixth_try_waits(throttle: Throttle) -> None:
    for _ in range(5):
        fail(throttle)
    assert 0 < refused(throttle) <= 121


def test_the_pauses_grow(throttle: Throttle, time: Time) -> None:
    pauses = []
    for _ in range(40):
        while wait := refused(throttle):
            pauses.append(wait)
            time.move(wait)
        fail(throttle)
    assert pauses[0] <= 121
    assert max(pauses[:3]) <= 901
    assert 901 < max(pauses) <= 3601


def test_after_the_pause_the_owner_may_try_again(throttle: Throttle, time: Time) -> None:
    for _ in range(5):
        fail(throttle)
    time.move(refused(throttle))
    assert not refused(throttle)


def test_the_owner_elsewhere_is_never_locked_out(throttle: Throttle, time: Time) -> None:
    for _ in range(100):
        time.move(refused(throttle))
        fail(throttle)
    assert not refused(throttle, address=ELSEWHERE)


def test_another_name_at_the_same_address_is_not_refused(throttle: Throttle) -> None:
    for _ in range(5):
        fail(throttle)
    assert refused(throttle)
    assert not refused(throttle, name="bert")
    assert not refused(throttle, name="Anna")


def test_one_address_cannot_try_one_password_on_everybody(throttle: Throttle) -> None:
    for number in range(100):
        fail(throttle, name=f"user{number}")
    assert refused(throttle, name="somebody else")
    assert not refused(throttle, name="somebody else", address=ELSEWHERE)


def test_success_forgives_the_name_but_not_the_address(throttle: Throttle) -> None:
    for number in range(96):
        fail(throttle, name=f"user{number}")
    for _ in range(4):
        fail(throttle)
    with pytest.raises(TooMany):
        fail(throttle)
    assert refused(throttle, name="x")


def test_success_gives_five_free_failures_again(throttle: Throttle) -> None:
    for _ in range(4):
        fail(throttle)
    with throttle.sign_in("anna", HERE) as attempt:
        attempt.succeeded()
    for _ in range(5):
        assert not refused(throttle)
        fail(throttle)
    assert refused(throttle)


def test_success_of_one_name_forgives_no_other(throttle: Throttle) -> None:
    for _ in range(5):
        fail(throttle, name="Anna")
    with throttle.sign_in("anna", HERE) as attempt:
        attempt.succeeded()
    assert refused(throttle, name="Anna")


def test_a_try_that_ends_in_a_fault_of_ours_is_free(throttle: Throttle) -> None:
    for _ in range(10):
        with pytest.raises(ZeroDivisionError), throttle.sign_in("anna", HERE):
            _ = 1 / 0
    assert not refused(throttle)


def test_many_tries_at_once_are_no_more_than_five_guesses(throttle: Throttle) -> None:
    with ExitStack() as under_way:
        for _ in range(5):
            under_way.enter_context(throttle.sign_in("anna", HERE))
        assert refused(throttle) == 1
    assert not refused(throttle)


def test_a_home_with_many_ipv6_addresses_is_one_address(throttle: Throttle) -> None:
    for number in range(5):
        fail(throttle, address=f"2001:db8:1:2::{number}")
    assert refused(throttle, address="2001:db8:1:2:ffff::1")
    assert not refused(throttle, address="2001:db8:1:3::1")


def test_an_ipv4_address_in_ipv6_writing_is_the_same_address(throttle: Throttle) -> None:
    for _ in range(5):
        fail(throttle)
    assert refused(throttle, address=f"::ffff:{HERE}")


@pytest.mark.parametrize("address", ["", "unix", "fe80::1%eth0", "界" * 100], ids=["none", "socket", "zone", "long"])
@pytest.mark.parametrize("name", ["", "\ud800", "a" * 10_000], ids=["none", "surrogate", "long"])
def test_odd_names_and_addresses_are_counted_like_others(throttle: Throttle, name: str, address: str) -> None:
    for _ in range(5):
        fail(throttle, name=name, address=address)
    assert refused(throttle, name=name, address=address)


def test_registrations_from_one_address_have_a_generous_limit(throttle: Throttle, time: Time) -> None:
    for _ in range(1000):
        throttle.registration(HERE)
    with pytest.raises(TooMany):
        throttle.registration(HERE)
    throttle.registration(ELSEWHERE)
    time.move(3601)
    throttle.registration(HERE)


def test_guessing_the_old_password_in_an_open_session_is_limited(throttle: Throttle) -> None:
    for _ in range(5):
        with throttle.password_check(7) as attempt:
            attempt.failed()
    with pytest.raises(TooMany), throttle.password_check(7):
        pass
    with throttle.password_check(8):
        pass


def test_a_long_pause_is_told_in_minutes(throttle: Throttle) -> None:
    for _ in range(5):
        fail(throttle)
    with pytest.raises(TooMany, match="2 minutes"), throttle.sign_in("anna", HERE):
        pass


def test_throttle_off_lets_everything_pass() -> None:
    off = Throttle(on=False)
    for _ in range(300):
        fail(off)
        off.registration(HERE)


def test_coordinators_may_export_more_than_members(throttle: Throttle) -> None:
    for user_id, coordinator, an_hour in ((1, False, 20), (2, True, 120)):
        for _ in range(an_hour):
            throttle.export(user_id, coordinator=coordinator)
        with pytest.raises(TooMany):
            throttle.export(user_id, coordinator=coordinator)


def test_the_right_password_is_limited_too_but_not_for_others(throttle: Throttle, time: Time) -> None:
    for _ in range(60):
        with throttle.sign_in("anna", HERE) as attempt:
            attempt.succeeded()
    assert refused(throttle)
    assert refused(throttle, address=ELSEWHERE), "each costs a hash, wherever it comes from"
    assert not refused(throttle, name="bert")
    time.move(3601)
    assert not refused(throttle)


def test_an_address_is_known_after_a_success_and_for_a_month(throttle: Throttle, time: Time) -> None:
    def lane(address: str, *, known_browser: bool = False) -> str:
        with throttle.sign_in("anna", address) as attempt:
            return attempt.turn(known_browser=known_browser).lane

    fail(throttle)
    assert lane(HERE) == STRANGER
    with throttle.sign_in("bert", HERE) as attempt:
        attempt.succeeded()
    assert (lane(HERE), lane(ELSEWHERE)) == (ADDRESS, STRANGER)
    assert lane(ELSEWHERE, known_browser=True) == BROWSER
    time.move(31 * 24 * 3600)
    assert lane(HERE) == STRANGER


def test_hashes_are_counted_by_network_unless_throttle_is_off(throttle: Throttle) -> None:
    assert throttle.registration("2001:db8:1:2::9") == Turn(REGISTRATION, "2001:db8:1:2::/64")
    with throttle.sign_in("anna", HERE) as attempt:
        assert attempt.turn(known_browser=False).network == HERE
    off = Throttle(on=False)
    with off.sign_in("anna", HERE) as attempt:
        assert attempt.turn(known_browser=False).network is None
    assert off.registration(HERE).network is None
