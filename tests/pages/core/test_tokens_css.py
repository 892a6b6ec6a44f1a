"""The colours of `tokens.css`: contrast by WCAG, distance for colour blindness by Machado (2009)."""

import math
import re
from collections.abc import Mapping, Sequence
from itertools import combinations, pairwise
from pathlib import Path

import pytest

STYLES = Path(__file__).parents[3] / "pages" / "assets" / "css"
THEMES = ("light", "dark")
TEXT, SHAPE, LARGE = 4.5, 3.0, 7.0  # WCAG 1.4.3, 1.4.11, and 1.4.6 for what most is read in

# What stands on what. One token may stand on several.
READ_ON = {
    "ink": ("page", "surface", "sunken", "ask-soft", "help-soft", "ok-soft", "warn-soft", "bad-soft", "h0", "h1", "h2"),
    "ink-2": ("page", "surface", "sunken"),
    "ask": ("page", "surface", "sunken", "ask-soft"),
    "ask-ink": ("ask", "ask-hover"),
    "help": ("page", "surface", "sunken", "help-soft"),
    "help-ink": ("help", "help-hover"),
    "plate-ink": ("plate",),
    "plate-ink-2": ("plate",),
    "ok": ("surface", "sunken", "ok-soft"),
    "warn": ("surface", "sunken", "warn-soft"),
    "bad": ("page", "surface", "sunken", "bad-soft"),
    "mute": ("surface", "sunken", "mute-soft"),
    "surface": ("ink",),  # a filter that is on
    "h-ink": ("h0", "h1", "h2"),
    "h-ink-hi": ("h3", "h4"),
    "s1": ("surface",),
    "s2": ("surface",),
}
# Edges, rings, lines and glyphs, which need no letters to be understood.
SEEN_ON = {
    "line-strong": ("page", "surface", "sunken"),
    "focus": ("page", "surface", "sunken", "ask-soft", "help-soft", "ok-soft", "warn-soft", "bad-soft"),
    "ask": ("page", "surface"),
    "bad": ("page", "surface"),
    "plate-rim": ("plate",),
}
KINDS = ("plumbing", "care", "cleaning", "doctor", "meals", "transport")

# Machado, Oliveira, Fernandes (2009), severity 1.0, on linear RGB.
EYES = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216), (-0.003882, -0.048116, 1.051998)),
    "no green": ((0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413), (-0.011820, 0.042940, 0.968881)),
    "no blue": ((1.255528, -0.076749, -0.178779), (-0.078411, 0.930809, 0.147602), (0.004733, 0.691367, 0.303900)),
}
LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929),
    (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)
LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468),
    (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)
# Just told apart is about 2; these are the least of what the palette had when it was chosen, in OKLab times 100.
KINDS_APART, SERIES_APART = 12.5, 22.5

Triple = tuple[float, float, float]


def tokens(theme: str) -> dict[str, str]:
    """The colours of a theme; what dark does not change is as in light."""
    light, dark = (STYLES / "tokens.css").read_text(encoding="utf-8").split(".body--dark {")
    found = re.findall(r"--gs-([\w-]+): (#[0-9A-Fa-f]{6})\b", light + (dark if theme == "dark" else ""))
    return dict(found)


def linear(colour: str) -> Triple:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _bent(red), _bent(green), _bent(blue)


def contrast(one: str, other: str) -> float:
    bright, dim = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dim + 0.05)


def apart(one: str, other: str, eye: str) -> float:
    """How far two colours lie from each other for these eyes."""
    first, second = (_lab(_seen(linear(colour), EYES[eye])) for colour in (one, other))
    return 100 * math.dist(first, second)


def test_the_measures_are_right() -> None:
    assert contrast("#FFFFFF", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.478, abs=0.001)
    assert apart("#FFFFFF", "#000000", "all colours") == pytest.approx(100, abs=0.01)
    # A red and a green of equal lightness: far from each other, but hardly for those who lack one of them.
    red, green = "#D13A30", "#67801A"
    assert apart(red, green, "no green") < 0.5 * apart(red, green, "all colours")


@pytest.mark.parametrize("theme", THEMES)
def test_what_is_read_has_the_contrast_of_text(theme: str) -> None:
    assert _faint(theme, READ_ON, TEXT) == []
    assert _faint(theme, {"ink": ("page", "surface"), "ink-2": ("page", "surface")}, LARGE) == []


@pytest.mark.parametrize("theme", THEMES)
def test_edges_and_rings_stand_out_from_what_is_around_them(theme: str) -> None:
    assert _faint(theme, SEEN_ON, SHAPE) == []
    kinds = {f"t-{kind}": ("surface", "t-glyph") for kind in KINDS}
    assert _faint(theme, kinds, SHAPE) == []


@pytest.mark.parametrize("eye", EYES)
@pytest.mark.parametrize("theme", THEMES)
def test_kinds_of_help_and_the_two_lines_are_told_apart_by_all_eyes(theme: str, eye: str) -> None:
    colours = tokens(theme)
    pairs = combinations([colours[f"t-{kind}"] for kind in KINDS], 2)
    assert min(apart(one, other, eye) for one, other in pairs) >= KINDS_APART
    assert apart(colours["s1"], colours["s2"], eye) >= SERIES_APART


@pytest.mark.parametrize("theme", THEMES)
def test_states_are_told_apart_by_lightness_too_where_numbers_are_shaded(theme: str) -> None:
    """The steps of the matrix go one way, so that more is more for everybody."""
    lightness = [_lab(linear(tokens(theme)[f"h{step}"]))[0] for step in range(5)]
    assert lightness == sorted(lightness, reverse=theme == "light")
    assert min(abs(a - b) for a, b in pairwise(lightness)) > 0.03


def _faint(theme: str, pairs: Mapping[str, Sequence[str]], enough: float) -> list[str]:
    colours = tokens(theme)
    return [
        f"{ink} {colours[ink]} on {ground} {colours[ground]}: {contrast(colours[ink], colours[ground]):.2f}"
        for ink, grounds in pairs.items()
        for ground in grounds
        if contrast(colours[ink], colours[ground]) < enough
    ]


def _bent(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def _luminance(colour: str) -> float:
    red, green, blue = linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _times(matrix: tuple[Triple, Triple, Triple], vector: Triple) -> Triple:
    one, two, three = (sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix)
    return one, two, three


def _seen(colour: Triple, eye: tuple[Triple, Triple, Triple]) -> Triple:
    red, green, blue = (min(1.0, max(0.0, part)) for part in _times(eye, colour))
    return red, green, blue


def _lab(colour: Triple) -> Triple:
    long, medium, short = (part ** (1 / 3) for part in _times(LMS, colour))
    return _times(LAB, (long, medium, short))
