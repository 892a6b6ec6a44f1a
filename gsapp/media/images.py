"""Photos: decoded and drawn anew, so that nothing remains of the sender's bytes but what can be seen.

That drops the place where it was taken, the camera's number, comments, colour profiles and whatever else was hidden in
or after the picture. Of an animation the first frame remains: a need is told by a still, frames without end are a way
to keep a machine busy, and what moves by itself distracts those who read.
"""

import threading
from contextlib import nullcontext
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from gsapp.media.prepared import PictureTooLarge, PictureUnreadable, Prepared
from gsapp.media.strip_metadata import bare

MAX_STORED_SIDE = 2048
THUMBNAIL = 480
# What decoding one costs is known from its header: 4 bytes a pixel, for a WebP 16, while a JPEG is shrunk on its way.
MAX_PIXELS = {"JPEG": 50_000_000, "WEBP": 16_000_000}
MAX_PIXELS_OTHERWISE = 24_000_000
MAX_SENT_SIDE = 65_535  # each row costs as well, however short it is; only a PNG can have more
LARGE = 16_000_000
_one_large_at_a_time = threading.Lock()
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
HOW: dict[str, dict[str, object]] = {
    "jpg": {"format": "JPEG", "quality": 85, "progressive": True, "optimize": True},
    "png": {"format": "PNG", "compress_level": 6},
    "webp": {"format": "WEBP", "quality": 85},
    "gif": {"format": "GIF"},
}
SMALL: dict[str, object] = {"format": "WEBP", "quality": 75}
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Drawn(NamedTuple):
    pixels: Image.Image
    ending: str


def prepare(part: Path) -> Prepared:
    """Draw the picture anew in the place of what was sent, with a thumbnail beside it.

    Raises `PictureTooLarge`, `PictureUnreadable`.
    """
    small = part.with_name(f"{part.name}.small")
    try:
        picture = _drawn(part)
        thumbnail = picture.pixels.copy()
        thumbnail.thumbnail((THUMBNAIL, THUMBNAIL))
    except PictureTooLarge:
        raise
    except Exception as error:  # of whatever kind: decoders break in every way
        raise PictureUnreadable from error
    # Past the decoder, a fault is ours, such as a disk that fails, and is told as one.
    _write(picture.pixels, part, HOW[picture.ending])
    _write(thumbnail, small, SMALL)
    return Prepared(picture.ending, *picture.pixels.size, small)


def _drawn(part: Path) -> Drawn:
    data = part.read_bytes()
    if data.startswith(b"RIFF"):
        _check(_webp_size(data), "WEBP")  # Pillow makes room for all of it before it tells the size
    what_draws, held = bare(data)
    try:
        opened = Image.open(BytesIO(what_draws), formats=("JPEG", "PNG", "WEBP", "GIF"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge from error
    with opened as picture:
        kind = picture.format or ""
        _check(picture.size, kind)
        turn = UPRIGHT.get(held)
        large = picture.size[0] * picture.size[1] > LARGE
        picture.draft(None, (MAX_STORED_SIDE, MAX_STORED_SIDE))
        with _one_large_at_a_time if large else nullcontext():
            picture.load()
            _check(picture.size, kind)
            plain = _plain(picture)
            plain.thumbnail((MAX_STORED_SIDE, MAX_STORED_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if turn is not None:
        plain = plain.transpose(turn)
    # A new sheet: an image drags along what its file said besides the pixels, and some writers write it down again.
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    ending = ENDINGS[kind]
    return Drawn(fresh.convert("RGB") if ending == "jpg" else fresh, ending)


def _check(size: tuple[int, int], kind: str) -> None:
    if size[0] * size[1] > MAX_PIXELS.get(kind, MAX_PIXELS_OTHERWISE) or max(size) > MAX_SENT_SIDE:
        raise PictureTooLarge


def _plain(picture: Image.Image) -> Image.Image:
    """RGB, or RGBA where something shows through."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return picture.convert("I").point(lambda level: level * (1 / 256)).convert("L").convert("RGB")
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    return picture if picture.mode == mode else picture.convert(mode)


def _webp_size(data: bytes) -> tuple[int, int]:
    kind = data[12:16]
    if kind == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF


def _write(picture: Image.Image, place: Path, how: dict[str, object]) -> None:
    with place.open("wb") as file:
        picture.save(file, **how)  # type: ignore[arg-type]
