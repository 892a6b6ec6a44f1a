"""Many pictures on one: a sheet for each screen with all its looks, a sheet for each look with all screens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup, escape
from PIL import Image, ImageDraw, ImageFont

if TYPE_CHECKING:
    from tests.support.browser.screens import Shot

GAP = 16
LABEL = 24
GROUND = "#8a8f98"
SMALL = {360: 240, 768: 400, 1440: 720, 1920: 1440}  # how wide each width is shown on the sheet of a screen
TALLEST = 1500  # what is longer is cut off there: the whole is in the picture itself
THUMB = 300  # how wide everything is on the sheet of a look
THUMB_TALLEST = 620
COLUMNS = 6

PAGE = Markup(
    '<!doctype html><html lang="en"><meta charset="utf-8"><title>GoodServices: every page in every look</title>'
    "<style>body{{font:17px/1.5 system-ui;margin:2rem;background:#ECEDE7}}img{{display:block;max-width:100%}}"
    "h2{{margin-top:3rem}}a{{margin-right:1rem}}</style>"
    "<h1>Every page in every look</h1><p>What is this page for? What do I do next?</p><p>{looks}</p>{screens}</html>"
)
SCREEN = Markup('<h2 id="{name}">{name}</h2><p>{links}</p><a href="{sheet}"><img loading="lazy" src="{sheet}"></a>')
LINK = Markup('<a href="{to}">{words}</a>')


def make(folder: Path, shots: Sequence[Shot]) -> None:
    """Write the sheets and `index.html` beside the pictures."""
    by_screen: dict[str, list[Shot]] = defaultdict(list)
    by_look: dict[str, list[Shot]] = defaultdict(list)
    for shot in shots:
        by_screen[shot.screen].append(shot)
        by_look[f"{shot.language[:2]}-{shot.theme}-{shot.width}"].append(shot)
    for name, members in by_screen.items():
        _sheet_of_screen(members, folder / f"sheet-{name}.jpg")
    for look, members in by_look.items():
        _sheet_of_look(members, folder / f"all-{look}.jpg")
    (folder / "index.html").write_text(_index(by_screen, sorted(by_look)), encoding="utf-8")


def _index(by_screen: dict[str, list[Shot]], by_look: Sequence[str]) -> str:
    looks = Markup().join(LINK.format(to=f"all-{look}.jpg", words=look) for look in by_look)
    screens = Markup().join(
        SCREEN.format(
            name=name,
            sheet=f"sheet-{name}.jpg",
            links=Markup().join(
                LINK.format(to=shot.file.name, words=f"{shot.language[:2]} {shot.theme} {shot.width}")
                for shot in members
            ),
        )
        for name, members in by_screen.items()
    )
    return str(escape(PAGE.format(looks=looks, screens=screens)))


def _sheet_of_screen(shots: Sequence[Shot], target: Path) -> None:
    """A row for each language, the narrow ones first, light beside dark."""
    rows = []
    for language in sorted({shot.language for shot in shots}, reverse=True):
        members = sorted(
            (shot for shot in shots if shot.language == language), key=lambda shot: (shot.width, shot.theme == "dark")
        )
        rows.append([_framed(shot, SMALL[shot.width], TALLEST, _look(shot)) for shot in members])
    _paste(rows, target)


def _sheet_of_look(shots: Sequence[Shot], target: Path) -> None:
    tiles = [_framed(shot, THUMB, THUMB_TALLEST, shot.screen) for shot in shots]
    _paste([tiles[at : at + COLUMNS] for at in range(0, len(tiles), COLUMNS)], target)


def _framed(shot: Shot, width: int, tallest: int, words: str) -> Image.Image:
    """The picture made small, with words above it."""
    with Image.open(shot.file) as picture:
        rgb = picture.convert("RGB")
        rgb = rgb.crop((0, 0, rgb.width, min(rgb.height, tallest * rgb.width // width)))
        small = rgb.resize((width, max(1, rgb.height * width // rgb.width)), Image.Resampling.BOX)
    tile = Image.new("RGB", (width, small.height + LABEL), GROUND)
    tile.paste(small, (0, LABEL))
    ImageDraw.Draw(tile).text((2, 2), words, fill="#000000", font=ImageFont.load_default(16))
    return tile


def _look(shot: Shot) -> str:
    return f"{shot.language[:2]} {shot.theme} {shot.width}"


def _paste(rows: Sequence[Sequence[Image.Image]], target: Path) -> None:
    width = max(sum(tile.width + GAP for tile in row) for row in rows) + GAP
    height = sum(max(tile.height for tile in row) + GAP for row in rows) + GAP
    sheet = Image.new("RGB", (width, height), GROUND)
    top = GAP
    for row in rows:
        left = GAP
        for tile in row:
            sheet.paste(tile, (left, top))
            left += tile.width + GAP
        top += max(tile.height for tile in row) + GAP
    sheet.save(target, quality=82)
