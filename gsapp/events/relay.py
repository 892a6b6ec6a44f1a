"""Publish/subscribe between processes by Redis: pages of other processes reload immediately after a commit.

Redis forwards messages and stores none, so the site works without it: while it is unavailable, pages fall back to their
slow refresh, and after a reconnect every process publishes `MissedEvents`. Two threads send and receive, so that no
commit and no page ever waits for Redis.

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

TIMEOUT = 3.0  # seconds for any response of Redis
MAX_RETRY_PAUSE = 5.0  # seconds between two attempts to connect
MAX_QUEUED = 1000  # events waiting to be sent; when there are more, the oldest are dropped
MAX_MESSAGE_BYTES = 20_000
HEARTBEAT = b"."
HEARTBEAT_EVERY = 5.0  # seconds; a process also receives its own heartbeats
MAX_SILENCE = 15.0  # seconds without any message, after which a connection counts as lost
WARN_EVERY = 60.0  # seconds between two warnings about invalid messages
MAX_INTEGER = 2**63


class InvalidMessage(Exception):
    """A message that this version of the program does not send; the text says why."""


class Relay:
    """Forwards the events of this process to Redis and delivers those of other processes to the local bus.

    `channel` is the same for all processes of a site. Without `listen` it only sends.
    """

    def __init__(self, url: str, channel: str, *, listen: bool = True) -> None:
        self._url, self._channel = url, channel
        self._sender = secrets.token_hex(8)
        self._outgoing: queue.Queue[str] = queue.Queue()
        self._stop = threading.Event()
        self._sent = threading.Event()  # the queue is empty and everything was sent
        self._sent.set()
        self._up = dict.fromkeys(("sending", "listening") if listen else ("sending",), False)
        self._reported_down = False
        self._warned_at = -WARN_EVERY
        self._received_at = 0.0
        self._threads = [threading.Thread(target=self._send_all, name="relay sends", daemon=True)]
        if listen:
            self._threads.append(threading.Thread(target=self._listen, name="relay listens", daemon=True))
        events.forward_to(self._enqueue)
        for thread in self._threads:
            thread.start()

    @property
    def state(self) -> State:
        return "up" if all(self._up.values()) else "down"

    def close(self, *, seconds: float = TIMEOUT) -> None:
        """Stop both threads after the queued events were sent, or after `seconds`."""
        events.forward_to(None)
        self._sent.wait(seconds)
        self._stop.set()
        for thread in self._threads:
            thread.join(0.5)

    def _enqueue(self, event: Event) -> None:  # runs in the thread that committed: never waits
        message = encode(event, sender=self._sender)
        with suppress(queue.Empty):
            while self._outgoing.qsize() >= MAX_QUEUED:
                self._outgoing.get_nowait()
        self._outgoing.put(message)
        self._sent.clear()  # the sending thread sets it again when the queue is empty

    def _send_all(self) -> None:
        connection = self._connection()
        message: str | None = None
        pause, beat = 0.0, -HEARTBEAT_EVERY
        while not self._stop.is_set():
            try:
                message = message or self._next()
                if message is None and monotonic() - beat < HEARTBEAT_EVERY:
                    continue
                connection.publish(self._channel, message or HEARTBEAT)
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
        while not self._stop.is_set():
            connection = self._connection()
            try:
                with connection.pubsub() as incoming:  # type: ignore[no-untyped-call]
                    incoming.subscribe(self._channel)
                    if incoming.get_message(timeout=TIMEOUT) is None:
                        raise redis.TimeoutError("timed out")
                    self._received_at = monotonic()
                    self._is_up("listening")
                    if missed:
                        events.deliver(MissedEvents())
                    pause, missed = 0.0, True
                    while not self._stop.is_set():
                        self._receive(incoming.get_message(timeout=0.2))
                        if monotonic() - self._received_at > MAX_SILENCE:
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
        self._received_at = monotonic()
        if message["data"] == HEARTBEAT:
            return
        try:
            sender, event = decode(message["data"])
        except InvalidMessage as error:
            if monotonic() - self._warned_at >= WARN_EVERY:  # a faulty sender may send many
                self._warned_at = monotonic()
                log.warning("ignored a Redis message: %s", error)
            return
        if sender != self._sender:
            events.deliver(event)

    def _connection(self) -> "redis.Redis":
        # Every call has a timeout: a server that hangs is treated like one that is gone.
        return redis.Redis.from_url(
            self._url,
            socket_connect_timeout=TIMEOUT,
            socket_timeout=TIMEOUT,
            retry=Retry(NoBackoff(), 0),
        )

    def _wait(self, pause: float) -> float:
        self._stop.wait(pause * random.uniform(0.5, 1))  # noqa: S311 - not for secrets
        return min(max(pause * 2, 0.1), MAX_RETRY_PAUSE)

    def _is_up(self, what: str) -> None:
        self._up[what] = True
        if self._reported_down and self.state == "up":
            self._reported_down = False
            log.info("Redis connection restored")

    def _is_down(self, what: str, error: Exception) -> None:
        self._up[what] = False
        if not self._reported_down:
            self._reported_down = True
            log.warning("Redis unavailable (%s): pages of other processes refresh only every half minute", error)


def channel_of(database: str, data_key: str) -> str:
    """The channel of a site: the same for all of its processes, different for every other site on the same Redis."""
    oldest = data_key.rsplit(",", maxsplit=1)[-1]  # a new key is prepended, in one process after the other
    return "goodservices:" + hmac.new(oldest.encode(), database.encode(), hashlib.sha256).hexdigest()[:24]


def encode(event: Event, *, sender: str) -> str:
    """An event as a JSON message; `sender` identifies the process."""
    return json.dumps({"from": sender, "event": type(event).__name__, "ids": asdict(event)}, ensure_ascii=False)


def decode(message: bytes) -> tuple[str, Event]:
    """Sender and event of a message. Raises `InvalidMessage` unless it has exactly the fields and types of an event."""
    if len(message) > MAX_MESSAGE_BYTES:
        raise InvalidMessage("message too long")
    try:
        data = json.loads(message)
    except (ValueError, RecursionError):
        raise InvalidMessage("not JSON") from None
    if not isinstance(data, dict) or set(data) != {"from", "event", "ids"} or not isinstance(data["ids"], dict):
        raise InvalidMessage("unexpected fields")
    kind = _kinds().get(data["event"]) if isinstance(data["event"], str) else None
    if kind is None or not isinstance(data["from"], str):
        raise InvalidMessage("unknown event")
    ids = data["ids"]
    if set(ids) != {field.name for field in fields(kind)}:
        raise InvalidMessage(f"{kind.__name__} has other fields in this version")
    return data["from"], kind(**{field.name: _value(field.type, ids[field.name]) for field in fields(kind)})


def _value(expected: Any, given: object) -> object:
    if expected is int and type(given) is int and abs(given) < MAX_INTEGER:
        return given
    if expected in (str, bool) and type(given) is expected:
        return given
    if expected == tuple[int, ...] and isinstance(given, list):
        return tuple(_value(int, each) for each in given)
    raise InvalidMessage("a field has an unexpected type")


def _kinds() -> dict[str, type[Event]]:
    found: dict[str, type[Event]] = {}
    pending = [Event]
    while pending:
        kind = pending.pop()
        pending += kind.__subclasses__()
        if kind.__module__.startswith(events.__name__):  # also those of its modules; tests define others
            found[kind.__name__] = kind
    return found


_relay: Relay | None = None


def start(settings: Settings, *, listen: bool = True) -> None:
    """Connect to the Redis of the settings, if they name one. A process that serves no pages need not `listen`."""
    database = make_url(settings.database_url).database or ""
    if settings.embedded_database:
        database = str(Path(database).resolve())  # settings may spell the path differently in each process
    channel = channel_of(database, settings.data_key.get_secret_value())
    connect(settings.redis_url.get_secret_value(), channel, listen=listen)


def connect(url: str, channel: str, *, listen: bool = True) -> None:
    """Start the relay of this process; an earlier one is closed. Does nothing without a `url`."""
    global _relay
    close()
    if url:
        _relay = Relay(url, channel, listen=listen)


def close() -> None:
    """Stop the relay of this process after its queued events were sent."""
    global _relay
    if _relay is not None:
        _relay.close()
    _relay = None


def state() -> State | None:
    """Whether Redis is connected; `None` if this site uses none."""
    return _relay.state if _relay else None
