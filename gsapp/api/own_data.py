"""Personal data export of a member: `/my-data.json`."""

import json

from fastapi import APIRouter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from gsapp import clock, db
from gsapp.api.export_slots import run_export
from gsapp.api.responses import translator_of
from gsapp.api.signed_in import reader_of
from gsapp.queries.own_data import own_data

router = APIRouter(include_in_schema=False)


@router.get("/my-data.json")
async def my_data(request: Request) -> Response:
    actor = await run_in_threadpool(reader_of, request)
    t = translator_of(request)
    body = await run_export(
        actor, lambda: json.dumps(db.read(own_data, actor=actor, t=t), ensure_ascii=False, indent=2)
    )
    name = f"goodservices-{clock.local_now():%Y-%m-%d}.json"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(body, media_type="application/json", headers=headers)
