"""Records of the background tasks of this process: last run, duration, failures; and whether one has stalled."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic

from gsapp import clock
from gsapp.monitoring import counters


@dataclass
class Task:
    """A background task that has run in this process. Times are Unix timestamps, 0 for never."""

    _succeeded_at: float  # monotonic; at first the time of the first start
    last_run: float = 0.0
    last_success: float = 0.0
    seconds: float = 0.0  # duration of the last run

    def silent_for(self) -> float:
        """Seconds since the last success, or since the first start."""
        return monotonic() - self._succeeded_at

    def ended(self, seconds: float, *, succeeded: bool) -> None:
        self.last_run, self.seconds = clock.now().timestamp(), seconds
        if succeeded:
            self.last_success, self._succeeded_at = self.last_run, monotonic()


_tasks: dict[str, Task] = {}


@contextmanager
def run(name: str) -> Iterator[None]:
    """Context manager around one run of a background task; an exception counts as a failure and propagates."""
    task = _tasks.setdefault(name, Task(monotonic()))
    started = monotonic()
    try:
        yield
    except Exception:  # not the cancellation when the process ends
        task.ended(monotonic() - started, succeeded=False)
        counters.TASK_RUNS.labels(name, "failed").inc()
        raise
    task.ended(monotonic() - started, succeeded=True)
    counters.TASK_RUNS.labels(name, "succeeded").inc()


def stalled(name: str, *, seconds: float) -> bool:
    """Whether a task that was started in this process has not succeeded for that long."""
    return name in _tasks and _tasks[name].silent_for() > seconds


def known() -> dict[str, Task]:
    """The background tasks that were started in this process, by name."""
    return dict(_tasks)
