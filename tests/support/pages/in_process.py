"""The application with its pages, in this process and without a socket."""

import gc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI

import pages
from gsapp import api, security
from gsapp.config import Settings


@asynccontextmanager
async def in_process(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FastAPI]:
    """Start the application over the database of this test."""
    security.configure(settings, password_cost=4)
    # NiceGUI looks for a running uvicorn among all objects of the process: a second for each test, and there is none.
    monkeypatch.setattr(gc, "get_objects", list)
    app = FastAPI(openapi_url=None)
    api.install(app, settings)
    pages.register(app, settings)
    async with app.router.lifespan_context(app):
        yield app
    security.forget()
