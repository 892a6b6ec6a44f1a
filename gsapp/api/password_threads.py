"""Threads of the endpoints that check or set a password, which wait for its hash (bulkhead).

In the shared thread pool a flood of sign-ins would use up the threads of files and the REST API, and those of the next
sign-in: its place in the queue of password hashes would be of no use.
"""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from functools import partial, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

# More than all lanes of the queue hold: further requests need a thread only to be refused.
_threads = ThreadPoolExecutor(120, thread_name_prefix="sign-in")


def in_password_thread(endpoint: Callable[P, R]) -> Callable[P, Awaitable[R]]:
    """Decorator: run a synchronous endpoint in one of these threads."""

    @wraps(endpoint)
    async def run(*args: P.args, **kwargs: P.kwargs) -> R:
        work = partial(copy_context().run, endpoint, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(_threads, work)

    return run
