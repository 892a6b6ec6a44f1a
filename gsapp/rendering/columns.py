"""Columns of an exported table: a header and the function that makes a cell from a read model."""

from collections.abc import Callable, Iterable
from typing import Generic, NamedTuple, TypeVar

from gsapp.i18n import Translate
from gsapp.rendering.spreadsheets import Cell, Table

R = TypeVar("R")


class Column(NamedTuple, Generic[R]):
    """`header` is a message of the catalogue; `cell` takes the read model and the translator of the reader."""

    header: str
    cell: Callable[[R, Translate], Cell]


class Layout(NamedTuple, Generic[R]):
    """The columns of one export, and the name of its file without date and suffix."""

    name: str
    columns: tuple[Column[R], ...]

    def table(self, rows: Iterable[R], t: Translate) -> Table:
        """The table of these rows, which are read lazily while the file is written."""
        cells = ([column.cell(row, t) for column in self.columns] for row in rows)
        return Table(self.name, [t(column.header) for column in self.columns], cells)
