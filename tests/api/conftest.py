"""The application without its pages, with its own database and keys."""

from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from gsapp import api, db, security
from gsapp.api import uploading
from gsapp.config import Settings
from gsapp.effects import budgets
from tests.support.api import odd_routes
from tests.support.api.people import browser, make_settings, member, sign_in

Built = Callable[..., tuple[Settings, FastAPI]]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Builds each application once, which takes 0.1 s: it keeps nothing itself, and keys and counters are made anew."""
    known: dict[str, tuple[Settings, FastAPI]] = {}

    def build(**changed: object) -> tuple[Settings, FastAPI]:
        key = repr(sorted(changed.items()))
        if key not in known:
            settings = make_settings(tmp_path_factory.mktemp("data"), **changed)
            app = FastAPI()
            app.include_router(odd_routes.router)
            api.install(app, settings)
            known[key] = settings, app
        return known[key]

    return build


@pytest.fixture
def make_app(built: Built, sqlite_database: db.Database) -> Iterator[Callable[..., FastAPI]]:
    """Builds the application, with odd routes and with some settings changed."""

    def make(**changed: object) -> FastAPI:
        settings, app = built(**changed)
        security.configure(settings, password_cost=4)
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


@pytest.fixture
async def reader(app: FastAPI, anna: int, disk: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody signed in who sends files; none is under way any more at the end."""
    async with browser(app) as client:
        await sign_in(client)
        yield client
    assert not uploading._running


@pytest.fixture
def unlimited_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """For tests in which one person does more than a day allows."""
    monkeypatch.setattr(budgets, "spend", lambda *_: None)
