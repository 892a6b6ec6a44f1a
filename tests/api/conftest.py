"""The application without its pages, over a database and keys of its own."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gsapp import api, db, security
from tests.api import odd_routes
from tests.api.people import browser, make_settings, member


@pytest.fixture
def make_app(tmp_path: Path, sqlite_database: db.Database) -> Iterator[Callable[..., FastAPI]]:
    """Builds the application, with odd routes and with some settings changed."""

    def make(**changed: object) -> FastAPI:
        settings = make_settings(tmp_path, **changed)
        security.configure(settings, password_cost=4)
        app = FastAPI()
        app.include_router(odd_routes.router)
        api.install(app, settings)
        return app

    yield make
    security.forget()


@pytest.fixture
def app(make_app: Callable[..., FastAPI]) -> FastAPI:
    return make_app()


@pytest.fixture
async def visitor(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app) as client:
        yield client


@pytest.fixture
def anna(app: FastAPI) -> int:
    """A member named anna with PASSWORD."""
    return member("anna")
