"""Composition root: creates the ASGI application from settings, keys, database, API and pages.

python main.py            same as: python -m gsapp serve
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
from gsapp.errors import Busy
from gsapp.monitoring import loop_lag, tasks
from gsapp.workers import file_sweep, pruning, scheduler, totals
from gsapp.workers.outbox import OutboxWorker

log = logging.getLogger(__name__)
RUN_JOBS_EVERY = 15  # seconds
SWEEP_EVERY = 60 * 60  # also the delay of the first sweep: time to notice a wrong database or DATA_DIR
PRUNE_EVERY = 60 * 60  # looks whether a day has passed since the last run
TOTALS_EVERY = 10 * 60
# A full collection stops all users: 0.1 to 0.4 s for every 100 open pages. Python's (700, 10, 10) makes one every 20
# page loads, these thresholds one every 150. Fewer would keep the garbage of closed pages, 1 MB each, for too long.
GC_THRESHOLDS = (2000, 10, 25)


def create_app(settings: Settings | None = None) -> FastAPI:
    """Create the application of one process; called once by uvicorn.

    Raises `UnsafeSettings` in production, `DatabaseUnreachable` when the database does not answer within
    DATABASE_WAIT seconds, `SchemaUnknown` when the database must be migrated first.
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
    background = [
        asyncio.create_task(_repeat("scheduler", scheduler.Scheduler().run, RUN_JOBS_EVERY)),
        asyncio.create_task(_repeat("check of totals", totals.check_nightly, TOTALS_EVERY)),
        asyncio.create_task(_repeat("file sweep", partial(file_sweep.sweep, by_itself=True), SWEEP_EVERY, SWEEP_EVERY)),
        asyncio.create_task(_repeat("pruning", pruning.prune_when_due, PRUNE_EVERY)),
        asyncio.create_task(loop_lag.measure()),
    ]
    if settings.smtp_url:
        background.append(asyncio.create_task(OutboxWorker(settings).work()))
    # Objects created so far live as long as the process. Without gc.freeze each full collection scans them and
    # blocks all requests for 0.1 s.
    gc.collect()
    gc.freeze()
    thresholds = gc.get_threshold()
    gc.set_threshold(*GC_THRESHOLDS)
    yield
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    for task in background:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
    await asyncio.to_thread(startup.close)


async def _repeat(name: str, work: Callable[[], object], pause: float, delay: float = 0) -> None:
    """Run `work` in a thread again and again, with `pause` seconds between the end of one run and the next.

    The first run is after `delay` seconds.
    """
    await asyncio.sleep(delay)
    while True:
        try:
            with tasks.run(name.replace(" ", "_")):
                await asyncio.to_thread(work)
        except Busy as error:
            log.warning("%s postponed: %s", name, type(error).__name__)
        except Exception:
            # A short outage of the database must not stop the job for good.
            log.exception("%s failed", name)
        await asyncio.sleep(pause)


if __name__ == "__main__":
    cli(["serve"])
