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
# Frames at the bottom of every stack, left out of the table.
STARTING = ("typer/", "runpy", "asyncio/", "threading.py", "uvicorn/main", "uvicorn/server", "gsapp/cli", "benchmarks/")
LINE = re.compile(r":\d+\)$")


def profile(town: Town, endpoint: Endpoint, *, seconds: int) -> str:
    """A table of the functions that take most of the time, and the name of a file with all stacks for a flame graph."""
    spy = shutil.which("py-spy", path=str(Path(sys.executable).parent))
    if spy is None:
        sys.exit("py-spy is missing: make install")
    requests = endpoint.make(town)
    drive(town.site.url, requests, seconds=2, connections=endpoint.connections)
    stacks = town.folder / f"{endpoint.name}.stacks"
    record = ["record", "--nonblocking", "--rate", str(HERTZ), "--duration", str(seconds)]
    recorder = subprocess.Popen(
        [spy, *record, "--pid", str(town.site.pid), "--format", "raw", "--output", str(stacks)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    measured = drive(town.site.url, requests, seconds=seconds + 1, connections=endpoint.connections)
    _, errors = recorder.communicate()
    if recorder.returncode:
        sys.exit(f"py-spy could not watch the site:\n{errors}")
    own, whole = times(stacks.read_text(encoding="utf-8").splitlines())
    return (
        f"{endpoint.title} at {town.size:,}: {measured.rate:.0f}/s while watched; all stacks: {stacks}\n"
        f"\nin the function itself\n{_top(own, own.total())}\n\nwith all that it calls\n{_top(whole, own.total())}\n"
    )


def times(stacks: Iterable[str]) -> tuple[Counter[str], Counter[str]]:
    """Samples per function from py-spy's raw format: in the function itself, and including the functions it calls."""
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
