"""Files as people choose them on their devices, made on the spot."""

from functools import cache
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload

ORIENTATION = 0x0112


@cache
def photo(
    name: str, colour: str = "teal", *, size: tuple[int, int] = (800, 600), noisy: bool = False, turned: bool = False
) -> FilePayload:
    """A JPEG of one colour; `noisy` makes it weigh as much as a real one of this size.

    `turned` says, as cameras do, that it was taken upright and lies on its side.
    """
    picture = Image.effect_noise(size, 90).convert("RGB") if noisy else Image.new("RGB", size, colour)
    file = BytesIO()
    exif = Image.Exif()
    if turned:
        exif[ORIENTATION] = 6
    picture.save(file, "JPEG", quality=90, exif=exif)
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def chosen(name: str, kind: str, content: bytes) -> FilePayload:
    """A file of this name that the browser takes for this type, whatever is in it."""
    return {"name": name, "mimeType": kind, "buffer": content}
