"""For load balancers and monitoring: is the process alive, can it serve."""

from fastapi import APIRouter
from starlette.responses import JSONResponse

from gsapp import migrations

router = APIRouter(include_in_schema=False)


@router.get("/health")
async def health() -> JSONResponse:
    """The process answers. Needs no thread and no database, so it answers however busy those are."""
    return JSONResponse({"status": "healthy"})


@router.get("/ready")
def ready() -> JSONResponse:
    """The database answers, too, and has the tables this version needs."""
    if migrations.ready():
        return JSONResponse({"status": "ready"})
    return JSONResponse({"status": "not ready"}, status_code=503)
