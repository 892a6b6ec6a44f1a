"""What was measured, as tables."""

from benchmarks.load import Measured
from benchmarks.measures import Row


def line(row: Row) -> str:
    own, objects, raw = (Measured.together(runs) for runs in (row.own, row.objects, row.bytes))
    textbook = Measured.together(row.textbook).rate if row.textbook else 0
    return (
        f"{row.endpoint.title:24} {row.size:>10,} {own.rate:7.1f}/s  p50 {own.p50:7.1f}  p99 {own.p99:7.1f}"
        f"  errors {own.errors}"
        f"  of {objects.rate:.0f}/s {own.rate / objects.rate:.2f}  of {raw.rate:.0f}/s {own.rate / raw.rate:.2f}"
        f"  textbook {textbook:.1f}"
    )
