"""What comes out of a picture is what people saw in it, upright and no larger than screens."""

import errno
import struct
import tracemalloc
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from gsapp.media import images
from gsapp.media.images import (
    MAX_PIXELS,
    MAX_PIXELS_OTHERWISE,
    MAX_STORED_SIDE,
    THUMBNAIL,
)
from gsapp.media.kinds import prepare
from gsapp.media.prepared import PictureTooLarge, PictureUnreadable, Prepared
from gsapp.media.strip_metadata import strip_metadata
from tests.support.samples import GPS, picture, with_exif

SMALL_GIF = b"GIF89a\x01\0\x01\0\0\0\0\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0;"


def about_itself() -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = GPS.decode()
    return exif


def prepared(tmp_path: Path, content: bytes) -> tuple[Prepared, Image.Image]:
    part = tmp_path / "part"
    part.write_bytes(content)
    found = prepare(part)
    with Image.open(part) as drawn:
        drawn.load()
        assert drawn.size == (found.width, found.height)
        return found, drawn.convert("RGBA")


def near(seen: Any, wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) <= 12 for one, other in zip(seen, wanted, strict=False))


def corner(orientation: int = 1, kind: str = "JPEG") -> bytes:
    """White, but red in the upper left corner, as its file lies."""
    sheet = Image.new("RGB", (80, 40), "white")
    ImageDraw.Draw(sheet).rectangle((0, 0, 19, 19), fill="red")
    exif = Image.Exif()
    exif[0x0112] = orientation
    file = BytesIO()
    sheet.save(file, kind, exif=exif, quality=95)
    return file.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize(
    ("orientation", "red"),
    list(enumerate([(9, 9), (70, 9), (70, 30), (9, 30), (9, 9), (30, 9), (30, 70), (9, 70)], 1)),
)
def test_a_picture_is_turned_upright(tmp_path: Path, kind: str, orientation: int, red: tuple[int, int]) -> None:
    _, drawn = prepared(tmp_path, corner(orientation, kind))
    assert drawn.size == ((80, 40) if orientation < 5 else (40, 80))
    assert near(drawn.getpixel(red), (255, 0, 0))


