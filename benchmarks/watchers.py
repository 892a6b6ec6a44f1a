"""Latency, memory and errors when a change is sent to many open dashboards.

    python -m benchmarks.watchers
    python -m benchmarks.watchers --pages 20 --changes 20 --seconds 5

The site runs with its defaults, one process over SQLite; the pages are open over websockets, half of them in each
language. Members publish needs through the REST API. The latency of a change is the time from sending its request to
the message that shows it on a page, for every change and every page. Goals: 95 of 100 within a second, no errors, no
more memory at the end than at the start.
"""

# ruff: noqa: S603, T201 - a program for the command line

import argparse
import asyncio
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import quantiles
from time import monotonic
from typing import Any

import httpx

from tests.support import processes, server
from tests.support.open_page import Member, OpenPage

PATH = "/dashboard"
MEMBERS = 10
NUMBER = re.compile(r"watched change (\d+)")
OPENING = 8  # pages at a time
PAGES_PER_BROWSER = 40  # below the limit of open pages for each session
LAST = 5.0  # seconds to wait for the last change
GOAL = 1.0


@dataclass
class Result:
    """The result of a run; `delays` are in seconds, `missing` counts changes that did not arrive on a page."""

    delays: list[float]
    missing: int
    errors: list[str]
    messages: int
    megabytes: float
    memory: tuple[float, float, float]  # MB with all pages open, in the middle, at the end
    changes: float  # per second, as measured
    busy: float  # the share of one processor that the site has used

    @property
    def percentiles(self) -> tuple[float, float, float]:
        cuts = quantiles(self.delays, n=100)
        return cuts[49], cuts[94], max(self.delays)


@dataclass
class Watcher:
    """Records the messages that one page receives: the highest number of a change in each, and when it came."""

    seen: list[tuple[float, int]] = field(default_factory=list)
    messages: int = 0
    size: int = 0

    @property
    def latest(self) -> int:
        return self.seen[-1][1] if self.seen else 0

    def record(self, at: float, text: str) -> None:
        self.messages += 1
        self.size += len(text)
        if numbers := NUMBER.findall(text):
            self.seen.append((at, max(map(int, numbers))))


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=200)
    parser.add_argument("--changes", type=float, default=20, help="changes per second (default 20)")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--needs", type=int, default=0, help="needs in the town at start (default 0)")
    given = parser.parse_args(arguments)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
    with tempfile.TemporaryDirectory() as folder:
        if given.needs:
            _fill(Path(folder), given.needs)
        result = watch(Path(folder), pages=given.pages, changes=given.changes, seconds=given.seconds)
    p50, p95, longest = result.percentiles
    print(f"{given.needs} needs before, {given.pages} pages, {result.changes:.1f} changes a second, {given.seconds} s")
    print(f"commit to page: p50 {p50:.3f} s, p95 {p95:.3f} s, max {longest:.3f} s; never shown: {result.missing}")
    print(f"messages: {result.messages / given.pages / given.seconds:.1f} a second and page, {result.megabytes:.0f} MB")
    print("memory: {:.0f} MB with all pages open, {:.0f} MB in the middle, {:.0f} MB at the end".format(*result.memory))
    print(f"the site used {result.busy:.2f} of a processor")
    print(f"errors: {len(result.errors)}", *result.errors[:5], sep="\n  ")
    sys.exit(p95 >= GOAL or bool(result.errors or result.missing))


def _fill(folder: Path, needs: int) -> None:
    command = [sys.executable, "-m", "gsapp", "demo", "--needs", str(needs)]
    environment = processes.plain_environment(DATA_DIR=str(folder))
    subprocess.run(command, env=environment, cwd=server.ROOT, check=True, stdout=subprocess.DEVNULL)


def watch(folder: Path, *, pages: int, changes: float, seconds: float) -> Result:
    """Start a site in `folder`, and measure `changes` per second on `pages` open pages for `seconds`."""
    with server.running(folder, THROTTLE="off", LANGUAGE="en") as site:
        coordinator = Member(site.url, "keeper")
        site.promote("keeper")
        members = [Member(site.url, f"member{number}") for number in range(MEMBERS)]
        result = asyncio.run(_watch(site, coordinator, members, pages=pages, changes=changes, seconds=seconds))
        result.errors += [line for line in site.log().splitlines() if re.search(r" (ERROR|WARNING|CRITICAL) ", line)]
        return result


