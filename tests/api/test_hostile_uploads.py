"""Malicious uploads: each is rejected with a message or cleaned, and leaves nothing on the disk.

Every file here is told by what it does, not by its name; all are sent under a name that promises something else.
"""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import httpx
import pytest
from PIL import Image, PngImagePlugin

from gsapp.schemas.files import MAX_BYTES
from tests.support.samples import GPS, box, element, full, mp4, on, picture, png_chunk, track, webm

NOT_A_KIND = "Only photos (JPG, PNG, WebP, GIF) and videos (MP4, WebM, MOV) can be added."
HEIC = "We cannot open this kind of photo (HEIC). Take a screenshot of it and add that, or set the camera to JPG."
NO_PICTURE = "This picture cannot be read; it may be damaged. Please try another one."
TOO_LARGE = "This picture has too many pixels. Please make it smaller and try again."
NO_VIDEO = "This video cannot be read; it may be damaged or of a kind that browsers do not play."
TOO_BIG = "This file is too big: at most 10 MB each."
EMPTY = "This file is empty."
SCRIPT = b"<script>alert(document.cookie)</script>"

pytestmark = [pytest.mark.usefixtures("anna"), pytest.mark.slow]


def png(width: int, height: int, *more: bytes, pixels: bytes = b"\0" * 100) -> bytes:
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(pixels))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(more) + body + png_chunk(b"IEND", b"")


def jpeg_of_many_scans() -> bytes:
    whole = picture(size=(256, 256), progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * 200 + b"\xff\xd9"


def gif_of(frames: int) -> bytes:
    one = b"\x21\xf9\x04\x00\x0a\x00\x00\x00\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0"
    return b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff" + one * frames + b";"


def zipped(content: bytes) -> bytes:
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", content)
    return file.getvalue()


def webp_of(width: int, height: int) -> bytes:
    """A header that promises a canvas, and nothing behind it."""
    canvas = b"\x02\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    chunks = b"VP8X" + struct.pack("<I", len(canvas)) + canvas
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WEBP" + chunks


def with_text(**texts: str) -> bytes:
    info = PngImagePlugin.PngInfo()
    for name, text in texts.items():
        info.add_text(name, text)
    return picture("PNG", pnginfo=info)


def located() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = GPS.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 14.0, 1.0), 3: "E", 4: (121.0, 28.0, 2.0)})
    return exif


