"""Profiles the running site with py-spy."""

# ruff: noqa: S603 - starts py-spy

import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from benchmarks.endpoints import Endpoint
from benchmarks.towns import Town
from benchmarks.wrk import drive

SHOWN = 45
HERTZ = 200
# What stands below everything and says nothing.
STARTING = ("typer/", "runpy", "asyncio/", "threading.py", "uvicorn/main", "uvicorn/server", "gsapp/cli", "benchmarks/")
LINE = re.compile(r":\d+\)$")


def profile(town: Town, endpoint: Endpoint, *, seconds: int) -> str:
    """The functions that took most of the time, and a file with all stacks for a flame graph."""
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if spy is None:
        sys.exit("py-spy is missing: make install")
    requests = endpoint.make(town)
    drive(town.site.url, requests, seconds=2, connections=endpoint.connections)
    stacks = town.folder / f"{endpoint.name}.stacks"
    record = ["record", "--nonblocking", "--rate", str(HERTZ), "--duration", str(seconds)]
    watching = subprocess.Popen(
        [spy, *record, "--pid", str(town.site.pid), "--format", "raw", "--output", str(stacks)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    measured = drive(town.site.url, requests, seconds=seconds + 1, connections=endpoint.connections)
    _, said = watching.communicate()
    if watching.returncode:
        sys.exit(f"py-spy could not watch the site:\n{said}")
    own, whole = times(stacks.read_text(encoding="utf-8").splitlines())
    return (
        f"{endpoint.title} at {town.size:,}: {measured.rate:.0f}/s while watched; all stacks: {stacks}\n"
        f"\nin the function itself\n{_top(own, own.total())}\n\nwith all that it calls\n{_top(whole, own.total())}\n"
    )


def times(stacks: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """From lines of frames and a number of samples: those in each function itself, those in it or below it."""
    own, whole = Counter[str](), Counter[str]()
    for stack in stacks:
        frames, _, samples = stack.rpartition(" ")
        functions = [LINE.sub(")", frame) for frame in frames.split(";")]
        own[functions[-1]] += int(samples)
        for function in {each for each in functions if not any(part in each for part in STARTING)}:
            whole[function] += int(samples)
    return own, whole


def _top(counted: Counter[str], total: int) -> str:
    shown = counted.most_common(SHOWN)
    return "\n".join(f"{samples:8} {samples / total:6.1%}  {function}" for function, samples in shown)
