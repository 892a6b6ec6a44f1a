"""A barrier for tests in which nothing is meant to happen, instead of a sleep."""

import asyncio

from pages.live import regions
from pages.live.debounce import Debouncer

SOON = 5  # seconds within which a refresh must have been made


async def idle(*paces: Debouncer) -> None:
    """Return when each event published so far was delivered and each refresh that it asked for has been made.

    `paces` are those of the tabs; those of all shared regions are waited for, too. A pace that rests before it follows
    another event counts as busy: a second refresh that must not happen would be seen.
    """
    loop = asyncio.get_running_loop()
    delivered = asyncio.Event()
    loop.call_soon_threadsafe(delivered.set)  # behind the callbacks of all events published before
    await delivered.wait()
    watched = [*paces, *(source._pace for source in regions._shared_queries.values() if source._loop is loop)]
    async with asyncio.timeout(SOON):
        while any(_is_due(pace) for pace in watched):  # noqa: ASYNC110 - a pace has no event of its own
            await asyncio.sleep(0.005)


def _is_due(pace: Debouncer) -> bool:
    return not pace._closed and (pace._running or pace._timer is not None)
