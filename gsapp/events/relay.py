"""Events between processes, by Redis: what one commits, the open pages of all others show at once.

Redis passes messages on and keeps none. It may therefore be away: every process works on, its pages fall back to their
slow refresh, and when Redis is there again each is told `MissedEvents`. Two threads do the work, so that neither a
commit nor a page ever waits for Redis.

Why not redis-py's own `Retry` and `pubsub.run_in_thread`: they reconnect without notice, so nothing would publish
`MissedEvents`; `Retry` sleeps where `close` cannot wake it; and its exponential backoffs raise `OverflowError` after
about a thousand failures, which is an hour without Redis.
"""

import hashlib
import hmac
import json
import logging
import queue
import random
import secrets
import threading
from contextlib import suppress
from dataclasses import asdict, fields
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import make_url

from gsapp import events
from gsapp.config import Settings
from gsapp.events import Event, MissedEvents

log = logging.getLogger(__name__)
State = Literal["up", "down"]

PATIENCE = 3.0  # seconds for any answer of Redis
MAX_RETRY_PAUSE = 5.0  # seconds between two tries to reach it
QUEUED = 1000  # events that wait for Redis at most; then the oldest are given up
MAX_MESSAGE_BYTES = 20_000  # bytes
ALIVE = b"."
BEAT = 5.0  # seconds between two signs of life, which every process hears from itself, too
SILENCE = 15.0  # seconds after which a connection that says nothing is taken for lost
SAY_AGAIN = 60.0  # seconds
MAX_INTEGER = 2**63


class NotOurs(Exception):
    """A message that no version of this program would send, or only a newer one; the text says why."""


class Relay:
    """Sends what this process publishes to the others and delivers what they publish."""

    def __init__(self, url: str, channel: str, *, listen: bool = True) -> None:
        self._url, self._channel = url, channel
        self._me = secrets.token_hex(8)
        self._outgoing: queue.Queue[str] = queue.Queue()
        self._ending = threading.Event()
        self._sent = threading.Event()  # nothing waits to be sent
        self._sent.set()
        self._up = dict.fromkeys(("sending", "listening") if listen else ("sending",), False)
        self._complained = False
        self._said = -SAY_AGAIN
        self._heard = 0.0
        self._threads = [threading.Thread(target=self._send_all, name="relay sends", daemon=True)]
        if listen:
            self._threads.append(threading.Thread(target=self._listen, name="relay listens", daemon=True))
        events.forward_to(self._take)
        for thread in self._threads:
            thread.start()

    @property
    def state(self) -> State:
        return "up" if all(self._up.values()) else "down"

    def close(self, *, seconds: float = PATIENCE) -> None:
        """End, after what waits has been sent or the time is over."""
        events.forward_to(None)
        self._sent.wait(seconds)
        self._ending.set()
        for thread in self._threads:
            thread.join(0.5)

    def _take(self, event: Event) -> None:  # in the thread that committed: never waits
        message = encode(event, sender=self._me)
        with suppress(queue.Empty):
            while self._outgoing.qsize() >= QUEUED:
                self._outgoing.get_nowait()
        self._outgoing.put(message)
        self._sent.clear()  # the sender sets it again once it finds nothing more

    def _send_all(self) -> None:
        connection = self._connection()
        message: str | None = None
        pause, beat = 0.0, -BEAT
        while not self._ending.is_set():
            try:
                message = message or self._next()
                if message is None and monotonic() - beat < BEAT:
                    continue
                connection.publish(self._channel, message or ALIVE)
                message, pause, beat = None, 0.0, monotonic()
                self._is_up("sending")
            except (redis.RedisError, OSError) as error:
                self._is_down("sending", error)
                pause = self._wait(pause)
            finally:
                if message is None and self._outgoing.empty():
                    self._sent.set()
        connection.close()

    def _next(self) -> str | None:
        try:
            return self._outgoing.get(timeout=0.1)
        except queue.Empty:
            return None

    def _listen(self) -> None:
        pause, missed = 0.0, False
        while not self._ending.is_set():
            connection = self._connection()
            try:
                with connection.pubsub() as incoming:  # type: ignore[no-untyped-call]
                    incoming.subscribe(self._channel)
                    if incoming.get_message(timeout=PATIENCE) is None:
                        raise redis.TimeoutError("timed out")
                    self._heard = monotonic()
                    self._is_up("listening")
                    if missed:
                        events.deliver(MissedEvents())
                    pause, missed = 0.0, True
                    while not self._ending.is_set():
                        self._receive(incoming.get_message(timeout=0.2))
                        if monotonic() - self._heard > SILENCE:
                            raise redis.TimeoutError("connection silent")
            except (redis.RedisError, OSError) as error:
                self._is_down("listening", error)
                missed = True
                pause = self._wait(pause)
            finally:
                connection.close()

    def _receive(self, message: dict[str, Any] | None) -> None:
        if message is None or message["type"] != "message":
            return
        self._heard = monotonic()
        if message["data"] == ALIVE:
            return
        try:
            sender, event = decode(message["data"])
        except NotOurs as error:
            if monotonic() - self._said >= SAY_AGAIN:  # whoever sends nonsense may send much of it
                self._said = monotonic()
                log.warning("ignored a Redis message: %s", error)
            return
        if sender != self._me:
            events.deliver(event)

    def _connection(self) -> "redis.Redis":
        # Hung is as bad as gone: each answer has its time.
        return redis.Redis.from_url(
            self._url,
            socket_connect_timeout=PATIENCE,
            socket_timeout=PATIENCE,
            retry=Retry(NoBackoff(), 0),
        )

    def _wait(self, pause: float) -> float:
        self._ending.wait(pause * random.uniform(0.5, 1))  # noqa: S311 - not for secrets
        return min(max(pause * 2, 0.1), MAX_RETRY_PAUSE)

    def _is_up(self, what: str) -> None:
        self._up[what] = True
        if self._complained and self.state == "up":
            self._complained = False
            log.info("Redis connection restored")

    def _is_down(self, what: str, error: Exception) -> None:
        self._up[what] = False
        if not self._complained:
            self._complained = True
            log.warning("Redis unavailable (%s): pages of other processes refresh only every half minute", error)


