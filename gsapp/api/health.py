"""Health checks for load balancers and monitoring: liveness (`/health`) and readiness (`/ready`)."""

import asyncio
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from gsapp import migrations
from gsapp.events import relay
from gsapp.schemas.api import Alive, Ready

router = APIRouter(tags=["Monitoring"])
ANSWER_WITHIN = 2.0  # seconds


class _Check:
    """Checks the database in a dedicated thread; concurrent requests share one check (single-flight).

    A database that hangs blocks this thread only, and none of those that serve users.
    """

    def __init__(self) -> None:
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="ready")
        self._running: Future[bool] | None = None

    async def ready(self) -> bool:
        if self._running is None or self._running.done():
            self._running = self._executor.submit(migrations.ready)
        check = asyncio.wrap_future(self._running)
        try:
            return await asyncio.wait_for(asyncio.shield(check), ANSWER_WITHIN)  # others may await the same check
        except TimeoutError:
            return False


_check = _Check()


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
    """Needs no thread and no database, so it responds even when both are overloaded."""
    return Alive(status="healthy")


@router.get(
    "/ready",
    summary="Can it serve?",
    operation_id="ready",
    response_model=Ready,
    responses=_unable("It is stopping, or the database does not answer, or must be migrated first.", "not ready"),
)
async def ready(request: Request) -> JSONResponse:
    """Also checks that the database responds and has the schema of this version. Responds within two seconds."""
    if request.app.state.draining:
        return JSONResponse({"status": "draining"}, status_code=503)
    if await _check.ready():
        redis = relay.state()
        return JSONResponse({"status": "ready"} | ({"redis": redis} if redis else {}))
    return JSONResponse({"status": "not ready"}, status_code=503)
