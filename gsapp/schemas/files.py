"""Photos and videos: file names, media types, and lists of attachments (names separated by commas)."""

import re
from collections.abc import Iterable
from typing import Literal

from gsapp.schemas.read_models import ReadModel

MAX_ATTACHMENTS = 5
"""Files per need or offer."""
MAX_MEGABYTES = 10
MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
IMAGES = {"jpg": "image/jpeg", "png": "image/png", "webp": "image/webp", "gif": "image/gif"}
VIDEOS = {"mp4": "video/mp4", "webm": "video/webm", "mov": "video/quicktime"}
MEDIA_TYPES = IMAGES | VIDEOS
ACCEPTED = ".jpg,.jpeg,.png,.webp,.gif,.mp4,.webm,.mov"
"""Suffixes for the file chooser of browsers; uploads are accepted or rejected by content."""

NAME = re.compile(rf"[0-9a-f]{{32}}\.(?:{'|'.join(MEDIA_TYPES)})")
PICTURE = re.compile(rf"[0-9a-f]{{32}}\.(?:{'|'.join(IMAGES)})")


class Attachment(ReadModel):
    """A photo or video of a need or an offer. Width and height in pixels, if known."""

    name: str
    width: int | None
    height: int | None

    @property
    def kind(self) -> Literal["image", "video"]:
        return "image" if PICTURE.fullmatch(self.name) else "video"

    @property
    def media_type(self) -> str:
        return media_type(self.name)

    @property
    def url(self) -> str:
        return f"/files/{self.name}"

    @property
    def small(self) -> str | None:
        """The address of its thumbnail; `None` for a video."""
        return f"{self.url}/small" if self.kind == "image" else None


def media_type(name: str) -> str:
    """The media type of a stored file, by its suffix."""
    return MEDIA_TYPES[name.rpartition(".")[2]]


def names_in(attachments: str) -> tuple[str, ...]:
    """The names of a comma-separated list, in order, without duplicates."""
    return tuple(dict.fromkeys(filter(None, (name.strip() for name in attachments.split(",")))))


def own_names(attachments: str) -> tuple[str, ...]:
    """The names that may be files of this site. Others belong to a former server: stored, but never shown or served."""
    return tuple(name for name in names_in(attachments) if NAME.fullmatch(name))


def foreign_names(attachments: str) -> str:
    """The list without the files of this site."""
    return ",".join(name for name in names_in(attachments) if not NAME.fullmatch(name))


def first_picture(attachments: str) -> str | None:
    """The address of the thumbnail of the first photo, for lists."""
    return next((f"/files/{name}/small" for name in own_names(attachments) if PICTURE.fullmatch(name)), None)


def in_order(attachments: str, found: Iterable[Attachment]) -> tuple[Attachment, ...]:
    """The files of `found` that a list names, in the order of the list."""
    known = {file.name: file for file in found}
    return tuple(known[name] for name in own_names(attachments) if name in known)
