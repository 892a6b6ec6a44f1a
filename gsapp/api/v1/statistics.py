"""Monthly statistics of the community."""

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from gsapp.api.reading import cached_json_response
from gsapp.api.v1.deps import Caller
from gsapp.api.v1.envelope import Answer, refuses
from gsapp.queries.statistics import monthly_report
from gsapp.schemas.api import MonthlyStatistics
from gsapp.schemas.api_forms import MonthlyQuery
from gsapp.schemas.statistics import MonthlyReport

router = APIRouter(prefix="/stats", tags=["Statistics"])


@router.get(
    "/monthly",
    summary="Requests published and completed, month by month.",
    response_model=Answer[MonthlyStatistics],
    responses=refuses(422),
)
async def monthly_statistics(caller: Caller, filter: Annotated[MonthlyQuery, Query()]) -> Response:
    """Published: requests that begin in the month, including cancelled ones. Completed: matches made in the month and
    not dropped. At most 120 months; a month without data counts 0. `chart_data` is never paginated.
    """
    return await cached_json_response(_report, MonthlyStatistics, monthly_report, filter=filter)


def _report(model: type[MonthlyStatistics], report: MonthlyReport) -> Answer[MonthlyStatistics]:
    return Answer(data=model.of(report))
