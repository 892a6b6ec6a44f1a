"""One photo or video on its way in: read piece by piece, counted while it comes, and refused as soon as it can be.

What is declared counts only to refuse at once; what is taken is what has come. Neither a long body nor one that never
ends reaches memory or disk: the parser sees a piece at a time, and the part on the disk is gone whatever happens.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from contextvars import copy_context
from functools import partial
from pathlib import Path

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request

from gsapp import db
from gsapp.access import Actor
from gsapp.api.body_limit import claimed
from gsapp.errors import Busy, RuleBroken
from gsapp.flows import uploads
from gsapp.i18n import N_
from gsapp.media.prepared import FileTooBig
from gsapp.media.storage import storage
from gsapp.schemas.files import MAX_BYTES, Attachment
from gsapp.security import vault
from gsapp.services.files import check_room

AROUND = 64 * 1024  # what a form needs around the file
MAX_PARTS = 10
PIECE = 512 * 1024
STALLED = 60.0  # seconds without a byte
MAX_UPLOAD_SECONDS = 20 * 60.0  # seconds: 10 MB over the slowest line
AT_ONCE = 40
AT_ONCE_EACH = 6
# Decoding takes a core and up to 200 MB each: two at once, and pages go on.
_decoders = ThreadPoolExecutor(2, thread_name_prefix="decoder")
_under_way: Counter[int] = Counter()


class NoFileSent(RuleBroken):
    sentence = N_("Please choose a photo or a video.")


class OneAtATime(RuleBroken):
    sentence = N_("Please send one file at a time.")


class NotWhole(RuleBroken):
    sentence = N_("The file did not arrive whole. Please try again.")


async def receive(request: Request, actor: Actor) -> Attachment:
    """Store the part `file` of a multipart body. Raises a `DomainError` with a sentence for whatever is wrong."""
    vault().throttle.upload(actor.real_user_id)
    parts = _Parts(_boundary(request))
    if claimed(request.headers) > MAX_BYTES + AROUND:
        raise FileTooBig
    with _among_few(actor.real_user_id):
        await run_in_threadpool(partial(db.read, check_room, actor=actor))
        with ExitStack() as stack:
            part = await run_in_threadpool(stack.enter_context, storage().part())  # the disk may be slow
            try:
                async with asyncio.timeout(MAX_UPLOAD_SECONDS):
                    await _read(request, parts, part)
            except (ClientDisconnect, TimeoutError, MultipartParseError) as error:
                raise NotWhole from error
            take_in = partial(copy_context().run, uploads.take_in, actor, part)
            return await asyncio.get_running_loop().run_in_executor(_decoders, take_in)


async def _read(request: Request, parts: "_Parts", part: Path) -> None:
    with part.open("wb") as file:  # buffered: an unbuffered file may write less than it is given, and only returns it
        async for piece in _pieces(request, parts):
            await run_in_threadpool(file.write, piece)
        await run_in_threadpool(file.flush)
    if not parts.ended:
        raise NotWhole
    if not parts.files:
        raise NoFileSent


async def _pieces(request: Request, parts: "_Parts") -> AsyncIterator[bytes]:
    """The content of the file, in pieces large enough to be worth a visit to the disk."""
    body = aiter(request.stream())
    received, held = 0, bytearray()
    while True:
        async with asyncio.timeout(STALLED):
            sent = await anext(body, None)
        if sent is None:
            break
        received += len(sent)
        if received > MAX_BYTES + AROUND:
            raise FileTooBig
        parts.write(sent)
        held += parts.take()
        if parts.size > MAX_BYTES:
            raise FileTooBig
        if len(held) >= PIECE:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


class _Parts:
    """What the parser finds: the content of the one part named `file`; other parts are passed over."""

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
def _among_few(user_id: int) -> Iterator[None]:
    """Runs on the event loop alone, so nothing counts at the same time."""
    if _under_way[user_id] >= AT_ONCE_EACH or _under_way.total() >= AT_ONCE:
        raise Busy
    _under_way[user_id] += 1
    try:
        yield
    finally:
        _under_way[user_id] -= 1
        if not _under_way[user_id]:
            del _under_way[user_id]
