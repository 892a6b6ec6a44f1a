"""Counters of the rate limiter: moving windows in Redis, where all processes see them, or in memory.

Without Redis, and while it does not answer, each process counts by itself: a limit is then as many times higher as
there are processes, and nothing waits for Redis.
"""

import logging
import time
from collections.abc import Callable
from typing import TypeVar

import redis
from limits import RateLimitItem
from limits.errors import StorageError
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import MovingWindowRateLimiter

log = logging.getLogger(__name__)
R = TypeVar("R")
TIMEOUT = 0.5  # seconds for any response of Redis
RETRY_AFTER = 5.0  # seconds without Redis after a failure
FAILURES = (redis.RedisError, StorageError, OSError)


class SharedCounters:
    """Hits per key within moving windows. `redis_url` may be empty."""

    def __init__(self, redis_url: str = "") -> None:
        self._local = MovingWindowRateLimiter(MemoryStorage())
        self._shared = _in_redis(redis_url) if redis_url else None
        self._retry_at = 0.0

    def hit(self, item: RateLimitItem, key: tuple[str, ...]) -> bool:
        """Count one hit. False if the window is full: then it is not counted."""
        return self._run(lambda limiter: limiter.hit(item, *key))

    def window(self, item: RateLimitItem, key: tuple[str, ...]) -> tuple[float, int]:
        """When the window has room again (seconds since the epoch), and how many hits are left."""
        reset, remaining = self._run(lambda limiter: limiter.get_window_stats(item, *key))
        return reset, remaining

    def clear(self, item: RateLimitItem, key: tuple[str, ...]) -> None:
        self._run(lambda limiter: limiter.clear(item, *key))

    def _run(self, work: Callable[[MovingWindowRateLimiter], R]) -> R:
        if self._shared is not None and time.monotonic() >= self._retry_at:
            try:
                return work(self._shared)
            except FAILURES as error:
                self._retry_at = time.monotonic() + RETRY_AFTER
                log.warning("Redis does not count rate limits, this process does: %s", type(error).__name__)
        return work(self._local)


def _in_redis(url: str) -> MovingWindowRateLimiter:
    # limits names the schemes of redis-py differently for sockets only.
    uri = url.replace("unix://", "redis+unix://", 1) if url.startswith("unix://") else url
    storage = RedisStorage(
        uri,
        connection_pool=None,
        wrap_exceptions=True,
        socket_timeout=TIMEOUT,
        socket_connect_timeout=TIMEOUT,
        key_prefix="goodservices-limits",
    )
    return MovingWindowRateLimiter(storage)
