"""Plain technical English: docstrings, comments and documents hardly use words that technical prose avoids."""

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted(path for folder in ("gsapp", "pages") for path in (ROOT / folder).rglob("*.py"))
LAST_OLD_DECISION = 18  # the records up to this one keep the words in which they were written
MAX_IN_CODE = 2.0  # odd words per 1,000 words
MAX_IN_DOCUMENTS = 1.0
ODD = re.compile(
    r"\b(hears?|heard|told|tells?|telling|whoever|whatever|whom|somebody|nobody|everybody|anew|meanwhile|afterwards|"
    r"stands?|lies|by itself|of its own|beforehand|hereby|thereby|lest|nor|aside|at once|is there|goes on|went on|"
    r"leads to)\b",
    re.IGNORECASE,
)
WORD = re.compile(r"[A-Za-z']+")
SAMPLE = '''"""Answers.

Whoever asks is told
at once."""

ASKED = "nobody"  # by whom


def ask() -> None:
    """Ask anew."""
'''


class Passage(NamedTuple):
    """A docstring, a comment or a document, and where it begins."""

    file: str
    line: int
    text: str


def passages_of_code(path: Path) -> Iterator[Passage]:
    """Docstrings and comments of a module."""
    source = path.read_text()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            match node.body[:1]:
                case [ast.Expr(value=ast.Constant(value=str(text), lineno=line))]:
                    yield Passage(_name(path), line, text)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield Passage(_name(path), token.start[0], token.string)


def passages_of_documents() -> Iterator[Passage]:
    """The Markdown files."""
    for path in (*ROOT.glob("*.md"), *sorted(ROOT.glob("docs/**/*.md"))):
        number = re.match(r"\d{4}", path.name)
        if number is None or int(number[0]) > LAST_OLD_DECISION:
            yield Passage(_name(path), 1, path.read_text())


def too_odd(passages: Iterable[Passage], limit: float) -> str:
    """The figure and each find as file:line, if there are more odd words than `limit` per 1,000; else an empty text."""
    finds, words = [], 0
    for file, line, text in passages:
        words += len(WORD.findall(text))
        finds += [f"{file}:{line + text.count(chr(10), 0, odd.start())}: {odd[0]}" for odd in ODD.finditer(text)]
    rate = 1000 * len(finds) / max(words, 1)
    return "\n".join([f"{rate:.1f} odd words per 1,000, at most {limit}:", *finds]) if rate > limit else ""


def _name(path: Path) -> str:
    return str(path.relative_to(ROOT)) if path.is_relative_to(ROOT) else path.name


def test_docstrings_and_comments_are_plain_english() -> None:
    modules = [path for path in SOURCES if "migrations" not in path.parts]
    problem = too_odd((passage for path in modules for passage in passages_of_code(path)), MAX_IN_CODE)
    assert not problem, problem


def test_documents_are_plain_english() -> None:
    problem = too_odd(passages_of_documents(), MAX_IN_DOCUMENTS)
    assert not problem, problem


def test_odd_words_are_found_where_they_are(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text(SAMPLE)
    assert too_odd(passages_of_code(sample), MAX_IN_CODE).splitlines() == [
        "454.5 odd words per 1,000, at most 2.0:",
        "sample.py:3: Whoever",
        "sample.py:3: told",
        "sample.py:4: at once",
        "sample.py:10: anew",
        "sample.py:6: whom",
    ]


@pytest.mark.parametrize(
    "text", ["Returns cached rows; invalidated by events.", "understands, outstanding, relies, normal"]
)
def test_plain_words_are_not_found(text: str) -> None:
    assert too_odd([Passage("plain.md", 1, text)], 0.0) == ""


def test_a_few_odd_words_are_allowed() -> None:
    assert too_odd([Passage("long.md", 1, "plain " * 499 + "told")], MAX_IN_CODE) == ""
    assert too_odd([Passage("long.md", 1, "plain " * 498 + "told")], MAX_IN_CODE) != ""
