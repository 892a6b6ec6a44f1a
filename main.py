"""Wires everything together and serves it: settings, keys, database, API, pages.

python main.py            the same as: python -m gsapp serve
"""

import asyncio
import contextlib
import gc
import logging
from collections.abc import AsyncIterator, Callable
from functools import partial

from fastapi import FastAPI

import pages
from gsapp import api, startup
from gsapp.cli import cli
from gsapp.config import Settings, load_settings
from gsapp.flows import uploads
from gsapp.workers import scheduler
from gsapp.workers.outbox import Postman

log = logging.getLogger(__name__)
TEND_EVERY = 15  # seconds
SWEEP_EVERY = 60 * 60


def create_app(settings: Settings | None = None) -> FastAPI:
    """The composition root: one process, ready to serve.

    Raises `UnsafeSettings` in production, `DatabaseUnreachable` when the database does not answer within
    DATABASE_WAIT seconds, `SchemaUnknown` for one that must be migrated first.
    """
    settings = settings or load_settings()
    startup.start(settings)
    app = FastAPI(title="GoodServices", lifespan=_lifespan, docs_url=None, redoc_url=None, openapi_url=None)
    api.install(app, settings)
    pages.register(app, settings)
    return app


@contextlib.asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    settings: Settings = app.state.settings
    working = [
        asyncio.create_task(_again_and_again("the timekeeper", scheduler.tend, TEND_EVERY)),
        asyncio.create_task(_again_and_again("the sweep", partial(uploads.sweep, by_itself=True), SWEEP_EVERY)),
    ]
    if settings.smtp_url:
        working.append(asyncio.create_task(Postman(settings).work()))
    # All that is there by now stays to the end. Looking through it for garbage held everybody up for 0.1 s each time.
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
    for work in working:
        work.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await work
    await asyncio.to_thread(startup.close)


async def _again_and_again(name: str, work: Callable[[], object], pause: float) -> None:
    while True:
        try:
            await asyncio.to_thread(work)
        except Exception:
            # A database that is away for a moment must not end the clock for good.
            log.exception("%s stumbled", name)
        await asyncio.sleep(pause)


if __name__ == "__main__":
    cli(["serve"])
