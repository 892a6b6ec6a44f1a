"""The OpenAPI schema and its Swagger UI page, whose files come from an installed package, not from a CDN."""

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.responses import FileResponse, HTMLResponse, JSONResponse

from gsapp.api import health
from gsapp.errors import NotFound

TITLE = "GoodServices API"
DESCRIPTION = """REST access to everything that a member can do in the browser.

Log in with `POST /api/v1/auth/login` and send the token as `Authorization: Bearer <token>`. Every response is
`{"code": 200, "message": "...", "data": ...}`, every error `{"code": <HTTP status>, "message": "one sentence",
"detail": ...}` in the language of `Accept-Language` (Chinese or English).
"""
FILES = {"swagger-ui-bundle.js": "text/javascript", "swagger-ui.css": "text/css"}
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>GoodServices API</title>
<link rel="stylesheet" href="/api/v1/docs/swagger-ui.css">
</head>
<body>
<div id="schema"></div>
<script src="/api/v1/docs/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({url: "/api/v1/openapi.json", dom_id: "#schema", deepLinking: true, docExpansion: "list"})
</script>
</body>
</html>
"""


def schema_of(described: APIRouter) -> dict[str, Any]:
    """The OpenAPI schema of these routes and of the health checks."""
    routes = [*described.routes, *health.router.routes]
    return get_openapi(title=TITLE, version="1", description=DESCRIPTION, routes=routes)


def docs_router(described: APIRouter) -> APIRouter:
    """Routes that serve the schema, generated at the first request, and its page."""
    router = APIRouter(prefix="/api/v1", include_in_schema=False)
    schema = cache(lambda: schema_of(described))

    @router.get("/openapi.json")
    def openapi() -> JSONResponse:
        return JSONResponse(schema())

    @router.get("/docs")
    def page() -> HTMLResponse:
        return HTMLResponse(PAGE)

    @router.get("/docs/{name}")
    def file(name: str) -> FileResponse:
        if name not in FILES:
            raise NotFound
        path = Path(str(resources.files("fastapi_offline") / "static" / name))
        return FileResponse(path, media_type=FILES[name], headers={"Cache-Control": "public, max-age=86400"})

    return router
