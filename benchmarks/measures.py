"""Runs the measurements, interleaved so that the ratios between them are meaningful."""

# ruff: noqa: T201 - errors are printed immediately

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import httpx

from benchmarks.endpoints import Endpoint
from benchmarks.site import CEILING
from benchmarks.towns import Town
from benchmarks.wrk import MAX_ANSWER_SECONDS, Measured, Request, Requests, drive

SAMPLES = 9
SLOW = 12  # seconds to measure an endpoint that did not respond within one second


@dataclass
class Row:
    """The runs of an endpoint at one size, and of the routes that it is compared with."""

    endpoint: Endpoint
    size: int
    own: list[Measured] = field(default_factory=list)
    objects: list[Measured] = field(default_factory=list)
    bytes: list[Measured] = field(default_factory=list)
    textbook: list[Measured] = field(default_factory=list)


class Impossible(Exception):
    """An endpoint cannot be measured; the text says why."""


def measure(
    towns: Sequence[Town], endpoints: Sequence[Endpoint], *, seconds: int, rounds: int
) -> Iterator[Row | Impossible]:
    """Measure each endpoint at each size, `rounds` times for `seconds`; yields the result or why it is impossible."""
    for endpoint in endpoints:
        rows = [Row(endpoint, town.size) for town in towns]
        try:
            plans = [_Plan(endpoint, town) for town in towns]
            for _ in range(rounds):
                for row, plan in zip(rows, plans, strict=True):
                    plan.round(row, seconds)
        except Impossible as error:
            yield error
        yield from (row for row in rows if row.own)


class _Plan:
    def __init__(self, endpoint: Endpoint, town: Town) -> None:
        self._connections = endpoint.connections
        self._town = town
        self._requests = endpoint.make(town)
        self._textbook = endpoint.textbook(town) if endpoint.textbook else None
        if self._textbook:
            _send_one(town, self._textbook)
        first = _store_response(town, self._requests, endpoint.name)
        self._objects, self._bytes = (
            Requests([replace(first, path=f"{CEILING}/{kind}/{endpoint.name}")]) for kind in ("object", "bytes")
        )

    def round(self, row: Row, seconds: int) -> None:
        baseline_seconds = max(1, seconds // 3)
        row.objects.append(self._drive(self._objects, baseline_seconds))
        row.own.append(self._drive(self._requests, seconds))
        row.bytes.append(self._drive(self._bytes, baseline_seconds))
        if self._textbook:
            row.textbook.append(self._drive(self._textbook, seconds))

    def _drive(self, requests: Requests, seconds: int) -> Measured:
        warm = self._run(requests, 1)
        if not warm.requests:
            seconds = max(seconds, SLOW)
        if requests.once:
            # One-time requests run out: measure for a shorter time rather than count errors.
            seconds = min(seconds, int(requests.left / (1.2 * warm.rate + 1)))
            if not seconds:
                raise Impossible(f"only {requests.left} requests are left: choose fewer rounds, or fill another town")
        return self._run(requests, seconds)

    def _run(self, requests: Requests, seconds: int) -> Measured:
        path = requests.first.path
        measured = drive(self._town.site.url, requests, seconds=seconds, connections=self._connections)
        wrong = Counter(status for status in self._town.statuses() if not 200 <= status < 300)
        # wrk counts redirects as successful. Requests that are still running at its end are not errors.
        redirected = sum(wrong[status] for status in wrong if 300 <= status < 400)
        measured = replace(measured, errors=measured.errors + redirected)
        if measured.errors:
            print(f"{path} and the like: {measured.errors} errors; {dict(wrong)}", file=sys.stderr, flush=True)
        self._town.settle()
        return measured


def _store_response(town: Town, requests: Requests, name: str) -> Request:
    """Send some requests, and store the response of median length for the baseline routes; returns the first."""
    first = requests.first
    answers = sorted((_send_one(town, requests) for _ in range(1 if requests.once else SAMPLES)), key=len)
    url = f"{town.site.url}{CEILING}/{name}"
    httpx.put(url, content=answers[len(answers) // 2], trust_env=False).raise_for_status()
    return first


def _send_one(town: Town, requests: Requests) -> bytes:
    """Send one request and return the body. Raises `Impossible` with the error, which wrk would only count."""
    if not requests.left:
        raise Impossible("the town holds nothing of what this would change: fill another one")
    first = requests.first
    response = httpx.request(
        first.method,
        town.site.url + first.path,
        headers={"Content-Type": "application/json"}
        | ({"Authorization": f"Bearer {first.token}"} if first.token else {}),
        content=first.body,
        timeout=MAX_ANSWER_SECONDS,
        trust_env=False,
    )
    requests.sent(1)
    if not response.is_success:
        raise Impossible(f"{first.method} {first.path} answered {response.status_code}: {response.text[:500]}")
    return response.content
