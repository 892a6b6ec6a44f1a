"""Passwords: stored format, verification, and the limit on concurrent hashing."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial

import bcrypt
import pytest

from gsapp.errors import Busy
from gsapp.security.keys import KeyRing
from gsapp.security.passwords import Passwords
from gsapp.security.turns import ADDRESS, BROWSER, REGISTRATION, STRANGER, UNCOUNTED, Turn

KEY = "a key of this installation, 32 characters and more"
NEWER = "another key that took the place of the first one"
CHINESE = "助人为乐邻里守望相助是我们社区的传统美德值得每个人珍惜Ab12" * 2


@pytest.fixture
def passwords() -> Iterator[Passwords]:
    made = Passwords(KeyRing(KEY), cost=4)
    yield made
    made.close()


@pytest.mark.parametrize("password", ["Abc123", "p" * 100, CHINESE, "", "nul\0inside12A", "👩‍👩‍👧 家 12aB"])
def test_the_password_that_was_set_verifies_and_another_does_not(passwords: Passwords, password: str) -> None:
    stored = passwords.hash_password(password)
    assert passwords.verify(password, stored)
    assert not passwords.verify(password + "x", stored)
    assert not passwords.verify("", stored) or password == ""


def test_two_hashes_of_one_password_differ_and_tell_nothing_of_it(passwords: Passwords) -> None:
    first, second = passwords.hash_password("Abc123"), passwords.hash_password("Abc123")
    assert first != second
    assert first.startswith("gs1$")
    assert "Abc123" not in first


def test_every_character_of_a_long_password_matters(passwords: Passwords) -> None:
    stored = passwords.hash_password("界" * 99 + "1")
    assert not passwords.verify("界" * 99 + "2", stored)


def test_the_same_password_typed_on_another_keyboard_verifies(passwords: Passwords) -> None:
    assert passwords.verify("Ａｂｃ１２３é", passwords.hash_password("Abc123e\u0301"))


def test_a_stolen_table_is_useless_without_the_key(passwords: Passwords) -> None:
    stored = passwords.hash_password("Abc123")
    assert not bcrypt.checkpw(b"Abc123", stored.split("$", 2)[2].encode())


@pytest.mark.parametrize("prefix", [b"2a", b"2b", b"2y"])
def test_a_hash_of_an_older_database_verifies_and_wants_an_upgrade(passwords: Passwords, prefix: bytes) -> None:
    old = bcrypt.hashpw("老密码Abc123".encode(), bcrypt.gensalt(4)).replace(b"$2b$", b"$" + prefix + b"$").decode()
    assert passwords.verify("老密码Abc123", old)
    assert not passwords.verify("老密码Abc124", old)
    assert passwords.needs_upgrade(old)


def test_an_older_database_knew_only_the_first_72_bytes(passwords: Passwords) -> None:
    long = "界" * 30 + "Ab12"
    old = bcrypt.hashpw(long.encode()[:72], bcrypt.gensalt(4)).decode()
    assert passwords.verify(long, old)
    upgraded = passwords.hash_password(long)
    assert not passwords.verify("界" * 24, upgraded)


@pytest.mark.parametrize(
    "damaged", [None, "", "Abc123", "gs1$", "gs1$00000000$", "$2b$12$short", "gs9$x$$2b$04$y", "$2b$", "\0", "界"]
)
def test_a_missing_or_damaged_hash_is_nobodys_password(passwords: Passwords, damaged: str | None) -> None:
    assert not passwords.verify("Abc123", damaged)
    assert not passwords.verify("", damaged)


def test_a_lone_surrogate_is_a_wrong_password_and_not_a_fault(passwords: Passwords) -> None:
    old = bcrypt.hashpw(b"Abc123", bcrypt.gensalt(4)).decode()
    for stored in (passwords.hash_password("Abc123"), old, None):
        assert not passwords.verify("\ud800", stored)


def test_after_a_change_of_keys_old_hashes_verify_and_want_an_upgrade(passwords: Passwords) -> None:
    stored = passwords.hash_password("Abc123")
    rotated = Passwords(KeyRing(f"{NEWER}, {KEY}"), cost=4)
    assert rotated.verify("Abc123", stored)
    assert rotated.needs_upgrade(stored)
    assert not rotated.needs_upgrade(rotated.hash_password("Abc123"))
    assert not Passwords(KeyRing(NEWER), cost=4).verify("Abc123", stored)
    rotated.close()


def test_a_hash_cheaper_than_today_wants_an_upgrade(passwords: Passwords) -> None:
    stored = passwords.hash_password("Abc123")
    assert not passwords.needs_upgrade(stored)
    assert Passwords(KeyRing(KEY), cost=5).needs_upgrade(stored)


def test_passwords_are_hashed_at_cost_12_unless_a_test_says_otherwise() -> None:
    made = Passwords(KeyRing(KEY))
    assert "$2b$12$" in made.hash_password("Abc123")
    made.close()


def test_an_unknown_name_costs_the_same_work_as_a_known_one(
    passwords: Passwords, monkeypatch: pytest.MonkeyPatch
) -> None:
    stored = passwords.hash_password("Abc123")
    costs: list[bytes] = []

    def counted(original: Callable[[bytes, bytes], object]) -> Callable[[bytes, bytes], object]:
        def work(password: bytes, salt_or_hash: bytes) -> object:
            costs.append(salt_or_hash[:7])
            return original(password, salt_or_hash)

        return work

    monkeypatch.setattr(bcrypt, "hashpw", counted(bcrypt.hashpw))
    monkeypatch.setattr(bcrypt, "checkpw", counted(bcrypt.checkpw))
    for no_hash in (None, "", "gs1$00000000$" + stored.split("$", 2)[2], "Abc123"):
        passwords.verify("Wrong12", no_hash)
    passwords.verify("Wrong12", stored)
    assert costs == [b"$2b$04$"] * 5


class Slow:
    """Hashes that take until they are let go, one by one; `begun` are the names of those that have begun."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._go_on = threading.Semaphore(0)

    def hash(self, name: str) -> str:
        self.begun.append(name)
        assert self._go_on.acquire(timeout=20)
        return name

    def let_go(self, number: int) -> None:
        self._go_on.release(number)