REFUSED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "nothing at all": ("photo.jpg", lambda: b"", EMPTY),
    "a drawing with script, called a photo": ("photo.jpg", lambda: b"<svg xmlns='x' onload='alert(1)'/>", NOT_A_KIND),
    "a drawing with script, called by its name": ("logo.svg", lambda: b"<?xml version='1.0'?><svg/>", NOT_A_KIND),
    "a page, called a photo": ("photo.jpg", lambda: b"<!doctype html>" + SCRIPT, NOT_A_KIND),
    "a program, called a photo": ("photo.png", lambda: b"MZ\x90\0" + bytes(200), NOT_A_KIND),
    "a script of a shell, called a film": ("film.mp4", lambda: b"#!/bin/sh\nrm -rf /\n", NOT_A_KIND),
    "php behind the first letters of a gif": ("a.gif", lambda: b"GIF89a<?php system($_GET[0]); ?>", NO_PICTURE),
    "script behind the first letters of a gif": ("a.gif", lambda: b"GIF89a/*" + SCRIPT + b"*/=1;", NO_PICTURE),
    "an archive that unpacks to 100 MB": ("photo.jpg", lambda: zipped(bytes(100_000_000)), NOT_A_KIND),
    "a picture for icons": ("photo.png", lambda: picture("ICO", mode="RGBA"), NOT_A_KIND),
    "a tiff": ("photo.jpg", lambda: picture("TIFF"), NOT_A_KIND),
    "a drawing for printers": ("photo.jpg", lambda: picture("EPS"), NOT_A_KIND),
    "a layered picture": ("photo.png", lambda: b"8BPS\0\x01" + bytes(100), NOT_A_KIND),
    "a bitmap": ("photo.png", lambda: picture("BMP"), NOT_A_KIND),
    "a document": ("photo.jpg", lambda: b"%PDF-1.7\n" + SCRIPT, NOT_A_KIND),
    "a page before a photo": ("photo.jpg", lambda: SCRIPT + picture(), NOT_A_KIND),
    "half of a jpg": ("photo.jpg", lambda: picture(size=(600, 600))[:1500], NO_PICTURE),
    "half of a png": ("photo.png", lambda: picture("PNG", size=(600, 600))[:200], NO_PICTURE),
    "the first bytes of a webp": ("photo.webp", lambda: picture("WEBP")[:40], NO_PICTURE),
    "a png of 20,000 x 20,000 pixels": ("photo.png", lambda: png(20_000, 20_000), TOO_LARGE),
    "a png of 2,000,000,000 x 1 pixels": ("photo.png", lambda: png(2_000_000_000, 1), TOO_LARGE),
    "a webp of 16,000 x 16,000 pixels": ("photo.webp", lambda: webp_of(16_000, 16_000), TOO_LARGE),
    "a gif of 65,535 x 65,535 pixels": (
        "a.gif",
        lambda: gif_of(1).replace(b"a\x01\0\x01\0", b"a" + b"\xff" * 4),
        TOO_LARGE,
    ),
    "a jpg that is drawn 200 times": ("photo.jpg", jpeg_of_many_scans, NO_PICTURE),
    "a png of 1 x 24,000,000 pixels": ("photo.png", lambda: png(1, 24_000_000), TOO_LARGE),
    "a jpg that tells about itself 100,000 times": (
        "photo.jpg",
        lambda: b"\xff\xd8" + b"\xff\xe1\0\x09Exif\0\0x" * 100_000 + picture()[2:],
        NO_PICTURE,
    ),
    "half of a film": ("film.mp4", lambda: mp4()[:-100], NO_VIDEO),
    "a film with an archive behind it": ("film.mp4", lambda: mp4() + zipped(b"x"), NO_VIDEO),
    "a film with a page behind it": ("film.mp4", lambda: mp4() + SCRIPT, NO_VIDEO),
    "a film with a box of its own": ("film.mp4", lambda: mp4() + box(b"evil", SCRIPT), NO_VIDEO),
    "a film whose box is larger than the film": ("film.mp4", lambda: mp4() + b"\xff\xff\xff\xff" + b"free", NO_VIDEO),
    "a film whose box has no length": ("film.mp4", lambda: mp4() + struct.pack(">I4s", 4, b"free") * 9, NO_VIDEO),
    "a film of 100,000 boxes": ("film.mp4", lambda: mp4() + box(b"free") * 100_000, NO_VIDEO),
    "a film without a picture": ("film.mp4", lambda: mp4(tracks=(track(b"soun"),)), NO_VIDEO),
    "a photo in boxes": ("photo.jpg", lambda: mp4(b"heic"), HEIC),
    "sound in boxes": ("film.mp4", lambda: mp4(b"M4A "), NOT_A_KIND),
    "a webm of another kind": ("film.webm", lambda: webm(b"matroska"), NOT_A_KIND),
    "half of a webm": ("film.webm", lambda: webm()[:-100], NO_VIDEO),
    "a webm with a page behind it": ("film.webm", lambda: webm() + SCRIPT, NO_VIDEO),
    "a webm with free room behind it": ("film.webm", lambda: webm() + element(0xEC, SCRIPT), NO_VIDEO),
    "two webms in one": ("film.webm", lambda: webm() + webm(), NO_VIDEO),
    "a webm with a program attached": ("film.webm", lambda: webm(b"webm", element(0x1941A469, b"MZ")), NO_VIDEO),
    "a webm without a picture": ("film.webm", lambda: webm(track_type=2), NO_VIDEO),
    "one byte more than 10 MB": ("photo.jpg", lambda: picture().ljust(MAX_BYTES + 1, b"\0"), TOO_BIG),
}

PLACE = box(b"udta", box(b"\xa9xyz", b"\0\x12\x15\xc7+31.2304+121.4737/" + GPS), full(b"loci", GPS))
APPLE = box(b"meta", full(b"hdlr", bytes(4), b"mdta", bytes(12)), box(b"ilst", GPS))
CLEANED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "a png, called a jpg": ("photo.jpg", lambda: picture("PNG"), "image/png"),
    "a jpg with the place in its exif": ("photo.jpg", lambda: picture(exif=located()), "image/jpeg"),
    "a png with the place in its exif": ("photo.png", lambda: picture("PNG", exif=located()), "image/png"),
    "a webp with the place in its exif": ("photo.webp", lambda: picture("WEBP", exif=located()), "image/webp"),
    "a jpg with a comment": ("photo.jpg", lambda: picture(comment=GPS), "image/jpeg"),
    "a gif with a comment": ("a.gif", lambda: picture("GIF", mode="P", comment=GPS), "image/gif"),
    "a png with words": ("photo.png", lambda: with_text(Comment=GPS.decode(), Author="anna"), "image/png"),
    "a jpg with xmp": ("photo.jpg", lambda: picture(xmp=b"<x:xmpmeta>" + GPS + b"</x:xmpmeta>"), "image/jpeg"),
    "a webp with xmp": ("photo.webp", lambda: picture("WEBP", xmp=GPS), "image/webp"),
    "a jpg with a colour profile": ("photo.jpg", lambda: picture(icc_profile=GPS), "image/jpeg"),
    "a png whose text unpacks to 100 MB": (
        "photo.png",
        lambda: png(8, 8, png_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(100_000_000))), pixels=bytes(200)),
        "image/png",
    ),
    "a jpg with an archive behind it": ("photo.jpg", lambda: picture() + zipped(b"x") + GPS, "image/jpeg"),
    "a jpg with a page behind it": ("photo.html", lambda: picture() + SCRIPT + GPS, "image/jpeg"),
    "a png with php behind it": ("photo.php", lambda: picture("PNG") + b"<?php x ?>" + GPS, "image/png"),
    "a jpg with a film behind it": ("photo.jpg", lambda: picture() + b"\xff\xda" * 200 + GPS, "image/jpeg"),
    "a gif that is a script as well": ("a.gif", lambda: gif_of(1) + b"*/=1;alert(1)//" + GPS, "image/gif"),
    "a gif of 10,000 frames": ("a.gif", lambda: gif_of(10_000), "image/gif"),
    "a film that tells the place": ("film.mp4", lambda: mp4(b"isom", PLACE), "video/mp4"),
    "a film whose track tells the place": ("film.mp4", lambda: mp4(tracks=(track(b"vide", PLACE),)), "video/mp4"),
    "a film of a phone that tells the place": ("film.mov", lambda: mp4(b"qt  ", APPLE, PLACE), "video/quicktime"),
    "a film with xmp": ("film.mp4", lambda: mp4() + box(b"uuid", bytes(16), GPS), "video/mp4"),
    "a film with words in free room": ("film.mp4", lambda: mp4() + box(b"free", GPS), "video/mp4"),
    "a webm with tags": ("film.webm", lambda: webm(b"webm", element(0x1254C367, GPS)), "video/webm"),
    "a webm with a title": (
        "film.webm",
        lambda: webm(b"webm", element(0x1549A966, element(0x7BA9, GPS), element(0x4461, GPS))),
        "video/webm",
    ),
    "a webm with words in free room": ("film.webm", lambda: webm(b"webm", element(0xEC, GPS)), "video/webm"),
    "a jpg for printing": ("photo.jpg", lambda: picture(mode="CMYK"), "image/jpeg"),
    "a png of 16 bits": ("photo.png", lambda: picture("PNG", mode="I;16"), "image/png"),
    "a png of few colours, one of them clear": (
        "photo.png",
        lambda: picture("PNG", mode="P", transparency=5),
        "image/png",
    ),
}


