"""Re-encode photos, so that only the pixels of an upload are kept, and create thumbnails.

That removes the location, the serial number of the camera, comments, colour profiles and any other data in or after the
picture. Of an animation only the first frame is kept: a photo of a need needs no motion, endless frames are a denial of
service, and motion distracts readers.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

from PIL import Image

from gsapp.media.prepared import PictureTooLarge, PictureUnreadable, Prepared
from gsapp.media.strip_metadata import strip_metadata

MAX_STORED_SIDE = 2048
THUMBNAIL = 480
# Memory of decoding, known from the header: 4 bytes per pixel, 16 for WebP, less for JPEG, scaled while decoding.
MAX_PIXELS = {"JPEG": 50_000_000, "WEBP": 16_000_000}
MAX_PIXELS_OTHERWISE = 24_000_000
MAX_SENT_SIDE = 65_535  # each row has a cost, even a short one; only PNG allows more
ENDINGS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "GIF": "gif"}
ENCODER_OPTIONS: dict[str, dict[str, object]] = {
    "jpg": {"format": "JPEG", "quality": 85, "progressive": True, "optimize": True},
    "png": {"format": "PNG", "compress_level": 6},
    "webp": {"format": "WEBP", "quality": 85},
    "gif": {"format": "GIF"},
}
THUMBNAIL_OPTIONS: dict[str, object] = {"format": "WEBP", "quality": 75}
ROTATIONS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


class Decoded(NamedTuple):
    """The pixels of a picture, scaled and upright, and the file name extension of its format."""

    pixels: Image.Image
    ending: str


def prepare(part: Path, *, before_decoding: Callable[[int], object] = bool) -> Prepared:
    """Replace the uploaded picture in `part` by a re-encoded one, and write a thumbnail to `<part>.small`.

    `before_decoding` is called with the number of pixels. Raises `PictureTooLarge`, `PictureUnreadable`.
    """
    small = thumbnail_of(part)
    try:
        picture = _decoded(part, before_decoding)
        thumbnail = picture.pixels.copy()
        thumbnail.thumbnail((THUMBNAIL, THUMBNAIL))
    except PictureTooLarge:
        raise
    except Exception as error:  # decoders raise many kinds of exception
        raise PictureUnreadable from error
    # After decoding, an exception is an internal error, such as a disk failure, and is not attributed to the picture.
    _write(picture.pixels, part, ENCODER_OPTIONS[picture.ending])
    _write(thumbnail, small, THUMBNAIL_OPTIONS)
    return Prepared(picture.ending, *picture.pixels.size, small)


def thumbnail_of(part: Path) -> Path:
    """The file of the thumbnail of an upload."""
    return part.with_name(f"{part.name}.small")


def _decoded(part: Path, before_decoding: Callable[[int], object]) -> Decoded:
    data = part.read_bytes()
    if data.startswith(b"RIFF"):
        size = _webp_size(data)  # Pillow allocates the whole picture before it reports the size
        _check(size, "WEBP")
        before_decoding(size[0] * size[1])
    stripped, orientation = strip_metadata(data)
    try:
        opened = Image.open(BytesIO(stripped), formats=("JPEG", "PNG", "WEBP", "GIF"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureTooLarge from error
    with opened as picture:
        kind = picture.format or ""
        _check(picture.size, kind)
        turn = ROTATIONS.get(orientation)
        before_decoding(picture.size[0] * picture.size[1])
        picture.draft(None, (MAX_STORED_SIDE, MAX_STORED_SIDE))
        picture.load()
        _check(picture.size, kind)
        plain = _plain(picture)
        plain.thumbnail((MAX_STORED_SIDE, MAX_STORED_SIDE), Image.Resampling.LANCZOS, reducing_gap=2.0)
    if turn is not None:
        plain = plain.transpose(turn)
    # A new image: Pillow attaches metadata of the file to an image, and some encoders write it again.
    fresh = Image.new(plain.mode, plain.size)
    fresh.paste(plain)
    ending = ENDINGS[kind]
    return Decoded(fresh.convert("RGB") if ending == "jpg" else fresh, ending)


def _check(size: tuple[int, int], kind: str) -> None:
    if size[0] * size[1] > MAX_PIXELS.get(kind, MAX_PIXELS_OTHERWISE) or max(size) > MAX_SENT_SIDE:
        raise PictureTooLarge


def _plain(picture: Image.Image) -> Image.Image:
    """The picture as RGB, or as RGBA if it has transparency."""
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


def _write(picture: Image.Image, path: Path, options: dict[str, object]) -> None:
    with path.open("wb") as file:
        picture.save(file, **options)  # type: ignore[arg-type]
