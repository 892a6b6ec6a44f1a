"""`/metrics` in the Prometheus format, for the bearer of METRICS_TOKEN; without that setting it is 404.

A token and not a second port: each process of a site has a port already, where Prometheus reads it beside the proxy, so
that one setting serves any number of processes. Each answers for itself.
"""

import secrets

from fastapi import APIRouter, Request
from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from starlette.concurrency import run_in_threadpool
from starlette.responses import PlainTextResponse, Response

from gsapp.api import export_slots, uploading
from gsapp.api.gauges import Gauges
from gsapp.api.health import readiness
from gsapp.api.responses import settings_of
from gsapp.errors import NotFound
from gsapp.monitoring import counters

router = APIRouter(include_in_schema=False)


@router.get("/metrics")
async def metrics(request: Request) -> Response:
    """Counters of this process since its start, and gauges read now. 401 without the token."""
    token = settings_of(request).metrics_token.get_secret_value()
    if not token:
        raise NotFound
    sent = request.headers.get("authorization", "")
    if not secrets.compare_digest(sent.encode(), f"Bearer {token}".encode()):
        refused = {"WWW-Authenticate": "Bearer"}
        return PlainTextResponse("Send the METRICS_TOKEN of this site as a bearer token.", 401, refused)
    gauges = Gauges(*await readiness(request))
    counters.QUEUES.labels("exports").set(export_slots.in_progress())
    counters.QUEUES.labels("uploads").set(uploading.in_progress())
    text = await run_in_threadpool(lambda: generate_latest(counters.registry) + generate_latest(gauges.registry()))
    return Response(text, media_type=CONTENT_TYPE_PLAIN_0_0_4, headers={"Cache-Control": "no-store"})
