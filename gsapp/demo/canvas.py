"""Draws the photos of the sample town: flat shapes in the colours of `pages/assets/css/tokens.css`."""

from collections.abc import Sequence
from io import BytesIO

from PIL import Image, ImageDraw, ImageOps

PAPER, WALL, WELL, INK, SHADE = "#FFFFFF", "#ECEDE7", "#F5F5F1", "#151C2E", "#D0D2CA"
COBALT, SKY, PERSIMMON, PEACH = "#1B3C8F", "#E3E9F7", "#F2712B", "#FCE7DA"
PLUM, TEAL, BRICK, OCHRE, VIOLET = "#750549", "#279EA2", "#A43B3C", "#AC8A17", "#7C5DDB"
GREEN, MINT, CREAM, GREY, WATER = "#17633F", "#DDEFE4", "#FBEDC8", "#747B89", "#5674BE"

WIDTH, HEIGHT = 100, 75  # units of a scene, `SCALE` pixels each
SCALE = 12
SMOOTHER = 2  # antialiasing: drawn twice as large, then reduced
QUALITY = 85


class Canvas:
    """An image of 100 x 75 units, origin at the upper left. Shapes are given by their corners or their centre."""

    def __init__(self, ground: str, floor: str | None = None, *, floor_at: float = 56) -> None:
        self._image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), ground)
        self._draw = ImageDraw.Draw(self._image)
        if floor:
            self.box(0, floor_at, WIDTH, HEIGHT, floor)

    def box(self, left: float, top: float, right: float, bottom: float, fill: str, *, round_: float = 0) -> None:
        corners = (left * SCALE, top * SCALE, right * SCALE, bottom * SCALE)
        self._draw.rounded_rectangle(corners, radius=round_ * SCALE, fill=fill)

    def disc(self, x: float, y: float, wide: float, fill: str, *, high: float | None = None) -> None:
        """An ellipse around a centre with the radii `wide` and `high`; a circle without `high`."""
        tall = wide if high is None else high
        corners = ((x - wide) * SCALE, (y - tall) * SCALE, (x + wide) * SCALE, (y + tall) * SCALE)
        self._draw.ellipse(corners, fill=fill)

    def ring(self, x: float, y: float, wide: float, colour: str, thick: float) -> None:
        corners = ((x - wide) * SCALE, (y - wide) * SCALE, (x + wide) * SCALE, (y + wide) * SCALE)
        self._draw.ellipse(corners, outline=colour, width=round(thick * SCALE))

    def shape(self, points: Sequence[tuple[float, float]], fill: str) -> None:
        self._draw.polygon([(x * SCALE, y * SCALE) for x, y in points], fill=fill)

    def pen(self, points: Sequence[tuple[float, float]], colour: str, thick: float) -> None:
        """A line with round ends and joints."""
        self._draw.line([(x * SCALE, y * SCALE) for x, y in points], colour, round(thick * SCALE), joint="curve")
        for x, y in points:
            self.disc(x, y, thick / 2, colour)

    def drop(self, x: float, y: float, size: float) -> None:
        self.shape([(x, y - 1.7 * size), (x - size * 0.9, y), (x + size * 0.9, y)], WATER)
        self.disc(x, y + size * 0.1, size, WATER)

    def jpeg(self, *, from_the_other_side: bool = False, closer: bool = False) -> bytes:
        """The image as JPEG: mirrored if `from_the_other_side`, cropped to its centre if `closer`."""
        picture = ImageOps.mirror(self._image) if from_the_other_side else self._image
        if closer:
            wide, high = picture.size
            middle = (wide // 5, high // 5, wide * 4 // 5, high * 4 // 5)
            picture = picture.resize((wide // SMOOTHER, high // SMOOTHER), box=middle)
        else:
            picture = picture.reduce(SMOOTHER)
        file = BytesIO()
        picture.save(file, "JPEG", quality=QUALITY)
        return file.getvalue()
