"""Lists as files: `/export/<name>.csv` and `.xlsx`, with the filter of their page, for whoever may see that page."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import IO, Any, NamedTuple

from fastapi import APIRouter
from sqlmodel import Session
from starlette.requests import Request
from starlette.responses import StreamingResponse

from gsapp import clock, db
from gsapp.api.responses import translator_of
from gsapp.api.signed_in import reader_of
from gsapp.errors import Busy, NotFound
from gsapp.queries.admin_history import history_table
from gsapp.queries.admin_needs import needs_table
from gsapp.queries.admin_offers import offers_table
from gsapp.queries.admin_people import users_table
from gsapp.queries.admin_places import cities_table, types_table
from gsapp.queries.admin_reports import reports_table
from gsapp.queries.dashboard_table import rows_table
from gsapp.queries.my_lists import my_needs_table, my_offers_table
from gsapp.queries.statistics import statistics_table
from gsapp.rendering import spreadsheets
from gsapp.rendering.spreadsheets import Table
from gsapp.schemas.admin import (
    AdminNeedFilter,
    AdminOfferFilter,
    CityFilter,
    HistoryFilter,
    ReportFilter,
    TypeFilter,
    UserFilter,
)
from gsapp.schemas.dashboard import RowsFilter
from gsapp.schemas.forms import Form, parse
from gsapp.schemas.needs import NeedFilter
from gsapp.schemas.offers import OfferFilter
from gsapp.schemas.statistics import StatisticsFilter

router = APIRouter(prefix="/export", include_in_schema=False)

CHUNK = 64 * 1024
AT_ONCE = 2  # large files take a while, and others want to be served meanwhile
WAIT = 10.0  # seconds for one's turn


class Export(NamedTuple):
    """A list to take away: `table(session, actor=, wanted=, t=)` checks the permission and gives the rows."""

    form: type[Form]
    table: Callable[..., Table]


EXPORTS = {
    "people": Export(UserFilter, users_table),
    "all-needs": Export(AdminNeedFilter, needs_table),
    "all-offers": Export(AdminOfferFilter, offers_table),
    "kinds-of-help": Export(TypeFilter, types_table),
    "cities": Export(CityFilter, cities_table),
    "reports": Export(ReportFilter, reports_table),
    "history": Export(HistoryFilter, history_table),
    "statistics": Export(StatisticsFilter, statistics_table),
    "dashboard": Export(RowsFilter, rows_table),
    "my-needs": Export(NeedFilter, my_needs_table),
    "my-offers": Export(OfferFilter, my_offers_table),
}

_turns = threading.BoundedSemaphore(AT_ONCE)


@router.get("/{name}.{kind}")
def export(request: Request, name: str, kind: str) -> StreamingResponse:
    """One of `EXPORTS` as a file. Without a session 401, for others' lists 403."""
    if name not in EXPORTS or kind not in spreadsheets.KINDS:
        raise NotFound
    actor = reader_of(request)
    known, media = EXPORTS[name], spreadsheets.KINDS[kind]
    wanted = parse(known.form, dict(request.query_params))
    t = translator_of(request)

    def write(session: Session) -> tuple[str, IO[bytes]]:
        table = known.table(session, actor=actor, wanted=wanted, t=t)
        return table.name, media.write(table)

    with _turn():
        file_name, file = db.ask(write)
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name}-{clock.local_now():%Y-%m-%d}.{kind}"',
        "Content-Length": str(_size(file)),
    }
    return StreamingResponse(_pieces(file), media_type=media.media_type, headers=headers)


@contextmanager
def _turn() -> Iterator[None]:
    if not _turns.acquire(timeout=WAIT):
        raise Busy
    try:
        yield
    finally:
        _turns.release()


def _size(file: IO[Any]) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with closing(file):
        while piece := file.read(CHUNK):
            yield piece
