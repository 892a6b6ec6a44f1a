"""Three totals for the selected months, compared with as many months before."""

from fractions import Fraction

from gsapp import metrics
from gsapp.schemas.statistics import Counts, Statistics
from pages.components.basics import box, icon, text
from pages.core.session import Ctx


def monthly_tiles(ctx: Ctx, found: Statistics, months: int) -> None:
    t, total, before = ctx.t, found.total, found.before
    with box("gs-tiles gs-three gs-stats", tag="dl"):
        comparison = _compared(ctx, total.published, before.published, months)
        _tile("s1", t(metrics.PUBLISHED.name), t.number(total.published), t("needs"), comparison)
        comparison = _compared(ctx, total.completed, before.completed, months)
        _tile("s2", t(metrics.COMPLETED.name), t.number(total.completed), t("times"), comparison)
        rate, unit = ("—", "") if total.rate is None else (t.number(round(total.rate * 100)), "%")
        _tile("done", t(metrics.RATE.name), rate, unit, _as_fraction(ctx, total))


def _tile(key: str, label: str, number: str, unit: str, comparison: str) -> None:
    with box("gs-tile"):
        with box(tag="dt"):
            with box(f"gs-icon gs-icon--{key}", tag="span"):
                if key == "done":
                    icon("check")
            text(label, tag="span")
        with box("gs-number", tag="dd"):
            text(number, tag="span")
            if unit:
                text(unit, tag="small")
        if comparison:
            text(comparison, "gs-description", tag="dd")


def _compared(ctx: Ctx, now: int, before: int, months: int) -> str:
    """The change against the months before; empty if these had too few needs for a comparison."""
    t = ctx.t
    if before < metrics.FEWEST:
        return ""
    change = round((now - before) / before * 100)
    share = t.percent(abs(change) / 100)
    if change > 0:
        return t.n("{share} more than the month before", "{share} more than the {n} months before", months, share=share)
    if change < 0:
        return t.n("{share} less than the month before", "{share} less than the {n} months before", months, share=share)
    return t.n("As many as the month before", "As many as in the {n} months before", months)


def _as_fraction(ctx: Ctx, total: Counts) -> str:
    """The share as a fraction of small numbers, such as 5 of every 6."""
    if total.rate is None or not 0 < total.rate < 1 or total.published < metrics.FEWEST:
        return ""
    share = Fraction(total.rate).limit_denominator(10)
    if share in (0, 1):
        return ""
    return ctx.t("About {part} of every {whole}", part=share.numerator, whole=share.denominator)
