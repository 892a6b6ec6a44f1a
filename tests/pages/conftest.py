"""The application with its frame over odd pages, in this process."""

import gc
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

import pages
from gsapp import api, db, security
from tests.api.people import browser, make_settings
from tests.pages.odd_pages import odd_pages


@pytest.fixture
async def app(tmp_path: Path, sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FastAPI]:
    settings = make_settings(tmp_path)
    security.configure(settings, password_cost=4)
    monkeypatch.setattr(pages, "site_map", odd_pages)
    # NiceGUI looks for a running uvicorn among all objects of the process: a second for each test, and there is none.
    monkeypatch.setattr(gc, "get_objects", list)
    app = FastAPI()
    api.install(app, settings)
    pages.register(app, settings)
    async with app.router.lifespan_context(app):
        yield app
    security.forget()


@pytest.fixture
async def visitor(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app) as client:
        yield client
