"""Runs wrk against a site and parses its report."""

# ruff: noqa: S603 - starts the load generator wrk

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from statistics import median

SCRIPT = Path(__file__).with_name("replay.lua")
MAX_ANSWER_SECONDS = 60  # seconds


@dataclass(frozen=True)
class Request:
    """An HTTP request; `token` is the access token."""

    path: str
    token: str = ""
    body: str = ""
    method: str = "GET"

    def line(self) -> str:
        """The line for `replay.lua`. Raises `ValueError` if a field contains a tab or a line break."""
        fields = (self.method, self.path, self.token, self.body)
        if any(set(field) & {"\t", "\n"} for field in fields):
            raise ValueError(f"a request must fit on one line: {fields}")
        return "\t".join(fields) + "\n"


@dataclass(frozen=True)
class Measured:
    """The result of one run: responses, duration in seconds, percentiles of the latency in ms, and errors."""

    requests: int
    seconds: float
    p50: float
    p99: float
    errors: int

    @property
    def rate(self) -> float:
        """Successful responses per second."""
        return max(0, self.requests - self.errors) / self.seconds

    @classmethod
    def together(cls, runs: Sequence["Measured"]) -> "Measured":
        """Several runs as one: sums, and the median of each percentile."""
        return cls(
            requests=sum(run.requests for run in runs),
            seconds=sum(run.seconds for run in runs),
            p50=median(run.p50 for run in runs),
            p99=median(run.p99 for run in runs),
            errors=sum(run.errors for run in runs),
        )


class Requests:
    """Requests to send in turn. Each run continues after the last request of the one before."""

    def __init__(self, requests: Iterable[Request], *, once: bool = False) -> None:
        self._all = list(requests)
        self._next = 0
        self.once = once
        """Whether each may be sent only once, such as accepting an offer."""

    @property
    def first(self) -> Request:
        return self._all[self._next % len(self._all)]

    @property
    def left(self) -> int:
        return len(self._all) - self._next if self.once else len(self._all)

    def write(self, file: Path) -> None:
        start = self._next if self.once else self._next % len(self._all)
        in_turn = chain(islice(self._all, start, None), [] if self.once else islice(self._all, start))
        with file.open("w", encoding="utf-8") as lines:
            lines.writelines(request.line() for request in in_turn)

    def sent(self, number: int) -> None:
        self._next += number


def drive(url: str, requests: Requests, *, seconds: int, connections: int) -> Measured:
    """Send requests for `seconds`, as fast as they are answered, over `connections` from one thread."""
    wrk = shutil.which("wrk")
    if wrk is None:
        sys.exit("wrk is missing: apt-get install wrk")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "requests"
        requests.write(file)
        command = [wrk, "-t1", f"-c{connections}", f"-d{seconds}s", f"--timeout={MAX_ANSWER_SECONDS}s"]
        ended = subprocess.run(
            [*command, f"--script={SCRIPT}", url, str(file)], check=True, stdout=subprocess.PIPE, text=True
        )
    measured = read(ended.stdout)
    # Requests that are running at the end were sent, but are not counted.
    requests.sent(measured.requests + connections)
    return measured


def read(printed: str) -> Measured:
    """Parse the last line of the output, by replay.lua; before it is wrk's own report."""
    found = json.loads(printed.rstrip().rsplit("\n", 1)[-1])
    errors = found["refused"] + found["broken"] + found["late"]
    return Measured(found["requests"], found["seconds"], found["p50"], found["p99"], errors)
