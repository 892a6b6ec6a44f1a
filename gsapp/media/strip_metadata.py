"""What of a picture's file draws it: nothing else reaches the decoder.

Decoders take in what a file says about itself before they draw, each part by itself and some again and again: 2 MB of
it can ask for gigabytes, or for an hour. Nothing of it is kept, so it goes first. How the camera was held is read here.
"""

import re
import struct
from typing import NamedTuple

from gsapp.media.prepared import PictureUnreadable

SCAN, END, ABOUT, EXIF, ADOBE = 0xDA, 0xD9, 0xE0, 0xE1, 0xEE
MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")  # between scans; others belong to the pixels
MAX_SEGMENTS = 1000
# A progressive JPEG is decoded once a scan; cameras write about ten, a hostile file a hundred thousand.
MAX_SCANS = 100
CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
EXTENSION, CONTROL, FRAME, TRAILER = 0x21, 0xF9, 0x2C, 0x3B
ORIENTATION = 0x0112
UPRIGHT = 1


class Bare(NamedTuple):
    data: bytes
    orientation: int
    """How the camera was held, 1 to 8; anything else is nonsense."""


def bare(data: bytes) -> Bare:
    """Raises `PictureUnreadable`, and `IndexError` or `struct.error` where it breaks off."""
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG"):
        return _png(data)
    return _gif(data) if data.startswith(b"GIF") else _webp(data)


def _jpeg(data: bytes) -> Bare:
    kept, held = [data[:2]], UPRIGHT
    place = 2
    for _ in range(MAX_SEGMENTS):
        while data[place + 1] == 0xFF:
            place += 1
        mark, marker, length = struct.unpack_from(">BBH", data, place)
        if mark != 0xFF:
            raise PictureUnreadable
        if marker == SCAN:
            return Bare(b"".join(kept) + data[place : _end_of_scans(data, place)], held)
        end = place + 2 + length
        if marker < ABOUT or marker in (ABOUT, ADOBE):  # the last two tell which colours are meant
            kept.append(data[place:end])
        elif marker == EXIF and data.startswith(b"Exif\0\0", place + 4):
            held = _held(data[place + 10 : end])
        place = end
    raise PictureUnreadable


def _end_of_scans(data: bytes, place: int) -> int:
    """Behind the picture; phones put a film or a second picture there."""
    scans = 0
    while found := MARKER.search(data, place):
        marker, place = data[found.start() + 1], found.end()
        if marker == END:
            return place
        scans += marker == SCAN
        if scans > MAX_SCANS:
            raise PictureUnreadable
        place += int(struct.unpack_from(">H", data, place)[0])
    return len(data)


def _png(data: bytes) -> Bare:
    kept, held = [data[:8]], UPRIGHT
    place = 8
    while place + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, place)
        end = place + 12 + length
        if kind in CHUNKS:
            kept.append(data[place:end])
        elif kind == b"eXIf":
            held = _held(data[place + 8 : end])
        place = end
    return Bare(b"".join(kept), held)


def _gif(data: bytes) -> Bare:
    """Up to its first frame; nobody looks for a second one."""
    place = 13 + (2 << (data[10] & 7)) * 3 * (data[10] >> 7)
    head, control = data[:place], b""
    while data[place] != FRAME:
        if data[place] == TRAILER:
            raise PictureUnreadable
        end = place + 1
        if data[place] == EXTENSION:
            end += 1
            while data[end]:
                end += 1 + data[end]
            end += 1
            if data[place + 1] == CONTROL:
                control = data[place:end]
        place = end
    return Bare(head + control + data[place:], UPRIGHT)


def _webp(data: bytes) -> Bare:
    """As it is: its decoder takes nothing in unasked."""
    place = 12
    while place + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, place)
        if kind == b"EXIF":
            return Bare(data, _held(data[place + 8 : place + 8 + length].removeprefix(b"Exif\0\0")))
        place += 8 + length + length % 2
    return Bare(data, UPRIGHT)


def _held(exif: bytes) -> int:
    """One number out of a table of up to 65,535, of which each may claim all the rest for itself."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(exif[:4])
    if order is None:
        return UPRIGHT
    try:
        (table,) = struct.unpack_from(f"{order}I", exif, 4)
        (rows,) = struct.unpack_from(f"{order}H", exif, table)
        for row in range(table + 2, table + 2 + rows * 12, 12):
            tag, kind = struct.unpack_from(f"{order}HH", exif, row)
            if tag == ORIENTATION:
                return int(struct.unpack_from(f"{order}H" if kind == 3 else f"{order}I", exif, row + 8)[0])
    except struct.error:  # a camera that writes nonsense there still takes pictures
        return UPRIGHT
    return UPRIGHT
