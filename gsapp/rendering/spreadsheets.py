"""Writes CSV and XLSX files row by row into a temporary file, with bounded memory.

A file is complete before its first byte is sent, so that a failure is an error response, never a truncated file.
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
"""A time-zone-aware datetime is written as local time of TIME_ZONE."""

SMALL = 1024 * 1024  # bytes; larger files are written to disk
MAX_SHEET_ROWS = 1_048_576  # limit of the XLSX format
# Characters that XML does not allow: with one of them no program opens the file.
NOT_FOR_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Prefixes of formulas: a spreadsheet would execute a cell that begins with one (CSV injection).
SIGNS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
FORMULAS = (*SIGNS, "\t", "\r", "\n")


# Where the semicolon separates, quotes in the middle of a line have no meaning: a semicolon or a line break within a
# cell begins another one.
BEGINS_A_CELL = re.compile(rf"([;\t\r\n]\s*)(?=[{re.escape(''.join(SIGNS))}])")


class Table(NamedTuple):
    """The content of a file: its name without date and suffix, the header in the reader's language, the rows."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def csv_file(table: Table) -> IO[bytes]:
    """The table as CSV in UTF-8 with a byte order mark, without which Excel misreads Chinese."""
    file = _temporary()
    text = io.TextIOWrapper(file, encoding="utf-8-sig", newline="")
    writer = csv.writer(text)
    writer.writerow(map(_plain, table.header))
    for row in table.rows:
        writer.writerow([_plain(value) for value in row])
    text.detach()  # flushes, and leaves the file open
    return _rewound(file)


def xlsx_file(table: Table, most_rows: int = MAX_SHEET_ROWS) -> IO[bytes]:
    """The table as XLSX; after `most_rows` rows it continues on a further sheet with the same header."""
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
    """A file format: its media type, and the function that writes it."""

    media_type: str
    write: Callable[[Table], IO[bytes]]


KINDS = {
    "csv": Kind("text/csv; charset=utf-8", csv_file),
    "xlsx": Kind("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", xlsx_file),
}


def _sheet(book: Workbook, header: Sequence[str]) -> Any:
    sheet: Any = book.create_sheet()
    sheet.freeze_panes = "A2"
    cells = [WriteOnlyCell(sheet, _escaped(words)) for words in header]
    for cell in cells:
        cell.font = Font(bold=True)
    sheet.append(cells)
    return sheet


def _plain(value: Cell) -> Cell:
    value = _local(value)
    if isinstance(value, datetime):
        return value.isoformat(" ", "minutes")
    return BEGINS_A_CELL.sub(r"\1'", _escaped(value)) if isinstance(value, str) else value


def _typed(value: Cell) -> Cell:
    value = _local(value)
    return _escaped(value) if isinstance(value, str) else value


def _local(value: Cell) -> Cell:
    return clock.to_local(value) if isinstance(value, datetime) and value.tzinfo else value


def _escaped(text: str) -> str:
    text = NOT_FOR_XML.sub("", text)  # first, because a formula could follow one of them
    return f"'{text}" if text.startswith(FORMULAS) else text


def _temporary() -> IO[bytes]:
    return tempfile.SpooledTemporaryFile(max_size=SMALL)


def _rewound(file: IO[bytes]) -> IO[bytes]:
    file.seek(0)
    return file
