"""Parser for WebM files (EBML), which consist of nested elements with an id and a length; removes their metadata.

Videos are not re-encoded. Tags, which may reveal the location, and chapters are blanked in place; a file with elements
other than audio, video and their indexes is refused.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from gsapp.media.prepared import NotAKindWeTake, Prepared, VideoUnreadable

HEADER, DOC_TYPE, SEGMENT = 0x1A45DFA3, 0x4282, 0x18538067
CLUSTER, TRACKS, TRACK, TRACK_TYPE, VIDEO = 0x1F43B675, 0x1654AE6B, 0xAE, 0x83, 0xE0
WIDTH, HEIGHT = 0xB0, 0xBA
TAGS, VOID, CRC = 0x1254C367, 0xEC, 0xBF
SEEK_HEAD, INFO, CUES, CHAPTERS = 0x114D9B74, 0x1549A966, 0x1C53BB6B, 0x1043A770
SEGMENT_CHILDREN = {SEEK_HEAD, INFO, TRACKS, CLUSTER, CUES, CHAPTERS, TAGS, VOID, CRC}
BLANKED = {TAGS, VOID, CHAPTERS}
# Elements of Info to keep: time unit, duration, and the programs that wrote the file. No title, no date.
KEPT_IN_INFO = {0x2AD7B1, 0x4489, 0x4D80, 0x5741}
MAX_ELEMENTS = 20_000


class Element(NamedTuple):
    id: int
    start: int
    body: int
    end: int
    open_ended: bool


def prepare(part: Path) -> Prepared:
    """Remove the metadata in place. Raises `VideoUnreadable`, `NotAKindWeTake`."""
    data = bytearray(part.read_bytes())
    try:
        width, height = _check(data)
    except IndexError as error:
        raise VideoUnreadable from error
    part.write_bytes(data)
    return Prepared("webm", width or None, height or None, None)


def _check(data: bytearray) -> tuple[int, int]:
    size: tuple[int, int] | None = None
    clusters = 0
    for element in list(_elements(data, *_segment(data), SEGMENT_CHILDREN)):
        clusters += element.id == CLUSTER
        if element.id in BLANKED:
            _blank(data, element)
        elif element.id == INFO:
            _blank_others(data, element, KEPT_IN_INFO)
        elif element.id == TRACKS:
            size = size or _video_size(data, element)
    if size is None or not clusters:
        raise VideoUnreadable
    return size


def _segment(data: bytearray) -> tuple[int, int]:
    """Start and end of the content of the segment: the file must have a header, one segment and nothing else."""
    top = list(_elements(data, 0, len(data)))
    if top[0].id != HEADER:
        raise VideoUnreadable
    if _value(data, top[0], DOC_TYPE).rstrip(b"\0") != b"webm":
        raise NotAKindWeTake
    if [each.id for each in top[1:]] != [SEGMENT]:
        raise VideoUnreadable
    return top[1].body, top[1].end


def _blank_others(data: bytearray, parent: Element, kept: set[int]) -> None:
    for element in list(_elements(data, parent.body, parent.end)):
        if element.id not in kept:
            _blank(data, element)


def _video_size(data: bytearray, tracks: Element) -> tuple[int, int] | None:
    for track in _elements(data, tracks.body, tracks.end):
        if track.id == TRACK and _number(data, track, TRACK_TYPE) == 1:
            video = next((each for each in _elements(data, track.body, track.end) if each.id == VIDEO), None)
            if video:
                return _number(data, video, WIDTH), _number(data, video, HEIGHT)
    return None


def _value(data: bytearray, parent: Element, element_id: int) -> bytes:
    found = next((each for each in _elements(data, parent.body, parent.end) if each.id == element_id), None)
    return bytes(data[found.body : found.end]) if found else b""


def _number(data: bytearray, parent: Element, element_id: int) -> int:
    return int.from_bytes(_value(data, parent, element_id)[:8], "big")


def _elements(data: bytearray, start: int, end: int, siblings: set[int] | None = None) -> Iterator[Element]:
    """The elements between two positions. A cluster of a live recording has no length: it ends at the next sibling."""
    count = 0
    while start < end:
        count += 1
        element = _element(data, start, end)
        if count > MAX_ELEMENTS or (siblings is not None and element.id not in siblings):
            raise VideoUnreadable
        if element.open_ended and element.id == CLUSTER:
            element = element._replace(end=_end_of_cluster(data, element, end))
        elif element.open_ended and element.id != SEGMENT:
            raise VideoUnreadable
        yield element
        start = element.end


def _end_of_cluster(data: bytearray, cluster: Element, end: int) -> int:
    position, count = cluster.body, 0
    while position < end:
        element = _element(data, position, end)
        count += 1
        if element.id in SEGMENT_CHILDREN - {VOID, CRC}:
            return position
        if element.open_ended or count > MAX_ELEMENTS:
            raise VideoUnreadable
        position = element.end
    return end


def _element(data: bytearray, start: int, end: int) -> Element:
    length = 9 - data[start].bit_length()
    if length > 4:
        raise VideoUnreadable
    size_at = start + length
    size_length = 9 - data[size_at].bit_length()
    body = size_at + size_length
    if size_length > 8 or body > end:
        raise VideoUnreadable
    every_bit = (1 << 7 * size_length) - 1
    size = int.from_bytes(data[size_at:body], "big") & every_bit
    open_ended = size == every_bit
    stop = end if open_ended else body + size
    if stop > end:
        raise VideoUnreadable
    return Element(int.from_bytes(data[start:size_at], "big"), start, body, stop, open_ended)


def _blank(data: bytearray, element: Element) -> None:
    """Replace an element by a Void element of the same length."""
    whole = element.end - element.start
    size = (whole - 9 | 1 << 56).to_bytes(8, "big") if whole >= 9 else (whole - 2 | 0x80).to_bytes(1, "big")
    data[element.start : element.end] = (bytes([VOID]) + size).ljust(whole, b"\0")
