"""Memory and event-loop stalls of a site that a crawler visits: page loads whose websocket never connects.

    python -m benchmarks.page_loads
    python -m benchmarks.page_loads --loads 300 --visitors 5 --after 0 --path /help

The site runs with its defaults, one process over SQLite. Visitors load one page over and over, each from an address of
its own (127.0.0.2, 127.0.0.3 ...). Beside them one more visitor asks for /health every 20 ms: its longest wait is how
long the event loop did not run, because /health needs neither a thread nor the database.
"""

# ruff: noqa: T201 - a program for the command line

import argparse
import os
import tempfile
import threading
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import quantiles
from time import monotonic, sleep

from benchmarks.watchers import memory_of, processor_of
from tests.support import server

PAUSE = 0.02  # seconds between two requests of /health
ANSWER_WITHIN = 60.0


@dataclass
class Result:
    """The result of a run; `waits` are in seconds, `memory` in MB: before, highest, after the last load, at the end."""

    statuses: Counter[int]
    waits: list[float]
    memory: tuple[float, float, float, float]
    seconds: float
    busy: float  # processor time of the site for each load, in seconds


@dataclass
class _Health:
    """Asks for /health in a thread until `stop`, and reads the memory of the site."""

    site: server.Server
    waits: list[float] = field(default_factory=list)
    highest: float = 0.0
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self.site.port, timeout=ANSWER_WITHIN)
        while not self._stop.wait(PAUSE):
            begun = monotonic()
            connection.request("GET", "/health")
            connection.getresponse().read()
            self.waits.append(monotonic() - begun)
            self.highest = max(self.highest, memory_of(self.site.pid))
        connection.close()

    def stop(self) -> None:
        self._stop.set()


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--loads", type=int, default=1200)
    parser.add_argument("--path", default="/")
    parser.add_argument("--visitors", type=int, default=1, help="addresses that the loads come from (default 1)")
    parser.add_argument("--connections", type=int, default=4, help="loads at the same time (default 4)")
    parser.add_argument("--after", type=int, default=90, help="seconds to wait after the last load (default 90)")
    given = parser.parse_args(arguments)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
    with tempfile.TemporaryDirectory() as folder, server.running(Path(folder)) as site:
        limits = {"loads": given.loads, "visitors": given.visitors, "connections": given.connections}
        result = crawl(site, given.path, **limits, after=given.after)
    cuts = quantiles(result.waits, n=100)
    answered = ", ".join(f"{n} x {status}" for status, n in sorted(result.statuses.items()))
    print(f"{given.loads} loads of {given.path} from {given.visitors} addresses: {answered}")
    print(f"{given.loads / result.seconds:.1f} loads a second, {1000 * result.busy:.0f} ms of processor time each")
    print("memory: {:.0f} MB before, {:.0f} highest, {:.0f} after the last load,".format(*result.memory), end=" ")
    print(f"{result.memory[-1]:.0f} {given.after} s later")
    print(f"/health beside it: p50 {cuts[49]:.3f} s, p99 {cuts[98]:.3f} s, longest {max(result.waits):.3f} s")


def crawl(site: server.Server, path: str, *, loads: int, visitors: int, connections: int, after: float) -> Result:
    """Load `path` `loads` times, `connections` at a time, from `visitors` addresses, then wait `after` seconds."""
    load(site, "/", "127.0.0.1")  # the first load imports and compiles
    before, spent, begun = memory_of(site.pid), processor_of(site.pid), monotonic()
    health, numbers, statuses = _Health(site, highest=before), count(), Counter[int]()

    def work() -> None:
        while (n := next(numbers)) < loads:
            statuses[load(site, path, f"127.0.0.{2 + n % visitors}")] += 1

    threads = [threading.Thread(target=target, daemon=True) for target in (health.run, *[work] * connections)]
    for thread in threads:
        thread.start()
    for thread in threads[1:]:
        thread.join()
    seconds, busy, last = monotonic() - begun, (processor_of(site.pid) - spent) / loads, memory_of(site.pid)
    waits = list(health.waits)
    sleep(after)
    health.stop()
    threads[0].join()
    return Result(statuses, waits, (before, health.highest, last, memory_of(site.pid)), seconds, busy)


def load(site: server.Server, path: str, address: str) -> int:
    """Load a page as a crawler does, from a local `address`. Returns the status."""
    connection = HTTPConnection("127.0.0.1", site.port, timeout=ANSWER_WITHIN, source_address=(address, 0))
    try:
        connection.request("GET", path, headers={"Accept-Encoding": "gzip"})
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


if __name__ == "__main__":
    main()
