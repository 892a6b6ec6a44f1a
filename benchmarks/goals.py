"""The performance goals of the site, and whether a run reached them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.report import Result, lines, ratio

READ = ("list", "page-500", "filtered", "detail", "me", "statistics")
LARGE = 1_000_000


@dataclass(frozen=True)
class Goal:
    """A goal with the measured value, which must be at least `wanted`, or below it if `at_most`."""

    text: str
    wanted: float
    measured: float
    at_most: bool = False

    @property
    def reached(self) -> bool:
        return self.measured < self.wanted if self.at_most else self.measured >= self.wanted

    def cells(self) -> tuple[str, ...]:
        wanted = f"{'under' if self.at_most else 'at least'} {self.wanted:g}"
        return (self.text, wanted, f"{self.measured:.3g}", "yes" if self.reached else "**no**")


def goals(found: Sequence[Result]) -> Iterator[Goal]:
    """The goals for which this run has results."""
    smallest = min((result.size for result in found), default=0)
    for result in found:
        at = f"{result.title} at {result.size:,}"
        if result.size > smallest and (result.size <= LARGE or result.name == "statistics"):
            if result.name in READ:
                yield Goal(f"{at}, of an endpoint that answers from memory", 0.40, result.of_object)
            if result.of_smallest is not None and (result.name in READ or result.writes):
                yield Goal(f"{at}, of the same at {smallest:,}", 0.80, result.of_smallest)
            if result.name == "list" and result.textbook is not None:
                yield Goal(f"{at}, times the textbook", 100, result.textbook)
        if not result.writes and not result.name.startswith("sign-in"):
            yield Goal(f"{at}, p99 in p50", 10, ratio(result.own.p99, result.own.p50), at_most=True)
    yield from _sign_in(found)
    yield Goal("errors", 1, sum(result.own.errors for result in found), at_most=True)


def _sign_in(found: Sequence[Result]) -> Iterator[Goal]:
    for size in sorted({result.size for result in found}):
        rates = {result.name: result.own.rate for result in found if result.size == size}
        if (one := rates.get("sign-in-1")) and (two := rates.get("sign-in-2")):
            yield Goal(f"sign-in at {size:,}, two concurrent, times one at a time", 1.7, two / one)


def table(found: Sequence[Result]) -> str:
    return "\n".join(lines(("goal", "wanted", "measured", "reached"), [goal.cells() for goal in goals(found)]))
