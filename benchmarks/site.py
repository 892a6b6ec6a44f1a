"""The real site with baseline routes for the benchmark: same process, server and middleware.

python -m benchmarks.site
"""

import json
import os
from typing import Any

from fastapi import APIRouter, FastAPI, Request, Response
from sqlalchemy import create_engine

import main
from benchmarks import textbook
from gsapp.cli import cli
from gsapp.config import Settings

CEILING = "/api/bench/ceiling"
_site = main.create_app


def create_app(settings: Settings | None = None) -> FastAPI:
    app = _site(settings)
    routes = app.router.routes
    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    for router in (ceiling_router(), textbook.router(engine, os.environ["SECRET_KEY"])):
        app.include_router(router)
        routes.insert(0, routes.pop())  # for the site's pages answer every address that is left
    return app


def ceiling_router() -> APIRouter:
    """The most that the framework can do: it is told a body, and answers it from memory.

    `/object/...` is an endpoint as everybody writes them, a function that returns an object for FastAPI to make
    JSON of; `/bytes/...` leaves out that, and the thread, too.
    """
    router = APIRouter(prefix=CEILING)
    bodies: dict[str, bytes] = {}
    objects: dict[str, Any] = {}

    @router.put("/{name}")
    async def remember(name: str, request: Request) -> None:
        bodies[name] = await request.body()
        objects[name] = json.loads(bodies[name])

    @router.get("/object/{name}")
    @router.post("/object/{name}")
    def from_object(name: str) -> Any:
        return objects[name]

    @router.get("/bytes/{name}")
    @router.post("/bytes/{name}")
    async def from_bytes(name: str) -> Response:
        return Response(bodies[name], media_type="application/json")

    return router


if __name__ == "__main__":
    # The command names the factory as main:create_app, so everything else is as `gsapp serve` has it.
    main.create_app = create_app
    cli(["serve"])
