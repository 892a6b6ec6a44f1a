"""Detect the kind of an upload by its content (magic bytes); its name and its declared type are ignored."""

from collections.abc import Callable
from pathlib import Path

from gsapp.errors import RuleBroken
from gsapp.media import images, mp4, webm
from gsapp.media.images import thumbnail_of
from gsapp.media.prepared import EmptyFile, NotAKindWeTake, PictureUnreadable, Prepared, VideoUnreadable

__all__ = ["kind_of", "prepare", "thumbnail_of"]


def prepare(part: Path, *, before_decoding: Callable[[int], object] = bool) -> Prepared:
    """Check an upload and replace it in place by the version to store. Takes up to some seconds.

    `before_decoding` is called with the number of pixels of a picture. Raises one of the errors of
    `gsapp.media.prepared`.
    """
    start = _start(part)
    if _is_picture(start):
        return images.prepare(part, before_decoding=before_decoding)
    if _is_mp4(start):
        return mp4.prepare(part)
    if _is_webm(start):
        return webm.prepare(part)
    raise NotAKindWeTake if start else EmptyFile


def kind_of(part: Path) -> type[RuleBroken]:
    """The refusal of a file of this kind that cannot be read; `EmptyFile` or `NotAKindWeTake` is final."""
    start = _start(part)
    if _is_picture(start):
        return PictureUnreadable
    if _is_mp4(start) or _is_webm(start):
        return VideoUnreadable
    return NotAKindWeTake if start else EmptyFile


def _start(part: Path) -> bytes:
    with part.open("rb") as file:
        return file.read(16)


def _is_picture(start: bytes) -> bool:
    return start.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")) or (
        start.startswith(b"RIFF") and start[8:12] == b"WEBP"
    )


def _is_mp4(start: bytes) -> bool:
    return start[4:8] == b"ftyp"


def _is_webm(start: bytes) -> bool:
    return start.startswith(b"\x1a\x45\xdf\xa3")
