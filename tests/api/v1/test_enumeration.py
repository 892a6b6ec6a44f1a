"""Enumeration: nobody can find out from the answers whose phone or ID number belongs to a member."""

from collections.abc import Callable
from functools import partial
from statistics import mean
from time import perf_counter
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.effects.event_words import BY_ACTION
from gsapp.flows import details
from gsapp.i18n import translator
from gsapp.queries.own_data import own_data
from gsapp.schemas.accounts import ProfileForm
from gsapp.schemas.forms import parse
from gsapp.vocabulary import NotificationKind
from tests.support import lives
from tests.support.api.people import PASSWORD, browser
from tests.support.lives import NOON
from tests.support.news import kinds, news

TRIES = 30
CHANGING = {"x-request-id", "date", "content-length"}


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Owners are informed when the answer is ready, so that tests need not wait; `later` undoes it."""
    monkeypatch.setattr(details, "_later", lambda work: work())


@pytest.fixture
def attacker(app: FastAPI) -> Actor:
    return lives.person("attacker", phone="13911110000", id_number="E99999999")


def registration(number: int, **changes: str) -> dict[str, str]:
    form = {"uname": f"guess{number:04d}", "bname": "Guess Work", "ctype": "护照", "bpwd": PASSWORD}
    return form | {"idno": f"F{number:08d}", "phoneNo": f"1371000{number:04d}"} | changes


async def send(app: FastAPI, body: dict[str, str], address: str = "203.0.113.7") -> httpx.Response:
    async with browser(app, address=address) as guesser:
        return await guesser.post("/api/v1/auth/register", json=body)


def seen(response: httpx.Response) -> tuple[Any, ...]:
    headers = {name: value for name, value in response.headers.items() if name not in CHANGING}
    return response.status_code, response.text, sorted(headers.items())


def auc(members: list[float], others: list[float]) -> float:
    """How often a classifier by time is right: 0.5 is chance, 0 or 1 is certainty."""
    return mean((a > b) + (a == b) / 2 for a in members for b in others)


async def test_a_stranger_tells_members_from_others_no_better_than_by_chance(
    app: FastAPI, attacker: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(details, "_later", lambda work: None)  # in a running site it is two seconds later
    phones = [lives.user(lives.person(f"{a}{b}member")).phone for a in "abcdefg" for b in "uvwxy"]
    times: dict[bool, list[float]] = {True: [], False: []}
    answers: dict[bool, set[str]] = {True: set(), False: set()}
    for number in range(2 * TRIES):
        is_member = number % 2 == 0
        phone = phones[number // 2 % len(phones)] if is_member else f"1361000{number:04d}"
        body = registration(number, phoneNo=phone, idno="E99999999")  # the attacker's own number is always taken
        started = perf_counter()
        response = await send(app, body, address=f"203.0.113.{number}")
        times[is_member].append(perf_counter() - started)
        answers[is_member].add(repr(seen(response)))
    assert answers[True] == answers[False]
    assert len(answers[True]) == 1
    assert 0.2 < auc(times[True], times[False]) < 0.8


async def test_phone_and_id_number_are_refused_by_the_same_words(app: FastAPI, attacker: Actor) -> None:
    by_phone = await send(app, registration(1, phoneNo=lives.user(attacker).phone))
    by_number = await send(app, registration(2, idno="E99999999"))
    assert seen(by_phone) == seen(by_number)
    assert by_phone.json()["detail"] == {"error": "DetailsTaken", "field": "phoneNo"}
    assert by_phone.status_code == 400


async def test_five_refusals_from_an_address_are_the_last_for_a_while(app: FastAPI, attacker: Actor) -> None:
    taken = {"phoneNo": lives.user(attacker).phone}
    statuses = [(await send(app, registration(number, **taken))).status_code for number in range(6)]
    assert statuses == [400] * 5 + [429]
    assert (await send(app, registration(9))).status_code == 429, "a free number is not checked either"
    assert (await send(app, registration(9), address="198.51.100.9")).status_code == 201


async def test_a_member_has_five_refusals_from_anywhere(app: FastAPI, attacker: Actor) -> None:
    victims = [lives.user(lives.person(f"victim{letter}")).phone for letter in "abcdefg"]
    actor = attacker
    statuses: list[str] = []
    for number, phone in enumerate(victims):
        statuses.append(outcome(partial(change, actor, phone, f"203.0.113.{number}")))
    assert statuses == ["DetailsTaken"] * 5 + ["WaitMinutes"] * 2


def test_the_owner_is_informed_once_a_day_and_not_by_whom(app: FastAPI, attacker: Actor) -> None:
    owner = lives.person("owner")
    phone = lives.user(owner).phone
    for number in range(3):
        assert outcome(partial(change, attacker, phone, f"203.0.113.{number}")) == "DetailsTaken"
    assert kinds(owner) == [NotificationKind.DETAILS_TRIED]
    assert news(owner)[0].name is None
    assert kinds(attacker) == []
    with clock.at(NOON):
        exported = db.read(own_data, actor=attacker, t=translator("en"))
    assert "owner" not in repr(exported["steps"])
    assert "DetailsTried" in BY_ACTION


def change(actor: Actor, phone: str, address: str) -> None:
    details.change_profile(actor, form=parse(ProfileForm, {"phone": phone}), address=address)


def outcome(work: Callable[[], None]) -> str:
    try:
        work()
    except Exception as error:  # noqa: BLE001 - its name is the outcome
        return type(error).__name__
    return "done"
