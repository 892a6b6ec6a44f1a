"""Photos and videos, sound and hostile, each made here in a line or two: none comes from anywhere else."""

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from gsapp.access import Actor
from gsapp.flows import uploads
from gsapp.media.storage import storage

GPS = b"http://ns.example/this-is-where-i-live"


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **how: Any) -> bytes:
    colour = {"RGB": (200, 80, 40), "RGBA": (200, 80, 40, 120), "CMYK": (10, 20, 30, 40)}.get(mode, 5)
    file = BytesIO()
    Image.new(mode, size, colour).save(file, kind, **how)
    return file.getvalue()


def png_chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def with_exif(kind: str, tiff: bytes) -> bytes:
    """A picture with these very bytes where the camera tells about itself."""
    if kind == "WEBP":
        return picture(kind, exif=tiff)
    whole = picture(kind)
    if kind == "PNG":
        return whole[:33] + png_chunk(b"eXIf", tiff) + whole[33:]
    return whole[:2] + b"\xff\xe1" + struct.pack(">H", 8 + len(tiff)) + b"Exif\0\0" + tiff + whole[2:]


def box(kind: bytes, *content: bytes) -> bytes:
    inside = b"".join(content)
    return struct.pack(">I4s", 8 + len(inside), kind) + inside


def full(kind: bytes, *content: bytes) -> bytes:
    return box(kind, b"\0\0\0\0", *content)


def track(handler: bytes = b"vide", *more: bytes, width: int = 320, height: int = 240) -> bytes:
    matrix = struct.pack(">9i", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    size = struct.pack(">II", width << 16, height << 16)
    header = full(b"tkhd", b"\x11" * 8, struct.pack(">III", 1, 0, 5), bytes(16), matrix, size)
    media = box(
        b"mdia",
        full(b"mdhd", b"\x11" * 8, struct.pack(">III", 600, 3000, 0)),
        full(b"hdlr", bytes(4), handler, bytes(12), b"\0"),
        box(b"minf", full(b"vmhd", bytes(8))),
    )
    return box(b"trak", header, media, *more)


def mp4(brand: bytes = b"isom", *more: bytes, tracks: tuple[bytes, ...] | None = None) -> bytes:
    """The boxes of a film without its film; `more` goes into moov."""
    movie = full(b"mvhd", b"\x11" * 8, struct.pack(">II", 600, 3000), bytes(80))
    moov = box(b"moov", movie, *(tracks or (track(),)), *more)
    return box(b"ftyp", brand, bytes(4), b"mp41") + moov + box(b"mdat", b"\x55" * 500)


def element(number: int, *content: bytes) -> bytes:
    inside = b"".join(content)
    return number.to_bytes((number.bit_length() + 7) // 8, "big") + (len(inside) | 1 << 56).to_bytes(8, "big") + inside


def webm(doc_type: bytes = b"webm", *more: bytes, track_type: int = 1) -> bytes:
    """The elements of a film without its film; `more` goes into the segment."""
    video = element(0xE0, element(0xB0, b"\x01\x40"), element(0xBA, b"\xf0"))
    tracks = element(0x1654AE6B, element(0xAE, element(0xD7, b"\x01"), element(0x83, bytes([track_type])), video))
    cluster = element(0x1F43B675, element(0xE7, b"\0"), element(0xA3, b"\x81\0\0\x80" + b"\x55" * 300))
    return element(0x1A45DFA3, element(0x4282, doc_type)) + element(0x18538067, tracks, cluster, *more)


def send(sender: Actor, content: bytes | None = None) -> str:
    """Take in a file of this person's as the site does, and return its name."""
    with storage().part() as part:
        part.write_bytes(picture(size=(8, 8)) if content is None else content)
        return uploads.accept_upload(sender, part).name


def on(disk: Path) -> list[Path]:
    """All files that lie there, those on their way and thumbnails included."""
    return sorted(path for path in disk.rglob("*") if path.is_file())
