"""Everything that answers over HTTP and is not a page."""

from weakref import WeakKeyDictionary

from fastapi import FastAPI

from gsapp.api import auth, calendar, errors, exports, files, health, middleware, own_data, v1
from gsapp.config import Settings


def install(app: FastAPI, settings: Settings) -> None:
    """Add routes, error answers and middlewares. Mount pages afterwards, so that these addresses win."""
    app.state.settings = settings
    app.state.needs_together = WeakKeyDictionary()  # see v1.service_requests
    errors.install(app)
    app.include_router(auth.router)
    app.include_router(health.router)
    app.include_router(exports.router)
    app.include_router(own_data.router)
    app.include_router(calendar.router)
    app.include_router(files.router)
    app.include_router(v1.build_router())
    errors.install_nothing_else(app)
    middleware.install(app, settings)
