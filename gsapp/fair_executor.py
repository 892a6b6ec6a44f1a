"""Thread pool with fair queues: round robin by key, so that the jobs of one user do not delay another's (bulkhead)."""

import threading
from collections import Counter, deque
from collections.abc import Callable, Hashable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, NamedTuple, TypeVar

from gsapp.errors import Busy

R = TypeVar("R")


class Limits(NamedTuple):
    """How much may run and wait at most."""

    running_per_key: int
    waiting_per_key: int
    waiting: int
    """In each lane."""


class _Job(NamedTuple):
    key: Hashable
    future: Future[Any]
    run: Callable[[], Any]


class FairExecutor:
    """Runs jobs in `threads` threads.

    `turns` names the lanes in the order in which they are served; a lane that occurs twice is served twice as often,
    one without jobs is skipped. Within a lane the keys take turns. A job too many raises `Busy` (backpressure).
    """

    def __init__(self, threads: int, *, name: str, limits: Limits, turns: Sequence[str] = ("",)) -> None:
        self._threads = threads
        self._limits = limits
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix=name)
        self._lanes: dict[str, dict[Hashable, deque[_Job]]] = {lane: {} for lane in turns}
        self._turns = deque(turns)
        self._running: Counter[Hashable] = Counter()
        self._lock = threading.Lock()

    def submit(self, run: Callable[[], R], *, key: Hashable, lane: str = "") -> Future[R]:
        """Run `run` in a thread when it is the turn of `key`. Raises `Busy` immediately if too many jobs wait."""
        job = _Job(key, Future(), run)
        with self._lock:
            self._forget_cancelled()
            waiting, limits = self._lanes[lane], self._limits
            if self._must_wait(key) and (
                len(waiting.get(key, ())) >= limits.waiting_per_key or sum(map(len, waiting.values())) >= limits.waiting
            ):
                raise Busy
            waiting.setdefault(key, deque()).append(job)
            self._start()
        return job.future

    def close(self) -> None:
        """Stop the threads; waiting jobs are cancelled."""
        with self._lock:
            jobs = [job for lane in self._lanes.values() for queue in lane.values() for job in queue]
            for lane in self._lanes.values():
                lane.clear()
        for job in jobs:
            job.future.cancel()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _must_wait(self, key: Hashable) -> bool:
        return self._running.total() >= self._threads or self._running[key] >= self._limits.running_per_key

    def _forget_cancelled(self) -> None:
        for lane in self._lanes.values():
            for key, jobs in list(lane.items()):
                left = deque(job for job in jobs if not job.future.cancelled())
                if left:
                    lane[key] = left
                else:
                    del lane[key]

    def _start(self) -> None:
        """Give free threads their next jobs. Call it with the lock held."""
        while self._running.total() < self._threads and (job := self._next()):
            self._running[job.key] += 1
            try:
                self._executor.submit(self._work, job)
            except RuntimeError as error:  # closed
                self._running[job.key] -= 1
                job.future.set_exception(error)

    def _next(self) -> _Job | None:
        for _ in range(len(self._turns)):
            lane = self._lanes[self._turns[0]]
            self._turns.rotate(-1)
            for key, jobs in lane.items():
                if self._running[key] < self._limits.running_per_key:
                    del lane[key]
                    job = jobs.popleft()
                    if jobs:
                        lane[key] = jobs  # behind the other keys
                    return job
        return None

    def _work(self, job: _Job) -> None:
        result, failure = None, None
        if started := job.future.set_running_or_notify_cancel():
            try:
                result = job.run()
            except BaseException as error:  # noqa: BLE001 - as concurrent.futures does: the caller gets it
                failure = error
        with self._lock:
            self._running[job.key] -= 1
            if not self._running[job.key]:
                del self._running[job.key]
            self._start()
        if failure is not None:
            job.future.set_exception(failure)
        elif started:
            job.future.set_result(result)
