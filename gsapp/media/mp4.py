"""Parser for MP4 and MOV files, which consist of nested boxes with a length each; removes their metadata.

Videos are not re-encoded. Boxes that reveal the location, time or author, and all boxes that browsers do not need for
playback, are blanked in place, so that no other box moves.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gsapp.media.prepared import NotAKindWeTake, PhotoIsHeic, Prepared, VideoUnreadable

MP4_BRANDS = {
    b"isom", b"mp41", b"mp42", b"avc1", b"MSNV", b"dash", b"mmp4", b"M4V ", b"M4VH", b"M4VP", b"3gp4", b"3gp5", b"3gp6",
    *(b"iso%d" % number for number in range(2, 10)),
}  # fmt: skip
MOV_BRAND = b"qt  "
HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1"}
# Boxes to keep at each level; all others are blanked.
KEPT = {
    b"": {b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"styp"},
    b"moov": {b"mvhd", b"trak", b"mvex", b"iods"},
    b"trak": {b"tkhd", b"edts", b"tref", b"mdia", b"tapt"},
    b"mdia": {b"mdhd", b"hdlr", b"minf", b"elng"},
    b"moof": {b"mfhd", b"traf"},
    b"traf": {b"tfhd", b"tfdt", b"trun", b"sbgp", b"sgpd", b"subs", b"sdtp"},
}
# Boxes allowed at the top level; a file with any other is refused.
TOP = KEPT[b""] | {b"free", b"skip", b"wide", b"uuid", b"meta", b"udta"}
# Track types to keep; others contain location tracks, subtitles or time codes.
KEPT_TRACKS = {b"vide", b"soun"}
BOXES_WITH_DATES = {b"mvhd", b"tkhd", b"mdhd"}
MAX_BOXES = 20_000


class Box(NamedTuple):
    kind: bytes
    start: int
    body: int
    end: int


class Found:
    """Results of the traversal: number of boxes, kinds at the top level, size of the video in pixels."""

    def __init__(self) -> None:
        self.boxes = 0
        self.kinds: list[bytes] = []
        self.video: tuple[int, int] | None = None


def prepare(part: Path) -> Prepared:
    """Remove the metadata in place. Raises `VideoUnreadable`, `NotAKindWeTake`, `PhotoIsHeic`."""
    data = bytearray(part.read_bytes())
    try:
        ending = _ending(data)
        found = Found()
        _walk(data, b"", 0, len(data), found)
        if found.kinds.count(b"moov") != 1 or b"mdat" not in found.kinds or found.video is None:
            raise VideoUnreadable
    except (struct.error, IndexError) as error:
        raise VideoUnreadable from error
    part.write_bytes(data)
    width, height = found.video
    return Prepared(ending, width or None, height or None, None)


def _ending(data: bytearray) -> str:
    first = next(_boxes(data, 0, len(data)))
    brand = bytes(data[first.body : first.body + 4])
    if first.kind == b"ftyp" and brand == MOV_BRAND:
        return "mov"
    if first.kind == b"ftyp" and brand in MP4_BRANDS:
        return "mp4"
    if first.kind == b"ftyp" and brand in HEIC_BRANDS:
        raise PhotoIsHeic
    raise NotAKindWeTake  # audio files consist of boxes, too


def _walk(data: bytearray, within: bytes, start: int, end: int, found: Found) -> None:
    for box in _boxes(data, start, end):
        found.boxes += 1
        if found.boxes > MAX_BOXES or (not within and box.kind not in TOP):
            raise VideoUnreadable
        if not within:
            found.kinds.append(box.kind)
        handler_type = _handler(data, box) if box.kind == b"trak" else b""
        if box.kind not in KEPT[within] or (box.kind == b"trak" and handler_type not in KEPT_TRACKS):
            _blank(data, box)
        elif box.kind in KEPT:
            _walk(data, box.kind, box.body, box.end, found)
        if box.kind in BOXES_WITH_DATES:
            _clear_dates(data, box)
        if handler_type == b"vide":
            found.video = found.video or _size(data, box)


def _boxes(data: bytearray, start: int, end: int) -> Iterator[Box]:
    while start < end:
        length, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, body)
            body += 8
        elif length == 0 and end == len(data):
            length = end - start  # extends to the end of the file
        if start + length > end or length < body - start:
            raise VideoUnreadable
        yield Box(kind, start, body, start + length)
        start += length


def _inner(data: bytearray, box: Box, *path: bytes) -> Box | None:
    for kind in path:
        inner = next((each for each in _boxes(data, box.body, box.end) if each.kind == kind), None)
        if inner is None:
            return None
        box = inner
    return box


def _handler(data: bytearray, track: Box) -> bytes:
    """The handler type of a track: vide, soun, text, tmcd, meta and others."""
    handler = _inner(data, track, b"mdia", b"hdlr")
    return bytes(data[handler.body + 8 : handler.body + 12]) if handler else b""


def _size(data: bytearray, track: Box) -> tuple[int, int]:
    header = _inner(data, track, b"tkhd")
    if header is None:
        raise VideoUnreadable
    matrix = header.body + (52 if data[header.body] else 40)
    across, turned = struct.unpack_from(">ii", data, matrix)
    width, height = (side >> 16 for side in struct.unpack_from(">II", data, matrix + 36))
    return (height, width) if turned and not across else (width, height)


def _blank(data: bytearray, box: Box) -> None:
    data[box.start + 4 : box.start + 8] = b"free"
    data[box.body : box.end] = bytes(box.end - box.body)


def _clear_dates(data: bytearray, box: Box) -> None:
    times = box.body + 4
    length = 16 if data[box.body] else 8
    if times + length > box.end:
        raise VideoUnreadable
    data[times : times + length] = bytes(length)
