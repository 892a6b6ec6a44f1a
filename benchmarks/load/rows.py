"""Table rows as lines of text: the format of LOAD DATA, converted for the other bulk inserts.

Values stand between tabs. NULL is \\N, and a quotation mark has a backslash before it, so that a line between quotation
marks is SQL, too. Backslashes, tabs and line ends do not occur.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

NULL = "\\N"


@dataclass(frozen=True)
class Rows:
    """Lines for these columns of a table, in one text, so that they travel quickly between processes."""

    table: str
    columns: tuple[str, ...]
    text: str
    count: int

    @classmethod
    def of(cls, table: str, columns: tuple[str, ...], lines: Sequence[str]) -> Self:
        return cls(table, columns, "\n".join(lines), len(lines))

    def values(self) -> list[tuple[str | None, ...]]:
        """The rows as values to bind. A database turns the text of a number into one where its column wants that."""
        return [
            tuple(None if value == NULL else value.replace("\\'", "'") for value in text.split("\t"))
            for text in self._lines()
        ]

    def sql(self, at_once: int) -> Iterator[str]:
        """The rows as they stand behind VALUES, so many at a time."""
        lines = self._lines()
        for start in range(0, len(lines), at_once):
            quoted = "'),('".join(lines[start : start + at_once]).replace("\t", "','")
            yield f"('{quoted}')".replace(f"'{NULL}'", "NULL")

    def _lines(self) -> list[str]:
        return self.text.split("\n") if self.count else []


def line(*values: str | int) -> str:
    """One row. Text from people has been through `safe`."""
    return "\t".join(map(str, values))


def safe(text: str) -> str:
    """Text that may stand in a line. Raises `ValueError` for what cannot."""
    if any(character in text for character in "\\\t\n\r\0"):
        raise ValueError(f"not for a line: {text!r}")
    return text.replace("'", "\\'")
