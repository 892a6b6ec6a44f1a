"""Calendars: one match by session, all of one's own by an address that ends when its owner wants."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest
from icalendar import Calendar
from limits import parse_many

from gsapp import access, clock, db
from gsapp.access import Actor
from gsapp.i18n import translator
from gsapp.queries.calendars import calendar_address
from gsapp.rendering.icalendar import calendar_of
from gsapp.schemas.calendars import Appointment
from gsapp.schemas.needs import ReasonForm
from gsapp.security import vault
from gsapp.security.tokens import new_token
from gsapp.services import accounts, matches, suspension
from gsapp.services.calendar_links import NoAddress, end_address, make_address
from gsapp.services.leaving import leave
from gsapp.vocabulary import MatchState
from tests.support.api.people import sign_in
from tests.support.lives import NOON, confirmed, coordinator, matched, person, publish, refused, reported, user

HOSTILE = 'a,b;c:d\\e "f" BEGIN:VEVENT 😀é' + "水" * 223 + "END"
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with clock.at(NOON):
        yield


@pytest.fixture
def me(anna: int) -> Actor:
    return db.read(access.actor_for, user_id=anna)


def address(actor: Actor) -> str:
    """The path of a new address."""
    db.write(make_address, actor=actor, key=new_token())
    found = db.read(calendar_address, actor=actor)
    assert found is not None
    return f"/calendar/{found.token}.ics"


def entries(answer: httpx.Response) -> list[Any]:
    """The entries, after what every such file must keep to."""
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    assert b"\n" not in answer.content.replace(b"\r\n", b"")
    calendar = Calendar.from_ical(answer.content)
    assert not calendar.errors
    assert (calendar["version"], calendar["method"], calendar["calscale"]) == ("2.0", "PUBLISH", "GREGORIAN")
    found: list[Any] = list(calendar.walk("VEVENT"))
    zones = {zone["tzid"] for zone in calendar.walk("VTIMEZONE")}
    for entry in found:
        assert entry["dtstart"].params["TZID"] in zones
        assert {"UID", "DTSTAMP", "SEQUENCE", "LAST-MODIFIED", "STATUS", "SUMMARY", "URL"} <= set(entry)
    assert len({entry["uid"] for entry in found}) == len(found)
    return found


async def test_one_match_is_for_its_two_sides(visitor: httpx.AsyncClient, me: Actor) -> None:
    bea, ben = person("bea"), person("ben")
    mine, theirs = matched(me, bea, title="Pipe"), matched(bea, ben)
    path = f"/calendar/matches/{mine.match}.ics"
    assert (await visitor.get(path)).status_code == 401
    await sign_in(visitor)
    answer = await visitor.get(path)
    assert answer.headers["content-disposition"] == f'attachment; filename="match-{mine.match}.ics"'
    (entry,) = entries(answer)
    assert entry["summary"] == "bea comes to help: Pipe"
    assert entry["dtstart"].dt == datetime(2026, 11, 24, 12, tzinfo=SHANGHAI)
    assert entry["dtend"].dt - entry["dtstart"].dt == timedelta(hours=2)
    assert entry["dtstamp"].dt == entry["last-modified"].dt == datetime(2026, 11, 23, 4, tzinfo=UTC)
    assert (entry["location"], entry["status"], entry["sequence"]) == ("北京", "CONFIRMED", 0)
    assert entry["url"] == f"http://localhost:8080/needs/{mine.need}"
    assert entry["uid"] == f"match-{mine.match}@localhost"
    assert (await visitor.get(f"/calendar/matches/{theirs.match}.ics")).status_code == 403
    for unknown in (0, 99, 2**31, 2**63):
        assert (await visitor.get(f"/calendar/matches/{unknown}.ics")).status_code == 404


async def test_the_address_needs_no_session_and_shows_both_sides_in_their_language(
    visitor: httpx.AsyncClient, me: Actor
) -> None:
    bea = person("bea")
    matched(me, bea, title="Pipe")
    matched(bea, me, title="Lamp")
    publish(me, title="Nobody yet")
    assert [entry["summary"] for entry in entries(await visitor.get(address(me)))] == [
        "bea comes to help: Pipe",
        "Help bea: Lamp",
    ]
    db.write(accounts.set_language, actor=me, language="zh-CN")
    told = [entry["summary"] for entry in entries(await visitor.get(address(me)))]
    assert told == ["bea来帮忙：Pipe", "去帮bea：Lamp"]


async def test_whatever_people_typed_arrives_as_it_was(visitor: httpx.AsyncClient, me: Actor) -> None:
    assert len(HOSTILE) == 255
    matched(me, person("b\u00e9a,;"), title=HOSTILE)
    (entry,) = entries(await visitor.get(address(me)))
    assert entry["summary"] == f"béa,; comes to help: {HOSTILE}"


def test_a_line_break_of_an_older_database_begins_no_line_of_ours() -> None:
    at, title = clock.local_now(), "Pipe\r\nBEGIN:VALARM\nEND:VEVENT"
    given: dict[str, Any] = {"match_id": 1, "need_id": 1, "title": title, "city": title, "other": title, "i_help": True}
    times: dict[str, Any] = {"starts_at": at, "ends_at": at, "changed_at": clock.now(), "state": MatchState.RUNNING}
    written = calendar_of([Appointment(**given, **times)], translator("en"), site="http://localhost:8080")
    assert written.count(b"\r\nBEGIN:") == 3  # the zone, its one time, the entry
    (entry,) = Calendar.from_ical(written).walk("VEVENT")
    assert entry["location"] == title.replace("\r\n", "\n")


async def test_no_phone_number_no_name_and_no_description_goes_to_calendars(
    visitor: httpx.AsyncClient, me: Actor
) -> None:
    bea = person("bea", phone="13912345678")
    mine = matched(me, bea, description="The key lies under the doormat.")
    matched(bea, me)
    path = address(me)
    await sign_in(visitor)
    for answer in (await visitor.get(path), await visitor.get(f"/calendar/matches/{mine.match}.ics")):
        for private in ("13912345678", user(bea).name, user(me).phone, "doormat"):
            assert private not in answer.text.replace("\r\n ", "")


async def test_an_entry_keeps_its_number_while_the_match_moves_on(visitor: httpx.AsyncClient, me: Actor) -> None:
    bea = person("bea")
    path = address(me)
    life, gone = matched(me, bea), matched(me, bea)
    first = entries(await visitor.get(path))
    with clock.at(NOON + timedelta(hours=1)):
        db.write(matches.report_done, actor=bea, match_id=life.match)
        db.write(matches.drop_out, actor=bea, match_id=gone.match, form=ReasonForm(reason=""))
        then = entries(await visitor.get(path))
    assert [entry["uid"] for entry in then] == [entry["uid"] for entry in first]
    assert [(entry["status"], entry["sequence"]) for entry in then] == [("CONFIRMED", 1), ("CANCELLED", 3)]
    assert all(entry["last-modified"].dt == datetime(2026, 11, 23, 5, tzinfo=UTC) for entry in then)
    with clock.at(NOON + timedelta(days=80)):
        assert len(entries(await visitor.get(path))) == 2
    with clock.at(NOON + timedelta(days=95)):
        assert entries(await visitor.get(path)) == []


async def test_a_need_without_length_and_one_of_days(visitor: httpx.AsyncClient, me: Actor) -> None:
    bea = person("bea")
    at = clock.local_now()
    matched(me, bea, starts_at=at, ends_at=at)
    matched(me, bea, starts_at=at, ends_at=at + timedelta(days=3))
    point, days = entries(await visitor.get(address(me)))
    assert "dtend" not in point
    assert (point["transp"], days["transp"]) == ("OPAQUE", "TRANSPARENT")


async def test_a_new_address_ends_the_old_one_and_switching_off_ends_all(visitor: httpx.AsyncClient, me: Actor) -> None:
    old, new = address(me), address(me)
    assert old != new
    assert new == f"/calendar/{_token(me)}.ics"  # the same each time it is shown
    assert (await visitor.get(old)).status_code == 410
    assert (await visitor.get(new)).status_code == 200
    assert (await visitor.head(new)).status_code == 200
    db.write(end_address, actor=me)
    assert (await visitor.get(new)).status_code == 410
    refused(NoAddress, end_address, actor=me)


def _token(actor: Actor) -> str:
    found = db.read(calendar_address, actor=actor)
    assert found is not None
    return found.token


async def test_an_address_is_nobody_s_to_make_up(visitor: httpx.AsyncClient, me: Actor) -> None:
    good = _token_of_new(me)
    payload, _, signature = good.rpartition(".")
    tokens = vault().tokens
    forged = [
        "x",
        f"{payload}.{signature[:-2]}xx",
        f"{payload}x.{signature}",
        tokens.sign("calendar", [me.user_id, "x"]),  # of another kind
        tokens.sign_address("wall", [me.user_id, "x"]),  # for another purpose
        tokens.sign_address("calendar", "x"),
    ]
    for token in forged:
        assert (await visitor.get(f"/calendar/{token}.ics")).status_code == 404, token
    for payload_of_ours in ([me.user_id, "x"], [99, "x"], [2**63, "x"]):
        token = tokens.sign_address("calendar", payload_of_ours)
        assert (await visitor.get(f"/calendar/{token}.ics")).status_code == 410


def _token_of_new(actor: Actor) -> str:
    address(actor)
    return _token(actor)


async def test_it_ends_with_the_account(visitor: httpx.AsyncClient, me: Actor) -> None:
    cora, bea = coordinator(), person("bea")
    mine, hers = address(me), address(bea)
    db.write(suspension.suspend, actor=cora, user_id=me.user_id, form=ReasonForm(reason="why"))
    db.write(leave, actor=bea)
    assert (await visitor.get(mine)).status_code == 410
    assert (await visitor.get(hers)).status_code == 410
    db.write(suspension.restore, actor=cora, user_id=me.user_id, form=ReasonForm(reason="why"))
    assert (await visitor.get(mine)).status_code == 200


async def test_a_program_that_asks_for_the_old_address_does_not_slow_down_the_new_one(
    visitor: httpx.AsyncClient, me: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = address(me), address(me)
    monkeypatch.setattr(vault().throttle, "_calendars", parse_many("3 per 10 minutes"))
    assert [(await visitor.get(old)).status_code for _ in range(4)] == [410, 410, 410, 429]
    assert (await visitor.get(new)).status_code == 200


async def test_who_asks_all_the_time_is_slowed_down(
    visitor: httpx.AsyncClient, me: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, hers = address(me), address(person("bea"))
    monkeypatch.setattr(vault().throttle, "_calendars", parse_many("3 per 10 minutes"))
    assert [(await visitor.get(mine)).status_code for _ in range(4)] == [200, 200, 200, 429]
    assert (await visitor.get(hers)).status_code == 200


async def test_a_former_member_is_called_so(visitor: httpx.AsyncClient, me: Actor) -> None:
    bea = person("bea")
    confirmed(me, bea, title="Pipe")
    reported(me, person("ben"), title="Lamp")
    path = address(me)
    db.write(leave, actor=bea)
    told = [entry["summary"] for entry in entries(await visitor.get(path))]
    assert told == ["a former member comes to help: Pipe", "ben comes to help: Lamp"]
