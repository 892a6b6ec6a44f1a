"""A barrier for tests in which nothing is meant to happen, instead of a sleep."""

import asyncio

from pages.live import regions
from pages.live.debounce import Debouncer

SOON = 5  # seconds within which a refresh must have been made


async def idle(*debouncers: Debouncer) -> None:
    """Return when each event published so far was delivered and each refresh that it asked for has been made.

    `debouncers` are those of the tabs; those of all shared queries are waited for, too. One that pauses before its next
    refresh counts as busy: a second refresh that must not happen would be seen.
    """
    loop = asyncio.get_running_loop()
    delivered = asyncio.Event()
    loop.call_soon_threadsafe(delivered.set)  # behind the callbacks of all events published before
    await delivered.wait()
    watched = [*debouncers, *(query._debouncer for query in regions._shared_queries.values() if query._loop is loop)]
    async with asyncio.timeout(SOON):
        while any(_is_due(each) for each in watched):  # noqa: ASYNC110 - a debouncer has no event to wait for
            await asyncio.sleep(0.005)


def _is_due(debouncer: Debouncer) -> bool:
    return not debouncer._closed and (debouncer._running or debouncer._timer is not None)
