"""The Prometheus counters, histograms and gauges of this process, declared in one place.

Labels have few values, all known beforehand: routes, states and names from the code, never an address, an id or a text
of a user. A series for each of those would fill the memory of the monitoring system and carry personal data into it.

Why not the OpenTelemetry support of FastAPI: it knows neither the pages nor the database, and it sends its figures to a
collector that must be operated, too.
"""

from functools import cache, partial

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
)
from prometheus_client import Gauge as _Gauge

NAMESPACE = "goodservices"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))
UNKNOWN = "unknown"
"""The label of all paths that match no route."""

# Otherwise every series is exported a second time, as the time of its creation.
disable_created_metrics()  # type: ignore[no-untyped-call]
registry = CollectorRegistry()
ProcessCollector(registry=registry)  # memory, processor time, file descriptors
GCCollector(registry=registry)  # a full collection blocks all requests

_counter = partial(Counter, namespace=NAMESPACE, registry=registry)
_histogram = partial(Histogram, namespace=NAMESPACE, registry=registry)
_gauge = partial(_Gauge, namespace=NAMESPACE, registry=registry)

HTTP_REQUESTS = _counter("http_requests", "HTTP requests by route and status.", ["method", "route", "status"])
HTTP_SECONDS = _histogram("http_request_seconds", "Time to answer an HTTP request.", ["route"], buckets=SECONDS)
PAGE_VIEWS = _counter("page_views", "Views loaded: pages, clicks and reloads after an event.", ["page", "status"])
PAGE_SECONDS = _histogram("page_view_seconds", "Time to load the data of a view.", ["page"], buckets=SECONDS)
OPEN_PAGES = _gauge("open_pages", "Pages kept in memory, with or without a websocket.")
SOCKETS = _gauge("page_sockets", "Pages with a connected websocket.")
EVENTS = _counter("events", "Events delivered to the pages of this process, also those of other processes.", ["event"])
EVENT_SECONDS = _histogram(
    "event_delay_seconds",
    "From the commit (of another process: from the receipt over Redis) to the update given to the page's websocket.",
    buckets=(0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
)
LOOP_SECONDS = _histogram(
    "event_loop_lag_seconds", "Delay of a timer on the event loop.", buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
)
STATEMENT_SECONDS = _histogram("statement_seconds", "Time of an SQL statement.", ["kind"], buckets=(0.001, *SECONDS))
TRANSACTION_SECONDS = _histogram(
    "transaction_seconds",
    "Time of a transaction with its waits for a connection and locks, and its commit.",
    ["kind"],
    buckets=(0.001, *SECONDS),
)
RETRIES = _counter("database_retries", "Transactions repeated after a transient database error.", ["cause"])
POOL_TIMEOUTS = _counter("database_pool_timeouts", "Requests refused because no pooled connection became free.")
THROTTLED = _counter("throttled", "Requests refused by a rate limit or a full queue.", ["kind"])
REFUSALS = _counter("security_refusals", "Failed sign-ins, rate limits and missing rights, by error.", ["kind"])
QUEUES = _gauge("queue_length", "Work that is waiting or in progress.", ["queue"])
TASK_RUNS = _counter("task_runs", "Completed runs of background tasks.", ["task", "outcome"])
SKIPPED_RECORDS = _counter("task_skipped_records", "Records that a background task failed on and skipped.", ["task"])


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    """Count one HTTP request. `route` is a template such as `/needs/{need_id}`, `status` 0 if nothing was sent."""
    requests, latencies = _request_series(method if method in METHODS else UNKNOWN, route, status)
    requests.inc()
    latencies.observe(seconds)


def count_view(page: str, status: int, seconds: float) -> None:
    """Count one view of a page, loaded by a request, by a click over the websocket or after an event."""
    PAGE_VIEWS.labels(page, status).inc()
    PAGE_SECONDS.labels(page).observe(seconds)


@cache  # bounded: by the routes, METHODS and statuses; looking up labels takes longer than counting
def _request_series(method: str, route: str, status: int) -> tuple[Counter, Histogram]:
    return HTTP_REQUESTS.labels(method, route, status), HTTP_SECONDS.labels(route)
