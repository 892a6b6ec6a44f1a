"""What the tests of the dashboard ask."""

import csv
import io
from datetime import datetime, timedelta
from typing import Any

from openpyxl import load_workbook
from sqlmodel import Session

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.api.exports import EXPORTS
from gsapp.i18n import translator
from gsapp.queries import dashboard_rows
from gsapp.queries.dashboard import dashboard
from gsapp.rendering import spreadsheets
from gsapp.schemas.dashboard import Dashboard, DashboardFilter, DashboardRow, RowsFilter, Tile
from gsapp.schemas.forms import parse
from gsapp.vocabulary import MetricKey


def later(**time: float) -> dict[str, datetime]:
    """A need that begins, and ends, so much later than now."""
    moment = clock.local_now() + timedelta(**time)
    return {"starts_at": moment, "ends_at": moment}


def desk(**filter: Any) -> Dashboard:
    return db.read(dashboard, filter=parse(DashboardFilter, filter))


def tile(key: MetricKey, **filter: Any) -> Tile:
    return desk(**filter).tile(key)


def listed(by: Actor, key: MetricKey, **filter: Any) -> list[DashboardRow]:
    """All rows behind a number, page by page."""
    form = parse(RowsFilter, {"metric": key, "size": 7} | filter)
    first = db.read(dashboard_rows.rows, actor=by, filter=form)
    rows = list(first.items)
    for page in range(2, first.pages + 1):
        rows += db.read(dashboard_rows.rows, actor=by, filter=form.model_copy(update={"page": page})).items
    assert len(rows) == first.total, key
    assert len({row.id for row in rows}) == len(rows), "each once"
    return rows


def ids(by: Actor, key: MetricKey, **filter: Any) -> list[int]:
    return sorted(row.id for row in listed(by, key, **filter))


def in_file(by: Actor, kind: str, key: MetricKey, **filter: Any) -> list[list[str]]:
    """The rows of the file, without its header, as text."""
    form = parse(RowsFilter, {"metric": key} | filter)

    def write(session: Session) -> bytes:
        table = EXPORTS["dashboard"].table(session, actor=by, filter=form, t=translator("en"))
        with spreadsheets.KINDS[kind].write(table) as file:
            return file.read()

    content = db.read(write)
    if kind == "csv":
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))[1:]
    sheet = load_workbook(io.BytesIO(content)).active
    assert sheet is not None
    return [["" if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(min_row=2, values_only=True)]
