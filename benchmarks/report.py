"""Results as Markdown tables."""

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measures import Row
from benchmarks.wrk import Measured

START, END = "<!-- make bench writes from here -->", "<!-- to here -->"
HEAD = ("", "needs", "a second", "p50 ms", "p99 ms", "errors", "of an endpoint", "of bytes", "of smallest", "textbook")


@dataclass(frozen=True)
class Result:
    """The results of a row, with their ratios, as the table shows them."""

    name: str
    title: str
    size: int
    own: Measured
    of_object: float
    of_bytes: float
    of_smallest: float | None
    """`None` for the smallest size itself."""
    textbook: float | None
    """How many times faster than the naive version."""
    writes: bool

    def cells(self) -> tuple[str, ...]:
        own = self.own
        return (
            self.title, f"{self.size:,}", rate(own), _ms(own.p50), _ms(own.p99), f"{own.errors}",
            f"{self.of_object:.2f}", f"{self.of_bytes:.2f}",
            "" if self.of_smallest is None else f"{self.of_smallest:.2f}",
            "" if self.textbook is None else f"x {self.textbook:.3g}",
        )  # fmt: skip


def results(rows: Sequence[Row]) -> list[Result]:
    """The results of all rows, compared with the baselines and with the smallest size."""
    smallest = min((row.size for row in rows), default=0)
    base = {row.endpoint.name: Measured.together(row.own).rate for row in rows if row.size == smallest}
    return [_result(row, None if row.size == smallest else base.get(row.endpoint.name)) for row in rows]


def _result(row: Row, smallest: float | None) -> Result:
    own, objects, raw = (Measured.together(runs) for runs in (row.own, row.objects, row.bytes))
    return Result(
        name=row.endpoint.name,
        title=row.endpoint.title,
        size=row.size,
        own=own,
        of_object=ratio(own.rate, objects.rate),
        of_bytes=ratio(own.rate, raw.rate),
        of_smallest=None if smallest is None else ratio(own.rate, smallest),
        textbook=_times_textbook(own, Measured.together(row.textbook)) if row.textbook else None,
        writes=row.endpoint.writes,
    )


def _times_textbook(own: Measured, textbook: Measured) -> float:
    # If the naive version has not responded even once, count one response.
    return own.rate / max(textbook.rate, 1 / textbook.seconds)


def ratio(one: float, other: float) -> float:
    """`one / other`; `inf` if `other` is zero."""
    return one / other if other else float("inf")


def rate(measured: Measured) -> str:
    if not measured.requests:
        return f"under {1 / measured.seconds:.2f}"
    return f"{measured.rate:,.0f}" if measured.rate >= 100 else f"{measured.rate:.1f}"


def _ms(taken: float) -> str:
    return f"{taken:.1f}" if taken else "?"  # unknown without a single response


def table(found: Sequence[Result]) -> str:
    return "\n".join(lines(HEAD, [result.cells() for result in found]))


def line(result: Result) -> str:
    """One line of progress output."""
    named = zip(HEAD[2:], result.cells()[2:], strict=True)
    return f"{result.title:24}{result.size:>11,}  " + "  ".join(f"{name} {value}" for name, value in named if value)


def lines(head: Sequence[str], cells: Sequence[Sequence[str]]) -> Iterator[str]:
    yield "| " + " | ".join(head) + " |"
    yield "|---|" + "---:|" * (len(head) - 1)
    for each in cells:
        yield "| " + " | ".join(each) + " |"


def machine(database: str) -> str:
    """The machine, with the versions of Python and database and the load before the run."""
    model = _field("/proc/cpuinfo", "model name")
    memory = int(_field("/proc/meminfo", "MemTotal").split()[0]) / 1024**2
    load = os.getloadavg()[0]
    return (
        f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, Python {platform.python_version()}, MariaDB {database},"
        f" load {load:.1f} before"
    )


def _field(file: str, name: str) -> str:
    lines = (each.partition(":") for each in Path(file).read_text(encoding="utf-8").splitlines())
    return next((value.strip() for key, _, value in lines if key.strip() == name), "unknown")


def write(text: str, document: Path) -> None:
    """Replace the text between the two marks of a document. Raises `ValueError` if they are missing."""
    before, start, rest = document.read_text(encoding="utf-8").partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError(f"{document} needs the lines {START} and {END}")
    document.write_text(f"{before}{START}\n{text}\n{END}{after}", encoding="utf-8")
