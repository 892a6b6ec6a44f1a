"""Duration of a click and of a direct load in Chromium, with the sample town.

    python -m benchmarks.navigation              starts its own site
    python -m benchmarks.navigation --rounds 20

A click is measured from the event to the first frame that shows the new view; a load from the start of the navigation
to the first frame with a heading. Goals: click 100 ms (median), 250 ms with the processor throttled four times, load
700 ms.
"""

# ruff: noqa: S603, T201 - a program for the command line, which starts our own site

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from playwright.sync_api import Page, sync_playwright

from gsapp.demo.content_people import PASSWORD
from tests.support import processes, server
from tests.support.browser.chromium import launch

READER = "zhang_min"  # has both needs and offers
# Pairs of addresses: the first is loaded, then a link to the second is clicked.
CLICKS = [
    ("/", "/board"),
    ("/stats", "/board"),
    ("/board", "/board?page=2"),
    ("/board", "/needs/1"),
    ("/board", "/my/needs"),
    ("/my/needs", "/my/offers"),
    ("/board", "/needs/new"),
    ("/board", "/stats"),
    ("/board", "/profile"),
    ("/board", "/"),
]
LOADS = ["/", "/board", "/needs/1", "/needs/new", "/my/needs", "/my/offers", "/stats", "/profile", "/nowhere"]
GOALS = {"click": 100, "click, 4x slower": 250, "load": 700}

# A timeout that is set in a frame's callback runs after that frame was drawn.
CLICK = """address => new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement('a'), {href: address});
    document.querySelector('.gs-main').append(link);
    const done = gs.navigation.loaded;
    const late = setTimeout(() => reject(new Error('no answer from ' + address)), 8000);
    gs.navigation.loaded = n => {
        gs.navigation.loaded = done;
        done(n);
        requestAnimationFrame(() => setTimeout(() => {
            clearTimeout(late);
            resolve(performance.now() - start);
        }));
    };
    const start = performance.now();
    link.click();
})"""
LOADED = """() => new Promise(resolve => {
    const look = () => document.getElementById('gs-h1')
        ? setTimeout(() => resolve(performance.now())) : requestAnimationFrame(look);
    look();
})"""
READY = "() => window.socket?.connected && window.did_handshake"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=10, help="rounds per measurement (default 10)")
    rounds = parser.parse_args(arguments).rounds
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        environment = processes.plain_environment(DATA_DIR=folder)
        town = [sys.executable, "-m", "gsapp", "demo"]
        subprocess.run(town, env=environment, cwd=server.ROOT, check=True, stdout=subprocess.DEVNULL)
        with server.running(data, THROTTLE="off") as site:
            _measure(site.url, rounds)


def _measure(url: str, rounds: int) -> None:
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} processors, load {load:.1f} before; {rounds} rounds")
    print("milliseconds: median (fastest to slowest)")
    with sync_playwright() as playwright:
        browser = launch(playwright.chromium)
        page = browser.new_page(base_url=url)
        answer = page.request.post(
            f"{url}/auth/login", form={"username": READER, "password": PASSWORD}, headers={"Origin": url}
        )
        if not answer.ok:
            sys.exit(f"Signing in answered {answer.status}.")
        processor = page.context.new_cdp_session(page)
        for kind, slower in (("click", 1), ("click, 4x slower", 4)):
            processor.send("Emulation.setCPUThrottlingRate", {"rate": slower})
            for before, to in CLICKS:
                _report(kind, f"{before} -> {to}", rounds, partial(_click, page, before, to))
        processor.send("Emulation.setCPUThrottlingRate", {"rate": 1})
        for address in LOADS:
            _report("load", address, rounds, partial(_load, page, address))
        browser.close()


def _click(page: Page, before: str, to: str) -> float:
    page.goto(before)
    page.wait_for_function(READY)
    page.wait_for_timeout(150)  # until the previous page is idle
    taken: float = page.evaluate(CLICK, to)
    return taken


def _load(page: Page, address: str) -> float:
    page.goto(address, wait_until="commit")
    taken: float = page.evaluate(LOADED)
    return taken


def _report(kind: str, what: str, rounds: int, measure: Callable[[], float]) -> None:
    measure()  # warm-up: caches and lazy imports
    taken = [measure() for _ in range(rounds)]
    verdict = "" if median(taken) <= GOALS[kind] else f"   over the goal of {GOALS[kind]}"
    print(f"{kind:18} {what:26} {median(taken):5.0f} ({min(taken):.0f} to {max(taken):.0f}){verdict}", flush=True)


if __name__ == "__main__":
    main()
