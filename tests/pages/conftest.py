"""The application with its frame over odd pages, in this process."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI
from nicegui import Client
from nicegui.page import page

import pages
from gsapp import db
from pages.core.session import Tab
from tests.support.api.people import browser, make_settings
from tests.support.pages.in_process import in_process
from tests.support.pages.odd_pages import odd_pages
from tests.support.pages.visit import Visit


@pytest.fixture(autouse=True)
def _pages_end_with_their_test() -> Iterator[None]:
    """Pages without a websocket stay for a minute, and their subscriptions belong to the event loop of their test."""
    before = set(Client.instances)
    yield
    for client_id in set(Client.instances) - before:
        Client.instances[client_id].delete()


@pytest.fixture
async def app(tmp_path: Path, sqlite_database: db.Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FastAPI]:
    settings = make_settings(tmp_path)
    monkeypatch.setattr(pages, "site_map", odd_pages)
    async with in_process(settings, monkeypatch) as app:
        yield app


@pytest.fixture
async def visitor(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(app) as client:
        yield client


@pytest.fixture
async def visit(app: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Visit]:
    client = Client(page(""))
    client.tab_id = "connected"
    tab = Tab(
        client=client,
        settings=make_settings(tmp_path),
        language="en",
        theme="auto",
        large=False,
        session_hash=None,
        cookies={},
        address="",
    )
    made = Visit(tab)
    monkeypatch.setattr(client, "run_javascript", lambda code, **_: made.sent.append(code))
    yield made
    if not client.is_deleted:
        client.delete()
