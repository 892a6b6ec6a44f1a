"""Detect the kind of an upload by its content (magic bytes); its name and its declared type are ignored."""

from pathlib import Path

from gsapp.media import images, mp4, webm
from gsapp.media.prepared import EmptyFile, NotAKindWeTake, Prepared


def prepare(part: Path) -> Prepared:
    """Check an upload and replace it in place by the version to store. Takes up to some seconds.

    Raises one of the errors of `gsapp.media.prepared`.
    """
    with part.open("rb") as file:
        start = file.read(16)
    if not start:
        raise EmptyFile
    if start.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")) or (
        start.startswith(b"RIFF") and start[8:12] == b"WEBP"
    ):
        return images.prepare(part)
    if start[4:8] == b"ftyp":
        return mp4.prepare(part)
    if start.startswith(b"\x1a\x45\xdf\xa3"):
        return webm.prepare(part)
    raise NotAKindWeTake
