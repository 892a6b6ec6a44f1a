"""Write CSV and XLSX files, row by row into a temporary file, in bounded memory.

A file is finished before its first byte is sent: a failure halfway is an error then, never a short list.
"""

import csv
import io
import re
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any, NamedTuple

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from gsapp import clock

Cell = str | int | float | date | datetime | None
"""An aware instant is written as wall-clock time of TIME_ZONE."""

SMALL = 1024 * 1024  # bytes; a larger file goes to the disk
MAX_SHEET_ROWS = 1_048_576  # of one sheet, by its format
# What XML cannot hold: one of these in one cell, and no program opens the file.
NOT_FOR_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# A spreadsheet takes a cell that begins so for a formula, and would run what somebody typed as their need.
FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


class Table(NamedTuple):
    """The content of a file: its name without date and ending, the header in the reader's language, the rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def csv_file(table: Table) -> IO[bytes]:
    """UTF-8 with a byte order mark, without which Excel takes Chinese for something else."""
    file = _temporary()
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(map(_harmless, table.header))
    for row in table.rows:
        writer.writerow([_plain(value) for value in row])
    text.detach()  # flushes, and leaves the file open
    return _rewound(file)


def xlsx_file(table: Table, most_rows: int = MAX_SHEET_ROWS) -> IO[bytes]:
    """One sheet; where the rows are more than one may have, further ones under the same header."""
    book = Workbook(write_only=True)
    try:
        sheet, used = _sheet(book, table.header), 1
        for row in table.rows:
            if used == most_rows:
                sheet, used = _sheet(book, table.header), 1
            sheet.append([_typed(value) for value in row])
            used += 1
    except BaseException:
        for begun in book.worksheets:
            begun.close()
        raise
    file = _temporary()
    book.save(file)
    return _rewound(file)


class Kind(NamedTuple):
    """A kind of file."""

    media_type: str
    write: Callable[[Table], IO[bytes]]


KINDS = {
    "csv": Kind("text/csv; charset=utf-8", csv_file),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file),
}


def _sheet(book: Workbook, header: Sequence[str]) -> Any:
    sheet: Any = book.create_sheet()
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, _harmless(words)) for words in header]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    return sheet


def _plain(value: Cell) -> Cell:
    value = _local(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return _harmless(value) if isinstance(value, str) else value


def _typed(value: Cell) -> Cell:
    value = _local(value)
    return _harmless(value) if isinstance(value, str) else value


def _local(value: Cell) -> Cell:
    return clock.to_local(value) if isinstance(value, datetime) and value.tzinfo else value


def _harmless(text: str) -> str:
    text = NOT_FOR_XML.sub("", text)  # first, or a formula would hide behind one of them
    return f"'{text}" if text.startswith(FORMULAS) else text


def _temporary() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=SMALL)


def _rewound(file: IO[bytes]) -> IO[bytes]:
    file.seek(0)
    return file
