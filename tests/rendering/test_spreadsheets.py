"""Files to take away: every cell arrives as it was, and none of them runs."""

import csv
import io
import re
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import IO

import pytest
from openpyxl import load_workbook

from gsapp.rendering import spreadsheets
from gsapp.rendering.spreadsheets import Cell, Table, csv_file, xlsx_file

HEADER = ("Number", "What", "When")


def read_csv(file: IO[bytes]) -> list[list[str]]:
    with file:
        return list(csv.reader(io.StringIO(file.read().decode("utf-8-sig"), newline="")))


def read_xlsx(file: IO[bytes]) -> list[list[list[object]]]:
    """Each sheet's rows."""
    with file:
        book = load_workbook(io.BytesIO(file.read()))
    return [[[*row] for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets]


def test_text_numbers_and_times_arrive_as_they_were() -> None:
    noon = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    rows = [
        (1, '水管漏了, "really"\nSecond line', noon),
        (-2, "", date(2026, 11, 1)),
        (0.25, None, datetime(2026, 1, 2, 3, 4)),
    ]
    assert read_csv(csv_file(Table("x", HEADER, rows))) == [
        list(HEADER),
        ["1", '水管漏了, "really"\nSecond line', "2026-11-23 12:00"],
        ["-2", "", "2026-11-01"],
        ["0.25", "", "2026-01-02 03:04"],
    ]
    assert read_xlsx(xlsx_file(Table("x", HEADER, rows))) == [
        [
            list(HEADER),
            [1, '水管漏了, "really"\nSecond line', datetime(2026, 11, 23, 12)],
            [-2, None, datetime(2026, 11, 1)],
            [0.25, None, datetime(2026, 1, 2, 3, 4)],
        ]
    ]


def test_the_head_of_a_sheet_is_told_from_its_rows_and_stays_in_sight() -> None:
    with xlsx_file(Table("x", HEADER, [(1, "a", None)])) as file:
        sheet = load_workbook(io.BytesIO(file.read())).worksheets[0]
    assert (sheet.freeze_panes, sheet["A1"].font.bold, sheet["A2"].font.bold) == ("A2", True, False)


def test_a_csv_says_that_it_is_utf_8() -> None:
    with csv_file(Table("x", HEADER, [])) as file:
        assert file.read() == b"\xef\xbb\xbfNumber,What,When\r\n"


@pytest.mark.parametrize(
    "typed", ['=HYPERLINK("http://evil","x")', "+1+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1+1"]
)
def test_nothing_that_people_typed_is_a_formula(typed: str) -> None:
    table = Table("x", [typed, "b"], [[typed, 5]])
    (head, row), ((xlsx_head, xlsx_row),) = read_csv(csv_file(table)), read_xlsx(xlsx_file(table))
    for cell in (head[0], row[0]):
        assert cell[0] == "'"
        assert cell.replace("'", "") == typed
    for shown in (xlsx_head[0], xlsx_row[0]):
        # A file of XML cannot hold a carriage return of its own.
        assert str(shown).replace("\r\n", "\n") in (f"'{typed}", f"'{typed}".replace("\r", "\n"))
    assert row[1] == "5"


@pytest.mark.parametrize("between", [";", "; ", ";\t", "\n", "\r\n", "\t", ";;"])
@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝"])
def test_nor_where_the_semicolon_separates(between: str, sign: str) -> None:
    """A program that separates by semicolons sees several cells in one, and lines where a quoted cell has them."""
    typed = f"a{between}{sign}1+1;b"
    with csv_file(Table("x", ["n", typed], [[1, typed]])) as file:
        lines = file.read().decode("utf-8-sig").splitlines()
    cells = [cell.strip(' \t"') for line in lines for cell in re.split("[;,\t]", line)]
    assert not [cell for cell in cells if cell.startswith(sign)]
    assert read_xlsx(xlsx_file(Table("x", ["n"], [[typed.replace("\r", "")]])))[0][1] == [typed.replace("\r", "")]


def test_a_spreadsheet_takes_characters_that_it_cannot_hold() -> None:
    typed = "bell\x07, null\x00, no letter\ufffe\uffff"
    assert read_xlsx(xlsx_file(Table("x", ["a\uffff"], [[typed]]))) == [[["a"], ["bell, null, no letter"]]]


def test_no_formula_hides_behind_a_character_that_a_spreadsheet_cannot_hold() -> None:
    table = Table("x", ["a"], [["\x00=1+1"]])
    assert read_xlsx(xlsx_file(table))[0][1] == ["'=1+1"]
    assert read_csv(csv_file(table))[1] == ["'=1+1"]


def test_more_rows_than_a_sheet_takes_go_to_further_sheets() -> None:
    rows = [[number] for number in range(5)]
    assert read_xlsx(xlsx_file(Table("x", ["n"], rows), most_rows=3)) == [
        [["n"], [0], [1]],
        [["n"], [2], [3]],
        [["n"], [4]],
    ]
    assert read_xlsx(xlsx_file(Table("x", ["n"], rows[:2]), most_rows=3)) == [[["n"], [0], [1]]]


@pytest.mark.parametrize("kind", spreadsheets.KINDS)
def test_a_failure_midway_leaves_no_file(kind: str) -> None:
    def rows() -> Iterator[list[Cell]]:
        yield [1]
        raise RuntimeError("the database has gone")

    with pytest.raises(RuntimeError):
        spreadsheets.KINDS[kind].write(Table("x", ["n"], rows()))


@pytest.mark.slow
@pytest.mark.parametrize("kind", spreadsheets.KINDS)
def test_memory_does_not_grow_with_the_rows(kind: str) -> None:
    def peak(count: int) -> int:
        tracemalloc.start()
        spreadsheets.KINDS[kind].write(Table("x", ["n", "text"], ([n, f"{n} " * 20] for n in range(count)))).close()
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return most

    peak(10)  # what is imported at first use
    assert peak(20_000) < 5 * 1024 * 1024
