"""Tokenizer of the full-text search: the index words of a text, and the terms of a search. Independent of databases.

Chinese, Japanese and Korean have no blanks between words: each two adjacent characters are a word (bigrams). Other
scripts are searched by prefix: every prefix of two letters or more is indexed. Case and full-width or half-width forms
are normalized; punctuation separates words.
"""

import re
import unicodedata
from itertools import pairwise
from typing import NamedTuple

MAX_TERM_LENGTH = 12
"""Longer words are truncated to this number of letters."""

# Han, kana, bopomofo, Hangul, and pictographs such as emoji: scripts without blanks.
_CLOSE = (
    "\u2600-\u27bf\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u3100-\u318f\u31a0-\u31ff\u3400-\u4dbf"
    "\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U0001f000-\U0003ffff"
)
_RUN = re.compile(rf"([{_CLOSE}]+)|[^\W_{_CLOSE}]+")


class Terms(NamedTuple):
    """The terms of a search, of which all must match: index `words`, and single CJK `characters`."""

    words: tuple[str, ...]
    characters: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.words or self.characters)


def terms_of(typed: str) -> Terms:
    """The terms of a search text; empty if it has no letter, digit or pictograph."""
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
    """Whether a text contains all terms, by the same rules as the index in the database."""
    words = words_in(text)
    return words.issuperset(terms.words) and all(any(word[0] == char for word in words) for char in terms.characters)


def words_beginning_with(character: str) -> tuple[str, str]:
    """The half-open range of index words that begin with a character."""
    return character, chr(ord(character) + 1)


def words_in(text: str) -> set[str]:
    """The index words of a text. A need is indexed by the words of its title and its description."""
    words: set[str] = set()
    for found in _RUN.finditer(_plain(text)):
        run = found[0]
        if found[1]:
            words.update(map("".join, pairwise(run)))
            words.add(run[-1])  # the other characters begin a bigram
        elif len(run) == 1:
            words.add(run)
        else:
            words.update(run[:length] for length in range(2, min(len(run), MAX_TERM_LENGTH) + 1))
    return words


def _plain(text: str) -> str:
    return text.lower() if text.isascii() else unicodedata.normalize("NFKC", text.casefold()).casefold()
