"""Requests per second of the site, and how they change as the community grows.

    make bench                                            10,000 and 1,000,000 needs, a table at the end
    make bench options="--only list,detail --seconds 2"
    make bench options="--data /tmp/towns"                keep the filled databases for the next run
    make bench options="--profile list --sizes 10000"     a profile instead of a table

Each endpoint is measured at all sizes in turn, in several rounds, each between two measurements of the baseline routes:
a machine that slows down affects all of them equally.
"""

# ruff: noqa: T201 - a program for the command line

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from benchmarks import goals, profiling, report, towns
from benchmarks.endpoints import READS, Endpoint
from benchmarks.measures import Impossible, Row, measure
from benchmarks.writes import WRITES
from gsapp import clock
from tests.support import mariadb, processes, server

ALL = READS + WRITES


def main(arguments: Sequence[str] | None = None) -> None:
    given = _arguments(arguments)
    with ExitStack() as stack:
        sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gs-bench-")))
        folder = given.data or sockets / "data"
        folder.mkdir(parents=True, exist_ok=True)
        keep = given.data is not None
        town_list = stack.enter_context(towns.running(given.sizes, folder, sockets, kept=keep, memory=given.memory))
        if given.profile:
            for endpoint in given.profile:
                print(profiling.profile(town_list[-1], endpoint, seconds=given.seconds * given.rounds))
            return
        environment = report.machine(towns.version(town_list[0]))
        rows, impossible = _measure(town_list, given)
    text = _text(report.results(rows), environment, given)
    print(text)
    if given.write:
        report.write(text, server.ROOT / "docs" / "performance.md")
    if impossible:
        sys.exit("\n".join(impossible))


def _measure(town_list: Sequence[towns.Town], given: argparse.Namespace) -> tuple[list[Row], list[str]]:
    rows: list[Row] = []
    impossible: list[str] = []
    for found in measure(town_list, given.only, seconds=given.seconds, rounds=given.rounds):
        if isinstance(found, Impossible):
            impossible.append(str(found))
            print(found, file=sys.stderr, flush=True)
        else:
            rows.append(found)
            print(report.line(report.results(rows)[-1]), file=sys.stderr, flush=True)
    return rows, impossible


def _text(found: Sequence[report.Result], environment: str, given: argparse.Namespace) -> str:
    options = (*towns.SERVER[1:], f"--innodb-buffer-pool-size={given.memory}")
    how = f"{given.rounds} rounds of {given.seconds} s after one of warming up, 8 connections"
    about = f"{clock.now():%Y-%m-%d}: {environment}; {' '.join(option[2:] for option in options)}; {how}."
    return "\n".join((about, "", report.table(found), "", goals.table(found)))


def _arguments(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=_sizes, default=[10_000, 1_000_000], help="numbers of needs, smallest first")
    parser.add_argument("--only", type=_endpoints, default=ALL, help="some of " + ",".join(each.name for each in ALL))
    parser.add_argument("--seconds", type=int, default=4, help="seconds per measurement (default 4)")
    parser.add_argument("--rounds", type=int, default=2, help="rounds per measurement (default 2)")
    parser.add_argument("--profile", type=_endpoints, help="profile these endpoints with the largest town")
    parser.add_argument("--write", action="store_true", help="write the tables to docs/performance.md")
    parser.add_argument("--data", type=Path, help="directory that keeps the filled databases")
    parser.add_argument("--memory", default="2G", help="innodb-buffer-pool-size (default 2G)")
    return parser.parse_args(arguments)


def _sizes(typed: str) -> list[int]:
    return sorted(int(size.replace("_", "")) for size in typed.split(","))


def _endpoints(typed: str) -> tuple[Endpoint, ...]:
    known = {each.name: each for each in ALL}
    if unknown := [name for name in typed.split(",") if name not in known]:
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(unknown)}; known are {', '.join(known)}")
    return tuple(known[name] for name in typed.split(","))


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit("Interrupted; everything that was started has been stopped.")
    except (mariadb.NoServerProgram, processes.DidNotStart, towns.SiteEnded, subprocess.CalledProcessError) as error:
        sys.exit(f"{error}")
