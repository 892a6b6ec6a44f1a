"""For load balancers and monitoring: is the process alive, can it serve."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from gsapp import migrations
from gsapp.schemas.api import Alive

router = APIRouter(tags=["Monitoring"])


def _unable(why: str, status: str) -> dict[int | str, dict[str, Any]]:
    shown = {"application/json": {"example": {"status": status}}}
    return {503: {"model": Alive, "description": why, "content": shown}}


@router.get(
    "/health",
    summary="Is the process alive?",
    operation_id="health",
    responses=_unable("From the proxy in front: the process does not answer.", "unhealthy"),
)
async def health() -> Alive:
    """Needs no thread and no database, so it answers however busy those are."""
    return Alive(status="healthy")


@router.get(
    "/ready",
    summary="Can it serve?",
    operation_id="ready",
    response_model=Alive,
    responses=_unable("The database does not answer, or must be migrated first.", "not ready"),
)
def ready() -> JSONResponse:
    """The database answers, too, and has the tables this version needs."""
    if migrations.ready():
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready"}, status_code=503)
