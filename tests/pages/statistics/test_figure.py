"""The figures of the statistics: right by Plotly's own rules, agreeing with the months, in the theme's colours."""

import re
from pathlib import Path
from typing import Any

import plotly.graph_objects as go
import pytest

from gsapp.schemas.needs import TypeRow
from gsapp.schemas.statistics import MonthCounts, months_from
from pages.components.statistics import figure as charts

STYLES = Path(__file__).parents[3] / "pages" / "assets" / "css"
TYPES = (TypeRow(id=1, name="管道维修", icon="plumbing"), TypeRow(id=2, name="<b>Anything</b>", icon=""))


def months(*counts: tuple[int, int]) -> list[MonthCounts]:
    names = months_from("2026-01", len(counts))
    return [
        MonthCounts(month=name, published=published, completed=completed, by_type={1: (published, completed)})
        for name, (published, completed) in zip(names, counts, strict=True)
    ]


def lines(found: list[MonthCounts]) -> charts.Figure:
    names = [month.month for month in found]
    return charts.published_and_completed(found, names, names, published="Published", completed="Completed")


def bars(found: list[MonthCounts]) -> charts.Figure:
    names = [month.month for month in found]
    return charts.by_type(found, names, names, TYPES, published="Published", completed="Completed", other="Others")


def drawn(figure: charts.Figure) -> go.Figure:
    """Plotly refuses what it does not know."""
    return go.Figure(data=figure["data"], layout=figure["layout"])


def test_the_two_lines_are_published_and_completed_of_each_month() -> None:
    figure = lines(months((10, 11), (0, 0), (371, 322)))
    values = {trace.name: list(trace.y) for trace in drawn(figure).data}
    assert values == {"Completed": [11, 0, 322], "Published": [10, 0, 371]}


def test_the_stacks_of_a_month_add_up_to_its_totals() -> None:
    found = months((5, 3), (2, 4))
    found[0].by_type.update({1: (1, 1), 2: (2, 1), 99: (2, 1)})  # 99 is no longer offered
    figure = bars(found)
    assert drawn(figure).layout.barmode == "stack"
    stacks: dict[str, list[int]] = {}
    for bar in figure["data"]:
        stack = stacks.setdefault(bar["offsetgroup"], [0, 0])
        stacks[bar["offsetgroup"]] = [before + more for before, more in zip(stack, bar["y"], strict=True)]
    assert stacks == {"0": [5, 2], "1": [3, 4]}


def test_what_is_pointed_at_names_the_month_and_both_numbers() -> None:
    assert lines(months((1200, 7)))["data"][0]["hovertext"] == ["2026-01<br>Published: 1,200<br>Completed: 7"]


def test_the_name_of_a_kind_of_help_is_never_markup() -> None:
    said = [text for bar in bars(months((1, 1)))["data"] for text in bar["hovertext"]]
    assert any("&lt;b&gt;Anything&lt;/b&gt;" in text for text in said)
    assert not any("<b>" in text for text in said)


@pytest.mark.parametrize(
    ("highest", "top", "step"),
    [(0, 4, 1), (1, 4, 1), (4, 4, 1), (5, 6, 2), (9, 10, 5), (45, 60, 20), (371, 400, 100), (401, 600, 200)],
)
def test_the_scale_begins_at_zero_and_ends_at_a_round_number(highest: int, top: int, step: int) -> None:
    axis = lines(months((highest, 0)))["layout"]["yaxis"]
    assert (round(axis["range"][1] / (1 + charts.AROUND)), axis["dtick"]) == (top, step)
    assert -0.02 * top < axis["range"][0] < 0


@pytest.mark.parametrize("count", [1, 6, 12, 13, 24, 120])
def test_the_last_month_is_always_named_and_never_too_many(count: int) -> None:
    axis = lines(months(*[(1, 1)] * count))["layout"]["xaxis"]
    assert axis["tickvals"][-1] == count - 1
    assert len(axis["ticktext"]) == len(axis["tickvals"]) <= charts.MAX_LABELS


@pytest.mark.parametrize("last", [(371, 322), (322, 371), (5, 5), (0, 0), (1, 0), (0, 400)])
def test_the_names_of_the_lines_stand_apart_in_the_lines_order_and_inside_the_chart(last: tuple[int, int]) -> None:
    published, completed = charts.ends_of_lines(months((400, 0), last))
    assert abs(published - completed) >= charts.LABEL - 1
    assert (published < completed) == (last[0] >= last[1])
    assert max(published, completed) <= charts.HEIGHT - charts.BOTTOM


def test_the_name_of_a_line_stands_where_it_ends() -> None:
    published, completed = charts.ends_of_lines(months((400, 200)))
    room = charts.HEIGHT - charts.TOP - charts.BOTTOM
    assert published == pytest.approx(charts.TOP, abs=room * charts.AROUND + 1)
    assert completed == pytest.approx(charts.TOP + room / 2, abs=1)


def _colours(part: Any) -> set[str]:
    if isinstance(part, dict):
        return {found for key in part for found in _colours(part[key])}
    if isinstance(part, list):
        return {found for each in part for found in _colours(each)}
    return {part} if isinstance(part, str) and re.fullmatch(r"#[0-9A-F]{6}", part) else set()


def test_every_colour_is_one_of_the_light_theme_and_gives_way_to_its_token() -> None:
    """A figure knows nothing of dark: the style sheet must exchange each of its colours."""
    tokens = (STYLES / "tokens.css").read_text().split(".body--dark {")[0]
    sheet = re.sub(r"\s+", " ", (STYLES / "statistics.css").read_text())
    expected = {
        charts.PUBLISHED: "s1",
        charts.COMPLETED: "s2",
        charts.SURFACE: "surface",
        charts.RULE: "line",
        charts.EDGE: "line-strong",
        **{colour: f"t-{kind}" for kind, colour in charts.KINDS.items()},
    }
    used = _colours(lines(months((2, 1)))) | _colours(bars(months((2, 1))))
    assert used - expected.keys() == {charts.TEXT}  # all text has one rule
    for colour, token in expected.items():
        assert f"--gs-{token}: {colour};".lower() in tokens.lower()
        rgb = ", ".join(str(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
        assert f'[style*="stroke: rgb({rgb})"] {{ stroke: var(--gs-{token}) !important; }}' in sheet
