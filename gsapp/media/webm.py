"""Parser for WebM files (EBML), which consist of nested elements with an id and a length; removes their metadata.

Videos are not re-encoded. Tags, which may reveal the location, and chapters are blanked in place; a file with elements
other than audio, video and their indexes is refused.
"""

from collections.abc import Iterator
from itertools import islice
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
# Of the whole file: 10 MB of a slow recording are about 50,000 blocks, which are counted where a cluster has no length.
MAX_ELEMENTS = 100_000
MAX_CHILDREN = 100


class Element(NamedTuple):
    id: int
    start: int
    body: int
    end: int
    open_ended: bool


class File:
    """The bytes of a file, and the number of elements parsed in it so far."""

    def __init__(self, data: bytearray) -> None:
        self.data = data
        self.parsed = 0

    def element(self, start: int, end: int) -> Element:
        """Parse the element at `start`. Raises `VideoUnreadable`, also when the file has too many."""
        self.parsed += 1
        if self.parsed > MAX_ELEMENTS:
            raise VideoUnreadable
        return _element(self.data, start, end)


def prepare(part: Path) -> Prepared:
    """Remove the metadata in place. Raises `VideoUnreadable`, `NotAKindWeTake`."""
    data = bytearray(part.read_bytes())
    try:
        width, height = _check(File(data))
    except IndexError as error:
        raise VideoUnreadable from error
    part.write_bytes(data)
    return Prepared("webm", width or None, height or None, None)


def _check(file: File) -> tuple[int, int]:
    size: tuple[int, int] | None = None
    clusters = 0
    for element in list(_elements(file, *_segment(file), SEGMENT_CHILDREN)):
        clusters += element.id == CLUSTER
        if element.id in BLANKED:
            _blank(file.data, element)
        elif element.id == INFO:
            _blank_others(file, element, KEPT_IN_INFO)
        elif element.id == TRACKS:
            size = size or _video_size(file, element)
    if size is None or not clusters:
        raise VideoUnreadable
    return size


def _segment(file: File) -> tuple[int, int]:
    """Start and end of the content of the segment: the file must have a header, one segment and nothing else."""
    top = list(_elements(file, 0, len(file.data)))
    if top[0].id != HEADER:
        raise VideoUnreadable
    if _values(file, top[0], DOC_TYPE)[0].rstrip(b"\0") != b"webm":
        raise NotAKindWeTake
    if [each.id for each in top[1:]] != [SEGMENT]:
        raise VideoUnreadable
    return top[1].body, top[1].end


def _blank_others(file: File, parent: Element, kept: set[int]) -> None:
    for element in list(_elements(file, parent.body, parent.end)):
        if element.id not in kept:
            _blank(file.data, element)


def _video_size(file: File, tracks: Element) -> tuple[int, int] | None:
    for track in _elements(file, tracks.body, tracks.end):
        if track.id != TRACK:
            continue
        found = _children(file, track)
        kind, video = found.get(TRACK_TYPE), found.get(VIDEO)
        if kind and video and _number(file.data[kind.body : kind.end]) == 1:
            width, height = _values(file, video, WIDTH, HEIGHT)
            return _number(width), _number(height)
    return None


def _values(file: File, parent: Element, *ids: int) -> list[bytes]:
    """The content of these children, empty for a missing one."""
    found = _children(file, parent)
    return [bytes(file.data[found[each].body : found[each].end]) if each in found else b"" for each in ids]


def _children(file: File, parent: Element) -> dict[int, Element]:
    """The children by id, of several with the same id the first; those after MAX_CHILDREN are not parsed."""
    first = list(islice(_elements(file, parent.body, parent.end), MAX_CHILDREN))
    return {each.id: each for each in reversed(first)}


def _number(value: bytes | bytearray) -> int:
    return int.from_bytes(value[:8], "big")


def _elements(file: File, start: int, end: int, siblings: set[int] | None = None) -> Iterator[Element]:
    """The elements between two positions. A cluster of a live recording has no length: it ends at the next sibling."""
    while start < end:
        element = file.element(start, end)
        if siblings is not None and element.id not in siblings:
            raise VideoUnreadable
        if element.open_ended and element.id == CLUSTER:
            element = element._replace(end=_end_of_cluster(file, element, end))
        elif element.open_ended and element.id != SEGMENT:
            raise VideoUnreadable
        yield element
        start = element.end


def _end_of_cluster(file: File, cluster: Element, end: int) -> int:
    position = cluster.body
    while position < end:
        element = file.element(position, end)
        if element.id in SEGMENT_CHILDREN - {VOID, CRC}:
            return position
        if element.open_ended:
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
