"""What text search compares: the words of a text, and the terms of what somebody types. Knows nothing of databases.

Chinese, Japanese and Korean have no blanks between words: two neighbouring characters are a word each time. Words of
other scripts are found by their beginning: every beginning of two letters or more is stored. Upper and lower case,
full-width and half-width forms are the same; punctuation separates.
"""

import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

MAX_TERM_LENGTH = 12
"""Letters of a word that count; longer words are the same when these are."""

# Han, kana, bopomofo and Hangul; pictures are written without blanks, too.
_CLOSE = (
    "\u2600-\u27bf\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3100-\u318f\u31a0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U0001f000-\U0003ffff"
)
_RUN = re.compile(rf"([{_CLOSE}]+)|[^\W_{_CLOSE}]+")


class Terms(NamedTuple):
    """What must all be there: `words` as they are stored, and `characters` that stand anywhere in a run of such."""

    words: tuple[str, ...]
    characters: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.words or self.characters)


def terms_of(typed: str) -> Terms:
    """What somebody looks for; empty where there is neither letter nor digit nor picture in it."""
    words: dict[str, None] = {}
    characters: dict[str, None] = {}
    for found in _RUN.finditer(_plain(typed)):
        run = found[0]
        if not found[1]:
            words[run[:MAX_TERM_LENGTH]] = None
        elif len(run) == 1:
            characters[run] = None
        else:
            words.update((pair, None) for pair in map("".join, pairwise(run)))
    return Terms(tuple(words), tuple(characters))


def fits(terms: Terms, text: str) -> bool:
    """Whether all terms are in a text, by the same rules as in the database."""
    words = words_in(text)
    return words.issuperset(terms.words) and all(any(word[0] == char for word in words) for char in terms.characters)


def words_beginning_with(character: str) -> tuple[str, str]:
    """The stored words of a single character: from the first of these, up to and without the second."""
    return character, chr(ord(character) + 1)


def words_in(text: str) -> set[str]:
    """The words under which a text is stored. Words of title and description together are those of a need."""
    words: set[str] = set()
    for found in _RUN.finditer(_plain(text)):
        run = found[0]
        if found[1]:
            words.update(map("".join, pairwise(run)))
            words.add(run[-1])  # the others begin a pair
        elif len(run) == 1:
            words.add(run)
        else:
            words.update(run[:length] for length in range(2, min(len(run), MAX_TERM_LENGTH) + 1))
    return words


def _plain(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text.casefold()).casefold()
