"""Current figures of the community and the rows that they count. For coordinators."""

from typing import Annotated

from fastapi import APIRouter, Query

from gsapp import access, db
from gsapp.api.v1.deps import Caller, Language
from gsapp.api.v1.envelope import Answer, answer_page, refuses
from gsapp.queries import dashboard_rows
from gsapp.queries.dashboard import dashboard
from gsapp.schemas.api import Listed
from gsapp.schemas.api_dashboard import DashboardNumbers, Row
from gsapp.schemas.api_forms import DashboardQuery, RowsQuery
from gsapp.schemas.dashboard import DashboardFilter

router = APIRouter(prefix="/dashboard", tags=["Dashboard"])


@router.get("", summary="All dashboard figures.", responses=refuses(403, 422))
def desk(caller: Caller, filter: Annotated[DashboardQuery, Query()], t: Language) -> Answer[DashboardNumbers]:
    """Each figure with its definition. `value` is null where `n` is below 5, too few to be meaningful.

    403 for members.
    """
    access.coordinator(caller)
    everywhere = DashboardFilter(city_id=filter.city_id, province=filter.province, type_id=filter.type_id)
    return Answer(data=DashboardNumbers.of(db.read(dashboard, filter=everywhere), t))


@router.get("/rows", summary="List the rows that a figure counts.", responses=refuses(403, 422))
def desk_rows(caller: Caller, filter: Annotated[RowsQuery, Query()]) -> Answer[Listed[Row]]:
    """`total` is the `n` of that figure. `day` narrows `published`, `matched` and `fulfilled` to one day.

    403 for members.
    """
    return answer_page(Row, db.read(dashboard_rows.rows, actor=caller, filter=filter))
