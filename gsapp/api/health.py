"""Health checks for load balancers and monitoring: liveness (`/health`) and readiness (`/ready`)."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from gsapp.api.checks import Checks, Findings
from gsapp.events import relay
from gsapp.monitoring import tasks
from gsapp.schemas.api_health import Alive, NotReady, Ready
from gsapp.workers import file_sweep

router = APIRouter(tags=["Monitoring"])
SCHEDULER_STALLED = 300.0  # seconds without a successful run of the scheduler, which is due every 15 seconds


async def readiness(request: Request) -> tuple[list[str], list[str], Findings]:
    """Why this process cannot serve, and without what it serves: each a list of codes, the first empty if it is ready.

    A full disk is no reason: all processes of a machine share it, and pages can still be read. Each write is refused.
    """
    checks: Checks = request.app.state.checks
    found = await checks.findings()
    draining = ["draining"] if getattr(request.app.state, "draining", False) else []
    degraded = list(found.degraded)
    if relay.state() == "down":
        degraded.append("redis")
    if tasks.stalled("scheduler", seconds=SCHEDULER_STALLED):
        degraded.append("scheduler")
    if file_sweep.refusal():
        degraded.append("files")
    return [*draining, *found.reasons], degraded, found


@router.get(
    "/health",
    summary="Is the process alive?",
    operation_id="health",
    responses={
        503: {
            "model": Alive,
            "description": "From the proxy in front: the process does not answer.",
            "content": {"application/json": {"example": {"status": "unhealthy"}}},
        }
    },
)
async def health() -> Alive:
    """Needs no thread and no database, so it responds even when both are overloaded."""
    return Alive(status="healthy")


@router.get(
    "/ready",
    summary="Can it serve?",
    operation_id="ready",
    response_model=Ready,
    responses={
        503: {"model": NotReady, "description": "The database does not answer, or must be migrated first."},
    },
)
async def ready(request: Request) -> JSONResponse:
    """Also checks that the database responds and has a schema that this version can use. Responds within two seconds.

    `degraded` lists what does not work although the process serves: `disk` (full or read-only: nothing can be saved),
    `files` (the database may be the wrong one for them), `outbox` (e-mails are not sent), `redis` (pages of other
    processes update late), `scheduler` (needs do not expire).
    """
    reasons, degraded, _ = await readiness(request)
    if reasons:
        return JSONResponse({"status": "not ready", "reasons": reasons, "degraded": degraded}, status_code=503)
    content: dict[str, Any] = {"status": "ready", "degraded": degraded}
    if redis := relay.state():
        content["redis"] = redis
    return JSONResponse(content)
