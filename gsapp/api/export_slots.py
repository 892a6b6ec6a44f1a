"""Concurrency and rate limits of exports: a thread pool of their own, and a queue that waits on the event loop.

Waiting in the shared thread pool would use up the threads that sign-in, files and the REST API need.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from typing import TypeVar

from starlette.concurrency import run_in_threadpool

from gsapp.access import Actor
from gsapp.errors import Busy, TooMany
from gsapp.fair_executor import FairExecutor, Limits
from gsapp.i18n import N_
from gsapp.monitoring import counters
from gsapp.security import vault

R = TypeVar("R")

MAX_CONCURRENT = 2  # large files take a while
MAX_CONCURRENT_PER_USER = 1  # including one that waits for a thread
MAX_WAITING = 50
QUEUE_TIMEOUT = 10.0  # seconds to wait for a thread

_running: Counter[int] = Counter()
_executor = FairExecutor(
    MAX_CONCURRENT, name="export", limits=Limits(MAX_CONCURRENT, waiting_per_key=MAX_WAITING, waiting=MAX_WAITING)
)


class OthersUnderWay(TooMany):
    sentence = N_("Your other lists are still being written. Please wait {seconds} seconds and try again.")


def in_progress() -> int:
    """The number of exports that are being written or wait for a thread."""
    return _running.total()


async def run_export(actor: Actor, work: Callable[[], R]) -> R:
    """Run `work` in a thread of the exports.

    Raises `OthersUnderWay` while another export of the same user is running, `TooMany` after the hourly limit, `Busy`
    when no thread is free within `QUEUE_TIMEOUT`.
    """
    user_id = actor.real_user_id
    if _running[user_id] >= MAX_CONCURRENT_PER_USER:
        counters.THROTTLED.labels("exports").inc()
        raise OthersUnderWay(retry_after=round(QUEUE_TIMEOUT))
    _running[user_id] += 1
    try:
        await run_in_threadpool(vault().throttle.export, user_id, coordinator=actor.is_coordinator)
        job = _executor.submit(partial(copy_context().run, work), key=user_id)
        future = asyncio.wrap_future(job)
        try:
            await asyncio.wait({future}, timeout=QUEUE_TIMEOUT)
        finally:
            gave_up = job.cancel()  # False once it has started
        if gave_up:
            raise Busy
        return await future
    finally:
        _running[user_id] -= 1
        if not _running[user_id]:
            del _running[user_id]
