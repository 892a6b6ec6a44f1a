"""Table rows as lines of text, in the format of LOAD DATA, and their conversion for other bulk inserts.

Values are separated by tabs. NULL is \\N, and quotation marks are escaped by a backslash, so that a quoted line is also
valid SQL. Values contain no backslashes, tabs and line breaks.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Self

NULL = "\\N"


@dataclass(frozen=True)
class Rows:
    """Lines for these columns of a table, as one string, which is fast to send between processes."""

    table: str
    columns: tuple[str, ...]
    text: str
    count: int

    @classmethod
    def of(cls, table: str, columns: tuple[str, ...], lines: Sequence[str]) -> Self:
        return cls(table, columns, "\n".join(lines), len(lines))

    def values(self) -> list[tuple[str | None, ...]]:
        """The rows as parameters. The database converts strings to numbers where the column has that type."""
        return [
            tuple(None if value == NULL else value.replace("\\'", "'") for value in text.split("\t"))
            for text in self._lines()
        ]

    def sql(self, rows_per_statement: int) -> Iterator[str]:
        """The rows as SQL for an INSERT, to be appended to VALUES."""
        lines = self._lines()
        for start in range(0, len(lines), rows_per_statement):
            quoted = "'),('".join(lines[start : start + rows_per_statement]).replace("\t", "','")
            yield f"('{quoted}')".replace(f"'{NULL}'", "NULL")

    def _lines(self) -> list[str]:
        return self.text.split("\n") if self.count else []


def line(*values: str | int) -> str:
    """One row. Texts must have been escaped by `safe`."""
    return "\t".join(map(str, values))


def safe(text: str) -> str:
    """Escape a text for a line. Raises `ValueError` for backslashes, tabs and line breaks."""
    if any(character in text for character in "\\\t\n\r\0"):
        raise ValueError(f"not for a line: {text!r}")
    return text.replace("'", "\\'")
