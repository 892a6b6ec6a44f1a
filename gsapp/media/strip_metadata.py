"""Strip the metadata of a picture before it is decoded; only the parts that define its pixels reach the decoder.

Decoders parse metadata first, some of it repeatedly: 2 MB of it can take gigabytes of memory, or an hour (denial of
service). None of it is kept anyway. Only the EXIF orientation is read here.
"""

import re
import struct
from typing import NamedTuple

from gsapp.media.prepared import PictureUnreadable

SCAN, END, APP0, EXIF, ADOBE = 0xDA, 0xD9, 0xE0, 0xE1, 0xEE
MARKER = re.compile(rb"\xff[\x02-\xcf\xd8-\xfe]")  # between scans; other markers are part of the pixel data
MAX_SEGMENTS = 1000
# A progressive JPEG is decoded once per scan; cameras write about ten scans, a malicious file a hundred thousand.
MAX_SCANS = 100
ENOUGH_SCANS = 20
MAX_SCANNED_PIXELS = 200_000_000  # of all scans together, from ENOUGH_SCANS on
FRAMES = set(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}  # start of frame: the segment with the size
CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
EXTENSION, CONTROL, FRAME, TRAILER = 0x21, 0xF9, 0x2C, 0x3B
ORIENTATION = 0x0112
UPRIGHT = 1


class Stripped(NamedTuple):
    """A picture without metadata."""

    data: bytes
    orientation: int
    """EXIF orientation, 1 to 8; other values are invalid."""


def strip_metadata(data: bytes) -> Stripped:
    """Remove the metadata of a JPEG, PNG or GIF, and read the orientation; a WebP is returned unchanged.

    Raises `PictureUnreadable`, and `IndexError` or `struct.error` for a truncated file.
    """
    if data.startswith(b"\xff\xd8"):
        return _jpeg(data)
    if data.startswith(b"\x89PNG"):
        return _png(data)
    return _gif(data) if data.startswith(b"GIF") else _webp(data)


def _jpeg(data: bytes) -> Stripped:
    kept, orientation, pixels = [data[:2]], UPRIGHT, 1
    position = 2
    for _ in range(MAX_SEGMENTS):
        while data[position + 1] == 0xFF:
            position += 1
        mark, marker, length = struct.unpack_from(">BBH", data, position)
        if mark != 0xFF:
            raise PictureUnreadable
        if marker == SCAN:
            most = min(max(MAX_SCANNED_PIXELS // pixels, ENOUGH_SCANS), MAX_SCANS)
            return Stripped(b"".join(kept) + data[position : _end_of_scans(data, position, most)], orientation)
        end = position + 2 + length
        if marker in FRAMES:
            height, width = struct.unpack_from(">HH", data, position + 5)
            pixels = max(pixels, height * width)
        if marker < APP0 or marker in (APP0, ADOBE):  # APP0 and Adobe define the colour space
            kept.append(data[position:end])
        elif marker == EXIF and data.startswith(b"Exif\0\0", position + 4):
            orientation = _orientation(data[position + 10 : end])
        position = end
    raise PictureUnreadable


def _end_of_scans(data: bytes, position: int, most: int) -> int:
    """The position after the picture; phones append a video or a second picture."""
    scans = 0
    while found := MARKER.search(data, position):
        marker, position = data[found.start() + 1], found.end()
        if marker == END:
            return position
        scans += marker == SCAN
        if scans > most:
            raise PictureUnreadable
        position += int(struct.unpack_from(">H", data, position)[0])
    return len(data)


def _png(data: bytes) -> Stripped:
    kept, orientation = [data[:8]], UPRIGHT
    position = 8
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        end = position + 12 + length
        if kind in CHUNKS:
            kept.append(data[position:end])
        elif kind == b"eXIf":
            orientation = _orientation(data[position + 8 : end])
        position = end
    return Stripped(b"".join(kept), orientation)


def _gif(data: bytes) -> Stripped:
    """Removes the extensions before the first frame except its control block; later frames are not decoded."""
    position = 13 + (2 << (data[10] & 7)) * 3 * (data[10] >> 7)
    head, control = data[:position], b""
    while data[position] != FRAME:
        if data[position] == TRAILER:
            raise PictureUnreadable
        end = position + 1
        if data[position] == EXTENSION:
            end += 1
            while data[end]:
                end += 1 + data[end]
            end += 1
            if data[position + 1] == CONTROL:
                control = data[position:end]
        position = end
    return Stripped(head + control + data[position:], UPRIGHT)


def _webp(data: bytes) -> Stripped:
    """Unchanged, because the WebP decoder does not parse metadata."""
    position = 12
    while position + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, position)
        if kind == b"EXIF":
            return Stripped(data, _orientation(data[position + 8 : position + 8 + length].removeprefix(b"Exif\0\0")))
        position += 8 + length + length % 2
    return Stripped(data, UPRIGHT)


def _orientation(exif: bytes) -> int:
    """The orientation in EXIF data. Reads this entry only, because each of 65,535 entries may claim to be huge."""
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
    except struct.error:  # invalid EXIF data does not make the picture invalid
        return UPRIGHT
    return UPRIGHT
