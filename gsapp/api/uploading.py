"""Streaming upload of one photo or video: size and time limits are checked while the body arrives.

Content-Length only serves to refuse early; the limits apply to the bytes received. No long or endless body fills
memory or disk: the parser works in chunks, and the temporary file is removed in every case.
"""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from functools import partial
from pathlib import Path
from typing import TypeVar

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from gsapp import db
from gsapp.access import Actor
from gsapp.api.body_limit import declared_length
from gsapp.api.responses import address_of
from gsapp.errors import Busy, RuleBroken
from gsapp.fair_executor import FairExecutor, Limits
from gsapp.flows import uploads
from gsapp.i18n import N_
from gsapp.media import decoders
from gsapp.media.prepared import FileTooBig
from gsapp.media.storage import storage
from gsapp.monitoring import counters
from gsapp.schemas.files import MAX_BYTES, Attachment
from gsapp.security import vault
from gsapp.security.throttle import network_of
from gsapp.services.files import check_room

FORM_OVERHEAD = 64 * 1024  # bytes of a multipart body besides the file
MAX_PARTS = 10
CHUNK = 512 * 1024
STALL_TIMEOUT = 60.0  # seconds without a byte
MAX_UPLOAD_SECONDS = 20 * 60.0  # enough for 10 MB over the slowest line
MAX_CONCURRENT = 40
MAX_CONCURRENT_PER_USER = 6
MAX_CONCURRENT_PER_NETWORK = 12
# While more than half of the places are taken, a slow upload loses its own. Otherwise it may be as slow as its line.
LEAST_RATE = 20_000  # bytes a second, on average
SLOW_AFTER = 30.0  # seconds
# One file of a member at a time, the members in turn: five large files do not delay the small photo of another.
_decoding = FairExecutor(
    decoders.PROCESSES,
    name="decoder",
    limits=Limits(running_per_key=1, waiting_per_key=MAX_CONCURRENT_PER_USER, waiting=MAX_CONCURRENT),
)
K = TypeVar("K")
_running: Counter[int] = Counter()
_networks: Counter[str] = Counter()


class NoFileSent(RuleBroken):
    sentence = N_("Please choose a photo or a video.")


class OneAtATime(RuleBroken):
    sentence = N_("Please send one file at a time.")


class NotWhole(RuleBroken):
    sentence = N_("The file did not arrive whole. Please try again.")


async def receive(request: Request, actor: Actor) -> Attachment:
    """Store the part `file` of a multipart body. Raises a `DomainError` that says why an upload is refused."""
    vault().throttle.upload(actor.real_user_id)
    parts = _Parts(_boundary(request))
    if declared_length(request.headers) > MAX_BYTES + FORM_OVERHEAD:
        raise FileTooBig
    with _upload_slot(actor.real_user_id, network_of(address_of(request))):
        await run_in_threadpool(partial(db.read, check_room, actor=actor))
        with ExitStack() as stack:
            part = await run_in_threadpool(stack.enter_context, storage().part())  # in a thread: the disk may be slow
            try:
                async with asyncio.timeout(MAX_UPLOAD_SECONDS):
                    await _read(request, parts, part)
            except (ClientDisconnect, TimeoutError, MultipartParseError) as error:
                raise NotWhole from error
            charge = partial(vault().throttle.charge_upload, actor.real_user_id)
            accept = partial(copy_context().run, uploads.accept_upload, actor, part, charge=charge)
            with counters.QUEUES.labels("decoders").track_inprogress():
                return await asyncio.wrap_future(_decoding.submit(accept, key=actor.real_user_id))


def in_progress() -> int:
    """The number of uploads being received or checked."""
    return _running.total()


async def _read(request: Request, parts: "_Parts", part: Path) -> None:
    with part.open("wb") as file:  # buffered: an unbuffered `write` may write less and only return the count
        async for chunk in _chunks(request, parts):
            await run_in_threadpool(file.write, chunk)
        await run_in_threadpool(file.flush)
    if not parts.ended:
        raise NotWhole
    if not parts.files:
        raise NoFileSent


async def _chunks(request: Request, parts: "_Parts") -> AsyncIterator[bytes]:
    """The content of the file, in chunks large enough for efficient writes."""
    body = aiter(request.stream())
    received, buffered, began = 0, bytearray(), time.monotonic()
    while True:
        async with asyncio.timeout(STALL_TIMEOUT):
            sent = await anext(body, None)
        if sent is None:
            break
        received += len(sent)
        _check_rate(received, time.monotonic() - began)
        if received > MAX_BYTES + FORM_OVERHEAD:
            raise FileTooBig
        parts.write(sent)
        buffered += parts.take()
        if parts.size > MAX_BYTES:
            raise FileTooBig
        if len(buffered) >= CHUNK:
            yield bytes(buffered)
            buffered.clear()
    if buffered:
        yield bytes(buffered)


def _check_rate(received: int, seconds: float) -> None:
    under_pressure = _running.total() > MAX_CONCURRENT // 2
    if under_pressure and seconds > SLOW_AFTER and received < seconds * LEAST_RATE:
        counters.THROTTLED.labels("uploads").inc()
        raise TimeoutError


class _Parts:
    """Multipart parser callbacks that collect the content of the part named `file`; other parts are skipped."""

    def __init__(self, boundary: bytes) -> None:
        self.files = 0
        self.size = 0
        self.ended = False
        self._parts = 0
        self._header: list[bytes] = [b"", b""]
        self._is_file = False
        self._content = bytearray()
        self._parser = MultipartParser(
            boundary,
            {
                "on_part_begin": self._part_begin,
                "on_header_field": partial(self._of_header, 0),
                "on_header_value": partial(self._of_header, 1),
                "on_header_end": self._header_end,
                "on_part_data": self._data,
                "on_end": self._end,
            },
        )

    def write(self, sent: bytes) -> None:
        self._parser.write(sent)

    def take(self) -> bytes:
        taken = bytes(self._content)
        self._content.clear()
        return taken

    def _part_begin(self) -> None:
        self._parts += 1
        self._is_file = False
        self._header = [b"", b""]
        if self._parts > MAX_PARTS:
            raise OneAtATime

    def _of_header(self, which: int, data: bytes, start: int, end: int) -> None:
        self._header[which] += data[start:end]

    def _header_end(self) -> None:
        name, value = self._header
        self._header = [b"", b""]
        if name.lower() != b"content-disposition":
            return
        self._is_file = parse_options_header(value)[1].get(b"name") == b"file"
        self.files += self._is_file
        if self.files > 1:
            raise OneAtATime

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self._content += data[start:end]
            self.size += end - start

    def _end(self) -> None:
        self.ended = True


def _boundary(request: Request) -> bytes:
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not 0 < len(boundary) <= 70:
        raise NoFileSent
    return boundary


@contextmanager
def _upload_slot(user_id: int, network: str) -> Iterator[None]:
    """Concurrency limit per user, per network and in total. Runs on the event loop only: the counters need no lock."""
    if (
        _running[user_id] >= MAX_CONCURRENT_PER_USER
        or _networks[network] >= MAX_CONCURRENT_PER_NETWORK
        or _running.total() >= MAX_CONCURRENT
    ):
        counters.THROTTLED.labels("uploads").inc()
        raise Busy
    _running[user_id] += 1
    _networks[network] += 1
    try:
        yield
    finally:
        _release(_running, user_id)
        _release(_networks, network)


def _release(counter: Counter[K], key: K) -> None:
    counter[key] -= 1
    if not counter[key]:
        del counter[key]
