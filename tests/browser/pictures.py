"""Files as people choose them on their devices, made on the spot."""

from functools import cache
from io import BytesIO

from PIL import Image
from playwright.sync_api import FilePayload


@cache
def photo(name: str, colour: str = "teal", *, size: tuple[int, int] = (800, 600), noisy: bool = False) -> FilePayload:
    """A JPEG of one colour; `noisy` makes it weigh as much as a real one of this size."""
    picture = Image.effect_noise(size, 90).convert("RGB") if noisy else Image.new("RGB", size, colour)
    file = BytesIO()
    picture.save(file, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def chosen(name: str, kind: str, content: bytes) -> FilePayload:
    """A file of this name that the browser takes for this type, whatever is in it."""
    return {"name": name, "mimeType": kind, "buffer": content}
