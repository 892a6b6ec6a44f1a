"""Event loop lag: how late a timer fires, which is how long a click waits while something blocks the loop."""

import asyncio
from time import perf_counter

from gsapp.monitoring import counters

EVERY = 0.5  # seconds


async def measure() -> None:
    """Measure until cancelled."""
    while True:
        before = perf_counter()
        await asyncio.sleep(EVERY)
        counters.LOOP_SECONDS.observe(max(0.0, perf_counter() - before - EVERY))
