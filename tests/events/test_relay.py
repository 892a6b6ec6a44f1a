"""The Redis relay: which events are forwarded or rejected, and behaviour while Redis is down."""

import dataclasses
import json
import logging
import threading
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any

import pytest
from sqlmodel import Session

from gsapp import db, events
from gsapp.events import Event, MissedEvents, NeedEdited, OfferAccepted, SessionsEnded, relay
from gsapp.events.invalidation import invalidated_by
from tests.support import redis

SOON = 5.0  # seconds
EXAMPLE: dict[Any, Any] = {int: 7, str: "here", bool: True, tuple[int, ...]: (1, 2)}


def example(kind: type[Event]) -> Event:
    return kind(**{field.name: EXAMPLE[field.type] for field in dataclasses.fields(kind)})


class Ear:
    """Everything that this process was told."""

    def __init__(self) -> None:
        self.heard: list[Event] = []

    def __call__(self, event: Event) -> None:
        self.heard.append(event)


def until(happened: Callable[[], bool], *, seconds: float = SOON) -> None:
    deadline = monotonic() + seconds
    while not happened():
        assert monotonic() < deadline, "it did not happen"
        sleep(0.005)


@pytest.fixture
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.Server]:
    with redis.Server(tmp_path_factory.mktemp("r")) as running:
        yield running


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    end = events.subscribe(ear)
    yield ear
    end()


@pytest.fixture
def connected(server: redis.Server) -> Iterator[redis.Server]:
    relay.connect(server.url, "here")
    until(lambda: relay.state() == "up")
    yield server
    relay.close()


@pytest.mark.parametrize("kind", relay._kinds().values(), ids=lambda kind: kind.__name__)
def test_every_event_travels_whole(kind: type[Event]) -> None:
    event = example(kind)
    assert relay.decode(relay.encode(event, sender="me").encode()) == ("me", event)


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"\xff\xfe",
        b"hello",
        b"[]",
        b"null",
        b"[" * 19_000,
        b'{"from": "x"}',
        b'{"from": "x", "event": "NeedEdited", "ids": {"need_id": 1}, "more": 1}',
        b'{"from": "x", "event": "NeedEdited", "ids": {"need_id": 1, "city": 2}}',
        b'{"from": "x", "event": "NeedEdited", "ids": {}}',
        b'{"from": "x", "event": "NeedEdited", "ids": {"need_id": "1"}}',
        b'{"from": "x", "event": "NeedEdited", "ids": {"need_id": true}}',
        b'{"from": "x", "event": "NeedEdited", "ids": {"need_id": 1e3}}',
        b'{"from": "x", "event": "NeedEdited", "ids": {"need_id": ' + b"9" * 5000 + b"}}",
        b'{"from": "x", "event": "SessionsEnded", "ids": {"user_id": 1, "session_ids": "12"}}',
        b'{"from": "x", "event": "SessionsEnded", "ids": {"user_id": 1, "session_ids": [[1]]}}',
        b'{"from": "x", "event": "Bus", "ids": {}}',
        b'{"from": "x", "event": "__class__", "ids": {}}',
        b'{"from": "x", "event": ["NeedEdited"], "ids": {"need_id": 1}}',
        b'{"from": 5, "event": "NeedEdited", "ids": {"need_id": 1}}',
        b'{"from": "x", "event": "NeedEdited", "ids": {"need_id": 1}}' + b" " * 20_000,
    ],
    ids=lambda message: message[:60].decode(errors="replace"),
)
def test_what_is_not_one_of_our_events_is_refused(message: bytes) -> None:
    with pytest.raises(relay.InvalidMessage):
        relay.decode(message)


def test_each_site_has_a_channel_of_its_own() -> None:
    channels = {relay.channel_of(*site) for site in (("a", "key"), ("b", "key"), ("a", "other key"))}
    assert len(channels) == 3
    assert relay.channel_of("a", "newer,key") == relay.channel_of("a", "key"), "while a new key is being introduced"


def test_without_an_address_nothing_is_passed_on(ear: Ear) -> None:
    relay.connect("", "here")
    events.publish(NeedEdited(1))
    assert relay.state() is None
    assert ear.heard == [NeedEdited(1)]