@pytest.mark.parametrize("sent", REFUSED.values(), ids=REFUSED)
async def test_is_refused_with_a_sentence(
    reader: httpx.AsyncClient, disk: Path, sent: tuple[str, Callable[[], bytes], str]
) -> None:
    name, make, sentence = sent
    answer = await reader.post("/files", files={"file": (name, make(), "image/jpeg")})
    assert (answer.status_code, answer.text) == (400, sentence)
    assert on(disk) == []


@pytest.mark.parametrize("sent", CLEANED.values(), ids=CLEANED)
async def test_is_cleaned(reader: httpx.AsyncClient, disk: Path, sent: tuple[str, Callable[[], bytes], str]) -> None:
    name, make, kind = sent
    content = make()
    answer = await reader.post("/files", files={"file": (name, content, "text/html")})
    assert answer.status_code == 200, answer.text
    shown = await reader.get(answer.json()["url"])
    assert shown.headers["content-type"] == kind == answer.json()["type"]
    for secret in (GPS, GPS[::-1], SCRIPT, b"<?php", b"+31.2304", b"Exif", b"PK\x05\x06"):
        assert secret not in shown.content
    if kind.startswith("image/"):
        with Image.open(BytesIO(shown.content)) as drawn:
            assert not drawn.getexif()
            assert getattr(drawn, "n_frames", 1) == 1
            assert not {"exif", "xmp", "icc_profile", "comment", "Comment"} & drawn.info.keys()
    else:
        assert len(shown.content) == len(content), "no box has moved"
    assert (await reader.delete(answer.json()["url"])).status_code == 204
    assert on(disk) == []


NAMES = {
    "the way up": "../../../etc/cron.d/x.jpg",
    "an absolute path": "/etc/passwd",
    "a path of another system": "C:\\Windows\\system32\\x.jpg",
    "an end before the end": "x.php\0.jpg",
    "300 letters": "x" * 300 + ".jpg",
    "letters from right to left": "photo\u202egpj.exe",
    "line breaks": "x\r\nSet-Cookie: a=b.jpg",
    "markup": "<img src=x onerror=alert(1)>.jpg",
    "quotation marks": 'x"; filename="y.html',
    "Chinese": "水管.jpg",
    "nothing": "",
}


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
async def test_of_the_name_that_is_sent_nothing_is_kept(reader: httpx.AsyncClient, disk: Path, name: str) -> None:
    before = on(disk.parent)
    answer = await reader.post("/files", files={"file": (name, picture(), "image/jpeg")})
    assert answer.status_code == 200, answer.text
    stored = answer.json()["filename"]
    new = set(on(disk.parent)) - set(before)
    assert new == {disk / "files" / stored[:2] / stored, disk / "files" / stored[:2] / f"{stored}.small"}
    assert {path.stat().st_mode & 0o777 for path in new} == {0o600}
    assert {path.stat().st_mode & 0o777 for path in (disk / "files", disk / "files" / stored[:2])} == {0o700}
    shown = await reader.get(answer.json()["url"])
    assert shown.headers["content-disposition"] == f'inline; filename="goodservices-{stored[:8]}.jpg"'
    assert "set-cookie" not in shown.headers
