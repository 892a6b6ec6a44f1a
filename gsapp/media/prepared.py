"""The result of checking an upload (`Prepared`), and the errors by which a photo or video is refused."""

from pathlib import Path
from typing import NamedTuple

from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.schemas.files import MAX_MEGABYTES


class NotAKindWeTake(RuleBroken):
    sentence = N_("Only photos (JPG, PNG, WebP, GIF) and videos (MP4, WebM, MOV) can be added.")


class PhotoIsHeic(RuleBroken):
    """HEIC is the default format of iPhones; few browsers display it."""

    sentence = N_(
        "We cannot open this kind of photo (HEIC). Take a screenshot of it and add that, or set the camera to JPG."
    )


class FileTooBig(RuleBroken):
    sentence = N_("This file is too big: at most {megabytes} MB each.")

    def __init__(self) -> None:
        super().__init__(megabytes=MAX_MEGABYTES)


class EmptyFile(RuleBroken):
    sentence = N_("This file is empty.")


class PictureUnreadable(RuleBroken):
    sentence = N_("This picture cannot be read; it may be damaged. Please try another one.")


class PictureTooLarge(RuleBroken):
    sentence = N_("This picture has too many pixels. Please make it smaller and try again.")


class VideoUnreadable(RuleBroken):
    sentence = N_("This video cannot be read; it may be damaged or of a kind that browsers do not play.")


REFUSALS = {
    refusal.__name__: refusal
    for refusal in (NotAKindWeTake, PhotoIsHeic, EmptyFile, PictureUnreadable, PictureTooLarge, VideoUnreadable)
}
"""The errors of parsers by name: a decoder process sends the name."""


class Prepared(NamedTuple):
    """A checked file, ready to be stored; `width` and `height` in pixels, None if unknown."""

    ending: str
    width: int | None
    height: int | None
    small: Path | None
    """The file of its thumbnail."""