def channel_of(database: str, data_key: str) -> str:
    """One channel for all processes of one site, and another for every other site on the same Redis."""
    oldest = data_key.rsplit(",", maxsplit=1)[-1]  # new keys are put before it, one process after the other
    return "goodservices:" + hmac.new(oldest.encode(), database.encode(), hashlib.sha256).hexdigest()[:24]


def encode(event: Event, *, sender: str) -> str:
    return json.dumps({"from": sender, "event": type(event).__name__, "ids": asdict(event)}, ensure_ascii=False)


def decode(message: bytes) -> tuple[str, Event]:
    """Sender and event of a message. Raises `NotOurs` for anything that is not one of our events, exactly."""
    if len(message) > MAX_MESSAGE_BYTES:
        raise NotOurs("message too long")
    try:
        told = json.loads(message)
    except (ValueError, RecursionError):
        raise NotOurs("not JSON") from None
    if not isinstance(told, dict) or set(told) != {"from", "event", "ids"} or not isinstance(told["ids"], dict):
        raise NotOurs("unexpected fields")
    kind = _kinds().get(told["event"]) if isinstance(told["event"], str) else None
    if kind is None or not isinstance(told["from"], str):
        raise NotOurs("unknown event")
    ids = told["ids"]
    if set(ids) != {field.name for field in fields(kind)}:
        raise NotOurs(f"{kind.__name__} has other fields in this version")
    return told["from"], kind(**{field.name: _value(field.type, ids[field.name]) for field in fields(kind)})


def _value(wanted: Any, given: object) -> object:
    if wanted is int and type(given) is int and abs(given) < MAX_INTEGER:
        return given
    if wanted in (str, bool) and type(given) is wanted:
        return given
    if wanted == tuple[int, ...] and isinstance(given, list):
        return tuple(_value(int, each) for each in given)
    raise NotOurs("a field has an unexpected type")


def _kinds() -> dict[str, type[Event]]:
    found: dict[str, type[Event]] = {}
    waiting = [Event]
    while waiting:
        kind = waiting.pop()
        waiting += kind.__subclasses__()
        if kind.__module__ == events.__name__:
            found[kind.__name__] = kind
    return found


_relay: Relay | None = None


def start(settings: Settings, *, listen: bool = True) -> None:
    """What `connect` does, with what the settings say. A process that shows nothing need not listen."""
    database = make_url(settings.database_url).database or ""
    if settings.embedded_database:
        database = str(Path(database).resolve())  # however the settings of each process spell it
    channel = channel_of(database, settings.data_key.get_secret_value())
    connect(settings.redis_url.get_secret_value(), channel, listen=listen)


def connect(url: str, channel: str, *, listen: bool = True) -> None:
    """Pass events on from now; nothing happens without a `url`. Takes the place of an earlier one."""
    global _relay
    close()
    if url:
        _relay = Relay(url, channel, listen=listen)


def close() -> None:
    """Send what still waits and end."""
    global _relay
    if _relay is not None:
        _relay.close()
    _relay = None


def state() -> State | None:
    """Whether Redis answers; `None` if this site uses none."""
    return _relay.state if _relay else None
