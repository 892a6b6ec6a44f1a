"""Export lists as CSV and XLSX: `/export/<name>.csv` and `.xlsx`, with the filter and the permission of their page."""

from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import IO, Any, Generic, Protocol, TypeVar

from fastapi import APIRouter
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.api.export_slots import run_export
from gsapp.api.responses import translator_of
from gsapp.api.signed_in import reader_of
from gsapp.errors import NotFound
from gsapp.i18n import Translate
from gsapp.queries.admin_history import stream_history
from gsapp.queries.admin_needs import stream_needs
from gsapp.queries.admin_offers import stream_offers
from gsapp.queries.admin_people import stream_users
from gsapp.queries.admin_places import stream_cities, stream_types
from gsapp.queries.admin_reports import stream_reports
from gsapp.queries.dashboard_rows import stream_rows
from gsapp.queries.my_lists import stream_my_needs, stream_my_offers
from gsapp.queries.statistics import stream_statistics
from gsapp.rendering import spreadsheets
from gsapp.rendering.columns import Layout
from gsapp.rendering.spreadsheets import Table
from gsapp.rendering.tables.cities import CITIES
from gsapp.rendering.tables.dashboard import dashboard_rows
from gsapp.rendering.tables.history import HISTORY
from gsapp.rendering.tables.kinds_of_help import KINDS_OF_HELP
from gsapp.rendering.tables.my_needs import MY_NEEDS
from gsapp.rendering.tables.my_offers import MY_OFFERS
from gsapp.rendering.tables.needs import NEEDS
from gsapp.rendering.tables.offers import OFFERS
from gsapp.rendering.tables.people import PEOPLE
from gsapp.rendering.tables.reports import REPORTS
from gsapp.rendering.tables.statistics import STATISTICS
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
from gsapp.services import reading
from gsapp.services.reauthentication import require_recent

router = APIRouter(prefix="/export", include_in_schema=False)

CHUNK = 64 * 1024

F = TypeVar("F", bound=Form)
F_contra = TypeVar("F_contra", bound=Form, contravariant=True)
R_co = TypeVar("R_co", covariant=True)
R = TypeVar("R")


class RowsQuery(Protocol[F_contra, R_co]):
    """A query that checks the permission and streams the rows that match a filter."""

    def __call__(self, session: Session, *, actor: Actor, filter: F_contra) -> Iterator[R_co]: ...


@dataclass(frozen=True)
class Export(Generic[F, R]):
    """A list to export: the form of its filter, the query that streams its rows, and the layout of the file.

    A layout that depends on the filter is given as a function of it.
    """

    form: type[F]
    query: RowsQuery[F, R]
    layout: Layout[R] | Callable[[F], Layout[R]]
    of_people: bool = False
    """Whether it has names that only coordinators see: then it needs a recent password."""

    def table(self, session: Session, *, actor: Actor, filter: F, t: Translate) -> Table:
        """The table as `actor` may see it. Its rows are read while the file is written: the session must stay open."""
        layout = self.layout if isinstance(self.layout, Layout) else self.layout(filter)
        return layout.table(self.query(session, actor=actor, filter=filter), t)


EXPORTS: dict[str, Export[Any, Any]] = {
    "people": Export(UserFilter, stream_users, PEOPLE, of_people=True),
    "all-needs": Export(AdminNeedFilter, stream_needs, NEEDS),
    "all-offers": Export(AdminOfferFilter, stream_offers, OFFERS),
    "kinds-of-help": Export(TypeFilter, stream_types, KINDS_OF_HELP),
    "cities": Export(CityFilter, stream_cities, CITIES),
    "reports": Export(ReportFilter, stream_reports, REPORTS, of_people=True),
    "history": Export(HistoryFilter, stream_history, HISTORY, of_people=True),
    "statistics": Export(StatisticsFilter, stream_statistics, STATISTICS),
    "dashboard": Export(RowsFilter, stream_rows, dashboard_rows),
    "my-needs": Export(NeedFilter, stream_my_needs, MY_NEEDS),
    "my-offers": Export(OfferFilter, stream_my_offers, MY_OFFERS),
}


@router.get("/{name}.{kind}")
async def export(request: Request, name: str, kind: str) -> StreamingResponse:
    """Download one of `EXPORTS` as a file.

    401 without a session, 403 without permission or a recent password, 429 while another export of the same user is
    running.
    """
    if name not in EXPORTS or kind not in spreadsheets.KINDS:
        raise NotFound
    actor = await run_in_threadpool(reader_of, request)
    known, media = EXPORTS[name], spreadsheets.KINDS[kind]
    if known.of_people:
        require_recent(actor)
    filter = parse(known.form, dict(request.query_params))
    t = translator_of(request)

    def write(session: Session) -> tuple[str, IO[bytes]]:
        table = known.table(session, actor=actor, filter=filter, t=t)
        return table.name, media.write(table)

    file_name, file = await run_export(actor, partial(db.read, write))
    if known.of_people:  # a file that was refused is not in the history
        await run_in_threadpool(db.write, reading.record_export, actor, name=f"{name}.{kind}")
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name}-{clock.local_now():%Y-%m-%d}.{kind}"',
        "Content-Length": str(_size(file)),
    }
    return StreamingResponse(_chunks(file), media_type=media.media_type, headers=headers)


def _size(file: IO[Any]) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _chunks(file: IO[bytes]) -> Iterator[bytes]:
    with closing(file):
        while chunk := file.read(CHUNK):
            yield chunk
