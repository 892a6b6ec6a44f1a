"""The site with additional baseline routes: same process, server and middleware.

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
    """The application with the baseline routes."""
    app = _site(settings)
    routes = app.router.routes
    engine = create_engine(os.environ["DATABASE_URL"], pool_pre_ping=True)
    for router in (ceiling_router(), textbook.router(engine, os.environ["SECRET_KEY"])):
        app.include_router(router)
        routes.insert(0, routes.pop())  # before the pages' catch-all route
    return app


def ceiling_router() -> APIRouter:
    """Upper limits of the framework: routes that return a body from memory, which was stored before by PUT.

    `/object/...` is a usual endpoint, a function in a thread whose result FastAPI serializes; `/bytes/...` runs on the
    event loop and serializes nothing.
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
    # `gsapp serve` imports the factory as main:create_app, so everything else is the same as there.
    main.create_app = create_app
    cli(["serve"])