async def _watch(
    site: server.Server, coordinator: Member, members: list[Member], *, pages: int, changes: float, seconds: float
) -> Result:
    watchers = [Watcher() for _ in range(pages)]
    opened = []
    browsers = [await asyncio.to_thread(coordinator.sign_in) for _ in range(0, pages, PAGES_PER_BROWSER)]
    for number, watcher in enumerate(watchers):
        cookies = browsers[number // PAGES_PER_BROWSER] | {"gs_lang": ("en", "zh-CN")[number % 2]}
        opened.append(OpenPage(site.url, PATH, cookies, watcher.record))
    turns = asyncio.Semaphore(OPENING)
    async with httpx.AsyncClient(trust_env=False, timeout=30) as http:

        async def open_page(page: OpenPage) -> None:
            async with turns:
                await page.open(http)

        await asyncio.gather(*map(open_page, opened))
        await asyncio.sleep(2)
        memory = [memory_of(site.pid)]
        begun, spent = monotonic(), processor_of(site.pid)
        half = asyncio.get_running_loop().call_later(seconds / 2, lambda: memory.append(memory_of(site.pid)))
        sent, errors = await _change(http, members, changes=changes, seconds=seconds)
        took = monotonic() - begun
        busy = (processor_of(site.pid) - spent) / took
        half.cancel()
        deadline = monotonic() + LAST
        while monotonic() < deadline and any(each.latest < len(sent) for each in watchers):  # noqa: ASYNC110
            await asyncio.sleep(0.05)
        memory.append(memory_of(site.pid))
        errors += [page.error for page in opened if page.error]
        await asyncio.gather(*(page.close() for page in opened))
    delays, missing = _delays(watchers, sent)
    return Result(
        delays=delays,
        missing=missing,
        errors=errors,
        messages=sum(each.messages for each in watchers),
        megabytes=sum(each.size for each in watchers) / 1e6,
        memory=(memory[0], memory[len(memory) // 2], memory[-1]),
        changes=len(sent) / took,
        busy=busy,
    )


async def _change(
    http: httpx.AsyncClient, members: list[Member], *, changes: float, seconds: float
) -> tuple[list[float], list[str]]:
    """Publish needs at a constant rate. Returns the time of each request, and the errors."""
    sent: list[float] = []
    errors: list[str] = []
    begin = monotonic()
    while monotonic() - begin < seconds:
        number = len(sent) + 1
        sent.append(monotonic())
        body = {"ps_title": f"watched change {number}", "ps_desc": "", "stype_id": 1 + number % 6, "cityID": 1}
        body |= {"ps_begindate": "2031-03-01T09:00:00", "ps_enddate": "2031-03-01T11:00:00"}
        answer = await http.post(
            f"{members[0].site}/api/v1/service-requests", json=body, headers=members[number % MEMBERS].bearer
        )
        if not answer.is_success:
            errors.append(f"{answer.status_code} {answer.text[:200]}")
        await asyncio.sleep(max(0, begin + number / changes - monotonic()))
    return sent, errors


def _delays(watchers: list[Watcher], sent: list[float]) -> tuple[list[float], int]:
    """The latency of each change on each page, until the first message with it or a later one; and missing ones."""
    delays, missing = [], 0
    for watcher in watchers:
        seen = iter(watcher.seen)
        at, number = next(seen, (0.0, 0))
        for wanted, begun in enumerate(sent, start=1):
            while number < wanted:
                found: Any = next(seen, None)
                if found is None:
                    missing += len(sent) - wanted + 1
                    break
                at, number = found
            if number < wanted:
                break
            delays.append(at - begun)
    return delays, missing


def processor_of(pid: int) -> float:
    """The processor time of a process in seconds."""
    used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(used[11]) + int(used[12])) / os.sysconf("SC_CLK_TCK")


def memory_of(pid: int) -> float:
    """The resident memory of a process in MB."""
    status = Path(f"/proc/{pid}/status").read_text()
    found = re.search(r"VmRSS:\s+(\d+) kB", status)
    return int(found[1]) / 1024 if found else 0.0


if __name__ == "__main__":
    main()
