"""The figures of the community."""

from typing import Annotated

from fastapi import APIRouter, Query

from gsapp import db
from gsapp.api.v1.deps import Caller
from gsapp.api.v1.envelope import Answer, refuses
from gsapp.queries.statistics import monthly_report
from gsapp.schemas.api import MonthlyStatistics
from gsapp.schemas.api_forms import MonthlyQuery

router = APIRouter(prefix="/stats", tags=["Statistics"])


@router.get("/monthly", summary="Requests published and completed, month by month.", responses=refuses(422))
def monthly_statistics(caller: Caller, wanted: Annotated[MonthlyQuery, Query()]) -> Answer[MonthlyStatistics]:
    """Published: requests that begin in the month, cancelled ones included. Completed: matches made in the month and
    not dropped. At most 120 months; a month without data counts 0. `chart_data` is never paged.
    """
    return Answer(data=MonthlyStatistics.of(db.ask(monthly_report, wanted=wanted)))