@pytest.mark.parametrize("told", [NeedEdited(1), MissedEvents()], ids=["an event", "that some were missed"])
def test_kept_answers_are_dropped_before_any_page_is_told(sqlite_database: db.Database, told: Event) -> None:
    asked: list[int] = []

    @invalidated_by(NeedEdited, shared=True)
    def query(session: Session) -> int:
        asked.append(1)
        return len(asked)

    assert [db.read_shared(query), db.read_shared(query)] == [1, 1]
    shown: list[int] = []
    end = events.subscribe(lambda _: shown.append(db.read_shared(query)))
    events.deliver(told)
    end()
    assert shown == [2]


@pytest.mark.slow
def test_what_others_publish_is_heard_here_and_what_we_publish_there_and_once_only(
    connected: redis.Server, ear: Ear
) -> None:
    accepted = OfferAccepted(1, 2, 3)
    connected.publish("here", relay.encode(accepted, sender="another process"))
    until(lambda: ear.heard == [accepted])
    ended = SessionsEnded(5, (6, 7))
    events.publish(ended)
    connected.publish("here", relay.encode(NeedEdited(9), sender="another process"))
    until(lambda: NeedEdited(9) in ear.heard)
    assert ear.heard == [accepted, ended, NeedEdited(9)]


@pytest.mark.slow
def test_hostile_messages_do_no_harm_and_do_not_fill_the_log(
    connected: redis.Server, ear: Ear, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(50):
        connected.publish("here", b"<script>")
        connected.publish("here", json.dumps({"from": "x", "event": "FromTheFuture", "ids": {}}))
    connected.publish("here", relay.encode(NeedEdited(9), sender="another process"))
    until(lambda: ear.heard == [NeedEdited(9)])
    assert len([record for record in caplog.records if "ignored" in record.message]) == 1


@pytest.mark.slow
def test_redis_goes_and_comes_back(connected: redis.Server, ear: Ear, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "gsapp.events.relay")
    connected.stop()
    until(lambda: relay.state() == "down")
    before = monotonic()
    for number in range(3000):  # more than is kept
        events.publish(NeedEdited(number))
    assert monotonic() - before < 1, "whoever commits does not wait for Redis"
    assert len(ear.heard) == 3000
    ear.heard.clear()
    connected.start()
    until(lambda: relay.state() == "up", seconds=20)
    until(lambda: MissedEvents() in ear.heard)
    connected.publish("here", relay.encode(NeedEdited(-1), sender="another process"))
    until(lambda: NeedEdited(-1) in ear.heard)
    told = [record.message for record in caplog.records if record.name == "gsapp.events.relay"]
    assert len(told) == 2, f"once that it is gone, once that it is back: {told}"


@pytest.mark.slow
def test_a_redis_that_hangs_is_as_good_as_gone(server: redis.Server, ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, seconds in (("HEARTBEAT_EVERY", 0.1), ("TIMEOUT", 0.3), ("MAX_SILENCE", 0.5)):
        monkeypatch.setattr(relay, name, seconds)
    relay.connect(server.url, "here")
    until(lambda: relay.state() == "up")
    server.pause()
    until(lambda: relay._relay is not None and not any(relay._relay._up.values()))
    server.go_on()
    until(lambda: relay.state() == "up" and MissedEvents() in ear.heard)
    relay.close()


@pytest.mark.slow
def test_redis_that_comes_late_is_found(server: redis.Server, ear: Ear) -> None:
    server.stop()
    relay.connect(server.url, "here")
    try:
        until(lambda: relay.state() == "down")
        server.start()
        until(lambda: relay.state() == "up" and MissedEvents() in ear.heard, seconds=20)
    finally:
        relay.close()


@pytest.mark.slow
def test_a_short_lived_process_sends_before_it_ends(connected: redis.Server) -> None:
    heard: list[bytes] = []
    with redis.listening(connected, "there", heard):
        relay.connect(connected.url, "there", listen=False)
        events.publish(NeedEdited(1))
        relay.close()
        until(lambda: len(heard) == 1)
    assert relay.decode(heard[0])[1] == NeedEdited(1)


@pytest.mark.slow
def test_no_thread_stays_behind(server: redis.Server) -> None:
    before = threading.active_count()
    for _ in range(3):
        relay.connect(server.url, "here")
    relay.close()
    until(lambda: threading.active_count() <= before)
