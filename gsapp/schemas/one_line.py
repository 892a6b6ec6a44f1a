"""Character rules for one line of text that people type: username, name, title, reason.

After PRECIS (RFC 8264): characters are judged by their Unicode category and properties, not by a list of known tricks.
"""

import re
import unicodedata

# Control, surrogate, private use, unassigned, line and paragraph separator.
REFUSED = ("Cc", "Cs", "Co", "Cn", "Zl", "Zp")
# Default_Ignorable_Code_Point (a Unicode property) outside category Cf: letters and marks without ink.
INVISIBLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
# Extended_Pictographic (a Unicode property), with what is reserved for it: emoji that are newer than this Python.
PICTOGRAPHS = re.compile(
    "[0-9#*\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2934-\u2b55\u3030\u303d\u3297\u3299"
    "\U0001f000-\U0001faff\U0001fc00-\U0001fffd]"
)
JOINERS, EMOJI_STYLE, VIRAMA = "\u200c\u200d", "\ufe0f", 9
MAX_MARKS = 4
"""Marks upon one letter: Vietnamese, Thai and pointed Hebrew need up to four; more of them cover the lines around."""


def without_invisible(line: str) -> str:
    """A line without zero-width, bidirectional-control and other characters that have no ink.

    They come along with pasted text, and nobody could find them to remove them. Joiners and emoji styles stay where
    a script or an emoji needs them (RFC 5892, appendix A).
    """
    kept = ""
    for position, letter in enumerate(line):
        if not _is_invisible(letter) or _belongs(letter, kept[-1:], line[position + 1 : position + 2]):
            kept += letter
    return kept


def has_odd_characters(line: str) -> bool:
    """Whether a line has control, private-use or unassigned characters, or more than MAX_MARKS marks on one letter."""
    marks = 0
    for letter in line:
        category = unicodedata.category(letter)
        marks = marks + 1 if category.startswith("M") and letter != EMOJI_STYLE else 0
        if marks > MAX_MARKS or (category in REFUSED and not PICTOGRAPHS.match(letter)):
            return True
    return False


def is_blank(line: str) -> bool:
    """Whether a line has no letter, digit, punctuation or symbol with ink."""
    return not any(
        PICTOGRAPHS.match(letter) or (unicodedata.category(letter)[0] in "LNPS" and not _is_invisible(letter))
        for letter in line
    )


def _is_invisible(letter: str) -> bool:
    return unicodedata.category(letter) == "Cf" or INVISIBLE.match(letter) is not None


def _belongs(letter: str, before: str, after: str) -> bool:
    if not before:
        return False
    if letter == EMOJI_STYLE:
        return PICTOGRAPHS.match(before) is not None
    if letter not in JOINERS:
        return False
    if unicodedata.combining(before) == VIRAMA:
        return True
    of_emoji = before == EMOJI_STYLE or unicodedata.category(before) == "Sk" or PICTOGRAPHS.match(before)
    return letter == JOINERS[1] and bool(of_emoji and after and PICTOGRAPHS.match(after))