def test_nonsense_where_the_camera_says_how_it_was_held_does_not_matter(tmp_path: Path) -> None:
    whole = corner()
    for exif in (b"Exif\0\0" + b"\xff" * 20, b"Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x02\0\0\0\x01zzzz"):
        segment = b"\xff\xe1" + (len(exif) + 2).to_bytes(2, "big") + exif
        _, drawn = prepared(tmp_path, whole[:2] + segment + whole[2:])
        assert drawn.size == (80, 40)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_no_side_is_longer_than_screens_need(tmp_path: Path, kind: str) -> None:
    found, drawn = prepared(tmp_path, picture(kind, size=(3000, 1500), mode="P" if kind == "GIF" else "RGB"))
    assert drawn.size == (MAX_STORED_SIDE, MAX_STORED_SIDE // 2)
    assert found.small is not None
    with Image.open(found.small) as small:
        assert (small.format, small.size) == ("WEBP", (THUMBNAIL, THUMBNAIL // 2))


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (60_000, 1)])
def test_odd_shapes_are_taken(tmp_path: Path, size: tuple[int, int]) -> None:
    _, drawn = prepared(tmp_path, picture(size=size))
    assert min(drawn.size) == 1
    assert max(drawn.size) <= MAX_STORED_SIDE


@pytest.mark.parametrize(
    ("content", "colour"),
    [
        (picture(), (200, 80, 40, 255)),
        (picture("PNG"), (200, 80, 40, 255)),
        (picture("PNG", mode="RGBA"), (200, 80, 40, 120)),
        (picture("WEBP", mode="RGBA", lossless=True), (200, 80, 40, 120)),
        (picture("GIF", mode="RGB"), (200, 80, 40, 255)),
        (picture("PNG", mode="L"), (5, 5, 5, 255)),
        (picture(mode="L"), (5, 5, 5, 255)),
    ],
)
def test_colours_stay(tmp_path: Path, content: bytes, colour: tuple[int, ...]) -> None:
    _, drawn = prepared(tmp_path, content)
    seen = drawn.getpixel((5, 5))
    assert near(seen, colour)


def test_a_clear_colour_of_a_palette_stays_clear(tmp_path: Path) -> None:
    sheet = Image.new("RGBA", (8, 8))
    sheet.paste((255, 0, 0, 255), (0, 0, 4, 8))
    for kind, kept in (("PNG", sheet.quantize(4)), ("GIF", sheet)):
        file = BytesIO()
        kept.save(file, kind)
        _, drawn = prepared(tmp_path, file.getvalue())
        assert near(drawn.getpixel((1, 1)), (255, 0, 0, 255))
        assert drawn.getpixel((6, 6))[3] == 0  # type: ignore[index]


def test_sixteen_bits_are_brought_down_to_eight(tmp_path: Path) -> None:
    file = BytesIO()
    Image.new("I;16", (8, 8), 128 * 256).save(file, "PNG")
    _, drawn = prepared(tmp_path, file.getvalue())
    assert near(drawn.getpixel((0, 0)), (128, 128, 128, 255))


def test_a_picture_for_printing_keeps_its_colours(tmp_path: Path) -> None:
    file = BytesIO()
    Image.new("CMYK", (8, 8), (0, 255, 255, 0)).save(file, "JPEG", quality=95)
    _, drawn = prepared(tmp_path, file.getvalue())
    assert near(drawn.getpixel((0, 0)), (255, 0, 0))


def test_of_an_animation_the_first_frame_remains(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green", "blue")]
    for kind in ("GIF", "WEBP", "PNG", "MPO"):
        file = BytesIO()
        frames[0].save(file, kind, save_all=True, append_images=frames[1:])
        _, drawn = prepared(tmp_path, file.getvalue())
        assert near(drawn.getpixel((0, 0)), (255, 0, 0))
        with Image.open(tmp_path / "part") as stored:
            assert getattr(stored, "n_frames", 1) == 1


def test_the_limit_of_pixels_holds_for_each_kind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_PIXELS["JPEG"] >= 48_000_000, "what phones of today take"
    monkeypatch.setitem(MAX_PIXELS, "JPEG", 100)
    monkeypatch.setitem(MAX_PIXELS, "WEBP", 100)
    monkeypatch.setattr(images, "MAX_PIXELS_OTHERWISE", 100)
    assert MAX_PIXELS_OTHERWISE > 100
    for kind in ("JPEG", "PNG", "WEBP", "GIF"):
        mode = "P" if kind == "GIF" else "RGB"
        prepared(tmp_path, picture(kind, size=(10, 10), mode=mode))
        for how in ({}, {"lossless": True}) if kind == "WEBP" else ({},):
            with pytest.raises(PictureTooLarge):
                prepared(tmp_path, picture(kind, size=(11, 10), mode=mode, **how))


def test_the_size_of_a_webp_is_known_before_it_is_opened() -> None:
    for how in ({}, {"lossless": True}, {"exif": b"Exif\0\0x"}):
        assert images._webp_size(picture("WEBP", size=(321, 123), **how)) == (321, 123)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_table_of_which_each_row_claims_all_the_rest_asks_for_no_memory(tmp_path: Path, kind: str) -> None:
    size = 60_000
    rows = b"".join(struct.pack(">HHII", tag, 7, size, 8) for tag in range(1, 2001))
    bomb = with_exif(kind, (b"MM\0*\0\0\0\x08" + struct.pack(">H", 2000) + rows).ljust(size + 8, b"\0"))
    tracemalloc.start()
    try:
        prepared(tmp_path, bomb)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000, "2,000 times 60,000 are 120 MB"
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "MPO"])
def test_only_what_draws_reaches_the_decoder(kind: str) -> None:
    """Decoders join comments and places again and again: 10 MB of them took more than ten minutes."""
    for whole in (picture(kind, exif=about_itself()), picture(kind, comment=GPS), picture(kind, icc_profile=GPS)):
        drawn = strip_metadata(whole + GPS).data
        assert len(drawn) <= len(whole) + len(GPS) * (kind == "GIF")
        assert GPS not in drawn.removesuffix(GPS if kind == "GIF" else b"")
    words = b"\x21\xfe" + b"\x01a" * 1000 + b"\0"
    assert strip_metadata(SMALL_GIF[:13] + words * 9 + SMALL_GIF[13:]).data == SMALL_GIF


def test_a_decoder_that_breaks_in_whatever_way_says_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for error in (MemoryError, SyntaxError, ZeroDivisionError, OSError):

        def broken(*_: object, error: type[Exception] = error, **__: object) -> None:
            raise error

        monkeypatch.setattr(Image, "open", broken)
        (tmp_path / "part").write_bytes(picture())
        with pytest.raises(PictureUnreadable):
            prepare(tmp_path / "part")


def test_a_disk_that_fails_is_not_called_a_broken_picture(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "part").write_bytes(picture())

    def fails(*_: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(images, "_write", fails)
    with pytest.raises(OSError, match="Input/output error"):
        prepare(tmp_path / "part")


def many_scans(size: tuple[int, int], scans: int) -> bytes:
    whole = picture(size=size, mode="L", progressive=True)
    last = whole.rindex(b"\xff\xda")
    return whole[:-2] + whole[last:-2] * (scans - whole.count(b"\xff\xda")) + b"\xff\xd9"


def test_a_large_picture_may_have_fewer_scans(tmp_path: Path) -> None:
    prepared(tmp_path, many_scans((64, 64), 100))
    prepared(tmp_path, many_scans((3000, 2000), 20))
    for size, scans in (((64, 64), 101), ((3000, 2000), 40), ((7000, 7000), 21)):
        with pytest.raises(PictureUnreadable):
            prepared(tmp_path, many_scans(size, scans))
