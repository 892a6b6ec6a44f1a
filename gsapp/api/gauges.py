"""Gauges that are read when the metrics are asked for: readiness, tasks, disk, outbox, backup, pool, cache, version."""

import platform
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from typing import get_args

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.pool import QueuePool

from gsapp import clock, db, migrations
from gsapp.api.checks import Findings
from gsapp.monitoring import tasks
from gsapp.monitoring.counters import NAMESPACE
from gsapp.schemas.api_health import Part, Reason

REASONS: tuple[str, ...] = get_args(Reason)
DEGRADED: tuple[str, ...] = get_args(Part)


class Gauges(Collector):
    """The gauges of one answer. Figures that the check could not read are left out: zero would be a false statement."""

    def __init__(self, reasons: Iterable[str], degraded: Iterable[str], found: Findings) -> None:
        self._reasons, self._degraded, self._found = set(reasons), set(degraded), found

    def registry(self) -> CollectorRegistry:
        """A registry with these gauges only."""
        registry = CollectorRegistry()
        registry.register(self)
        return registry

    def collect(self) -> Iterator[Metric]:
        """All gauges."""
        yield _info({"version": _version(), "python": platform.python_version(), **self._schemas()})
        yield _gauge("ready", "Whether this process can serve, as /ready says.", int(not self._reasons))
        yield _by("not_ready", "Why it cannot serve.", "reason", {name: name in self._reasons for name in REASONS})
        yield _by("degraded", "What does not work.", "part", {name: name in self._degraded for name in DEGRADED})
        yield from _tasks()
        yield from self._site()
        yield from _database()

    def _schemas(self) -> dict[str, str]:
        return {"schema": self._found.schema, "required_schema": migrations.newest_revision() or ""}

    def _site(self) -> Iterator[Metric]:
        """What all processes of a site share: each answers with the same figures."""
        if self._found.free_bytes is not None:
            yield _gauge("disk_free_bytes", "Free space for the data of this site.", self._found.free_bytes)
        if (outbox := self._found.outbox) is None:
            return
        age = (clock.now() - outbox.oldest_at).total_seconds() if outbox.oldest_at else 0
        yield _gauge("outbox_waiting", "E-mails that wait to be sent.", outbox.waiting)
        yield _gauge("outbox_failed", "E-mails given up in the last 24 hours.", outbox.failed)
        yield _gauge("outbox_oldest_seconds", "Age of the e-mail that waits longest.", age)
        backup = self._found.last_backup
        yield _gauge(
            "last_backup_timestamp_seconds", "The last backup; 0 for never.", backup.timestamp() if backup else 0
        )


def _tasks() -> Iterator[Metric]:
    known = tasks.known()
    yield _by("task_last_run_timestamp_seconds", "End of the last run.", "task", _each(known, "last_run"))
    succeeded = _each(known, "last_success")
    yield _by("task_last_success_timestamp_seconds", "Last success; 0 for none.", "task", succeeded)
    yield _by("task_last_run_seconds", "Duration of the last run.", "task", _each(known, "seconds"))


def _each(known: Mapping[str, tasks.Task], attribute: str) -> dict[str, float]:
    return {name: getattr(task, attribute) for name, task in known.items()}


def _database() -> Iterator[Metric]:
    database = db.current()
    write, read = database.engine.pool, database.reader.pool
    pools = {"all": write} if database.embedded else {"write": write, "read": read}
    queues = {name: pool for name, pool in pools.items() if isinstance(pool, QueuePool)}
    in_use = {name: pool.checkedout() for name, pool in queues.items()}
    yield _by("database_connections_in_use", "Pooled connections in use.", "pool", in_use)
    yield _by("database_pool_size", "Connections that a pool keeps.", "pool", {n: p.size() for n, p in queues.items()})
    yield _by(
        "database_pool_overflow",
        "Connections beyond the size of the pool.",
        "pool",
        {name: max(0, pool.overflow()) for name, pool in queues.items()},
    )
    yield _counter("cache_hits", "Cached results that were used.", database.cache.hits)
    yield _counter("cache_misses", "Results that were computed.", database.cache.misses)
    yield _gauge("cache_entries", "Results in the cache.", len(database.cache))


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"{NAMESPACE}_{name}", text, value=value)


def _counter(name: str, text: str, value: float) -> Metric:
    return CounterMetricFamily(f"{NAMESPACE}_{name}", text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"{NAMESPACE}_{name}", text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family


def _info(values: Mapping[str, str]) -> Metric:
    return InfoMetricFamily(f"{NAMESPACE}_build", "Version of the program and of the schema.", value=dict(values))


def _version() -> str:
    try:
        return version("goodservices")
    except PackageNotFoundError:  # started from a checkout
        return "unknown"
