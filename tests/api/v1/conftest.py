"""The API over a database of either kind, its people and what they ask."""

from collections.abc import AsyncIterator, Iterator

import httpx
import pytest
from fastapi import FastAPI

from gsapp import api, clock, db, security
from gsapp.access import Actor
from tests.support import lives
from tests.support.api import odd_routes
from tests.support.api.calls import Caller
from tests.support.api.people import make_settings


@pytest.fixture
def noon() -> Iterator[None]:
    with clock.at(lives.NOON):
        yield


@pytest.fixture(scope="session")
def one_app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    """Made once: it keeps nothing between two requests."""
    app = FastAPI(openapi_url=None)
    app.include_router(odd_routes.router)
    api.install(app, make_settings(tmp_path_factory.mktemp("api")))
    return app


@pytest.fixture
def app(one_app: FastAPI, database: db.Database, noon: None) -> Iterator[FastAPI]:
    security.configure(one_app.state.settings, password_cost=4)
    yield one_app
    security.forget()


@pytest.fixture
async def call(app: FastAPI) -> AsyncIterator[Caller]:
    transport = httpx.ASGITransport(app, client=("203.0.113.7", 50000))
    headers = {"Accept-Language": "en"}
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8080", headers=headers) as client:
        yield Caller(client)


@pytest.fixture
def anna(app: FastAPI) -> Actor:
    """Who asks for help."""
    return lives.person("anna")


@pytest.fixture
def ben(app: FastAPI) -> Actor:
    """Who helps."""
    return lives.person("ben")


@pytest.fixture
def eve(app: FastAPI) -> Actor:
    """Who has nothing to do with it."""
    return lives.person("eve")


@pytest.fixture
def chief(app: FastAPI) -> Actor:
    return lives.coordinator()
