"""The page of the monthly statistics, loaded without a browser."""

import asyncio
from pathlib import Path

from fastapi import FastAPI
from nicegui import Client
from nicegui.page import page

from gsapp import db
from gsapp.access import Actor
from gsapp.schemas.admin import WhyForm
from gsapp.services.admin_needs import take_down_need
from pages.core.session import Ctx, Scope, Tab
from pages.shell.routes import View
from pages.statistics import statistics
from tests.support.api.people import make_settings
from tests.support.lives import coordinator, matched, person


async def test_a_need_that_is_taken_down_refreshes_open_statistics(app: FastAPI, tmp_path: Path) -> None:
    chief, author = coordinator(), person("author")
    agreed = matched(author, person("volunteer"))
    refreshed = asyncio.Event()
    ctx = _visit(tmp_path, author, refreshed)
    assert isinstance(await statistics.load(ctx), View)
    db.write(take_down_need, actor=chief, need_id=agreed.need, form=WhyForm(reason="An advertisement."))
    async with asyncio.timeout(5):
        await refreshed.wait()
    ctx.scope.close()
    ctx.client.delete()


def _visit(folder: Path, actor: Actor, refreshed: asyncio.Event) -> Ctx:
    tab = Tab(
        client=Client(page("")),
        settings=make_settings(folder),
        language="en",
        theme="auto",
        large=False,
        session_hash=None,
        cookies={},
        address="",
        refresh=refreshed.set,
    )
    return Ctx(tab=tab, actor=actor, path="/stats", query={}, url="/stats", scope=Scope())
