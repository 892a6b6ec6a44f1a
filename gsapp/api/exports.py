"""Lists as files: `/export/<name>.csv` and `.xlsx`, with the filter of their page, for whoever may see that page."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, closing
from typing import IO, Any, Protocol, TypeVar
from weakref import WeakKeyDictionary

from fastapi import APIRouter
from sqlmodel import Session
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import StreamingResponse

from gsapp import clock, db
from gsapp.access import Actor
from gsapp.api.responses import translator_of
from gsapp.api.signed_in import reader_of
from gsapp.errors import Busy, NotFound, TooMany, Translate
from gsapp.i18n import N_
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
AT_ONCE_EACH = 2  # of one person, those that wait included
WAIT = 10.0  # seconds for one's turn


class OthersUnderWay(TooMany):
    sentence = N_("Your other lists are still being written. Please wait {seconds} seconds and try again.")


F = TypeVar("F", bound=Form)
F_contra = TypeVar("F_contra", bound=Form, contravariant=True)


class TableQuery(Protocol[F_contra]):
    """A query that checks the permission and returns the rows of a list for this filter."""

    def __call__(self, session: Session, *, actor: Actor, wanted: F_contra, t: Translate) -> Table: ...


class Export:
    """A list to take away: the form that its address is parsed into, and the query that takes such a form."""

    def __init__(self, form: type[F], table: TableQuery[F]) -> None:
        def asked(query: Mapping[str, str]) -> Callable[[Session, Actor, Translate], Table]:
            wanted = parse(form, query)
            return lambda session, actor, t: table(session, actor=actor, wanted=wanted, t=t)

        self.asked = asked


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

_under_way: Counter[int] = Counter()
# One for each event loop that serves: in tests there are several.
_turns: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()


@router.get("/{name}.{kind}")
async def export(request: Request, name: str, kind: str) -> StreamingResponse:
    """One of `EXPORTS` as a file. Without a session 401, for others' lists 403, while one's others are written 429."""
    if name not in EXPORTS or kind not in spreadsheets.KINDS:
        raise NotFound
    actor = await run_in_threadpool(reader_of, request)
    asked, media = EXPORTS[name].asked(dict(request.query_params)), spreadsheets.KINDS[kind]
    t = translator_of(request)

    def write(session: Session) -> tuple[str, IO[bytes]]:
        table = asked(session, actor, t)
        return table.name, media.write(table)

    async with _turn(actor.real_user_id):
        file_name, file = await run_in_threadpool(db.ask, write)
    headers = {
        "Content-Disposition": f'attachment; filename="{file_name}-{clock.local_now():%Y-%m-%d}.{kind}"',
        "Content-Length": str(_size(file)),
    }
    return StreamingResponse(_pieces(file), media_type=media.media_type, headers=headers)


@asynccontextmanager
async def _turn(user_id: int) -> AsyncIterator[None]:
    """Waits on the event loop: in threads, the exports of one person could hold all those that serve everybody else.

    Raises `OthersUnderWay`, or `Busy` when it was not one's turn within `WAIT`.
    """
    if _under_way[user_id] >= AT_ONCE_EACH:
        raise OthersUnderWay(retry_after=round(WAIT))
    free = _turns.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE))
    _under_way[user_id] += 1
    try:
        try:
            async with asyncio.timeout(WAIT):
                await free.acquire()
        except TimeoutError:
            raise Busy from None
        try:
            yield
        finally:
            free.release()
    finally:
        _under_way[user_id] -= 1
        if not _under_way[user_id]:
            del _under_way[user_id]


def _size(file: IO[Any]) -> int:
    size = file.seek(0, 2)
    file.seek(0)
    return size


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    with closing(file):
        while piece := file.read(CHUNK):
            yield piece