@pytest.fixture
def slow() -> Iterator[Slow]:
    made = Slow()
    yield made
    made.let_go(1000)


def ask(passwords: Passwords, slow: Slow, name: str, turn: Turn) -> Future[str]:
    return passwords._submit(partial(slow.hash, name), turn)


def test_one_call_too_many_is_refused_at_once_and_the_others_finish(slow: Slow) -> None:
    passwords = Passwords(KeyRing(KEY), cost=4, waiting=1)
    under_way = [ask(passwords, slow, "anna", UNCOUNTED) for _ in range((os.cpu_count() or 1) + 1)]
    with pytest.raises(Busy):
        passwords.hash_password("Abc123")
    slow.let_go(len(under_way))
    assert all(call.result(10) for call in under_way)
    assert passwords.verify("Abc123", passwords.hash_password("Abc123"))
    passwords.close()


def test_one_network_has_two_under_way_and_four_that_wait(passwords: Passwords, slow: Slow) -> None:
    here = Turn(STRANGER, "203.0.113.7")
    calls = [ask(passwords, slow, "here", here) for _ in range(min(os.cpu_count() or 1, 2) + 4)]
    with pytest.raises(Busy):
        ask(passwords, slow, "here", here)
    calls.append(ask(passwords, slow, "elsewhere", Turn(STRANGER, "198.51.100.9")))
    slow.let_go(len(calls))
    assert all(call.result(10) for call in calls)
    assert slow.begun.index("elsewhere") < len(slow.begun) - 3, "networks take turns"


@pytest.mark.parametrize("lane", [BROWSER, ADDRESS, STRANGER, REGISTRATION])
def test_a_flood_leaves_the_other_lanes_their_places_and_turns(passwords: Passwords, slow: Slow, lane: str) -> None:
    """Sixty threads, each of a network of its own."""

    def flood(number: int) -> str:
        try:
            return ask(passwords, slow, "flood", Turn(lane, f"192.0.2.{number}")).result(20)
        except Busy:
            return "refused"

    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(60) as callers:
        floods = [callers.submit(flood, number) for number in range(60)]
        while sum(call.done() for call in floods) < 40 - threads or len(slow.begun) < threads:
            threading.Event().wait(0.005)
        others = {
            other: ask(passwords, slow, other, Turn(other, "203.0.113.7"))
            for other in (BROWSER, STRANGER, REGISTRATION, ADDRESS)
            if other != lane
        }
        slow.let_go(1000)
        assert {name: call.result(10) for name, call in others.items()} == {name: name for name in others}
    assert [call.result() for call in floods].count("refused") == 40 - threads
    if BROWSER in others:
        assert slow.begun.index(BROWSER) <= threads + 1, "after one other hash at most"
    assert max(slow.begun.index(name) for name in others) < threads + 10, "before most of the flood"


def test_signing_in_goes_before_registering(passwords: Passwords, slow: Slow) -> None:
    threads = os.cpu_count() or 1
    calls = [
        ask(passwords, slow, lane, Turn(lane, f"{number}"))
        for number, lane in enumerate([REGISTRATION] * (threads + 3) + [STRANGER] * 3 + [ADDRESS] * 3 + [BROWSER] * 4)
    ]
    slow.let_go(1000)
    assert all(call.result(10) for call in calls)
    first = slow.begun[threads : threads + 8]
    assert (first.count(BROWSER), first.count(ADDRESS), first.count(STRANGER), first.count(REGISTRATION)) == (
        4,
        2,
        1,
        1,
    )
