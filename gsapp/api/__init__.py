"""HTTP endpoints other than pages: sign-in forms, REST API, exports, files, calendars, health checks."""

from weakref import WeakKeyDictionary

from fastapi import APIRouter, FastAPI

from gsapp.api import auth, calendar, errors, exports, files, health, middleware, monitoring, own_data, unsubscribe, v1
from gsapp.api.checks import Checks
from gsapp.config import Settings


def install(app: FastAPI, settings: Settings) -> None:
    """Add routes, error handlers and middleware. Call it before mounting the pages: earlier routes take precedence."""
    app.state.settings = settings
    app.state.checks = Checks(settings)
    app.state.draining = False  # see gsapp.serving
    app.state.need_batcher = WeakKeyDictionary()  # see v1.service_requests
    errors.install(app)
    routers = (
        auth.router,
        health.router,
        monitoring.router,
        exports.router,
        own_data.router,
        calendar.router,
        files.router,
        v1.build_router(),
    )
    app.include_router(unsubscribe.router)
    for router in routers:
        app.include_router(router)
    app.state.api_paths = frozenset(path for router in routers for path in _paths(router))
    errors.install_unknown_paths(app)
    middleware.install(app, settings)


def _paths(router: APIRouter) -> set[str]:
    return {router.prefix} if router.prefix else {str(getattr(route, "path", "")) for route in router.routes}
