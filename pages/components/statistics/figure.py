"""Plotly figures of the monthly statistics. Pure functions of query results: no clock, no session, no page.

Figures have the colours of the light theme; the style sheet replaces each by the current theme's token, so that one
figure works for light and dark. Text comes translated from the caller.
"""

from collections.abc import Sequence
from html import escape
from typing import Any

from gsapp.schemas.needs import TypeRow
from gsapp.schemas.statistics import MonthCounts

Figure = dict[str, Any]

PUBLISHED, COMPLETED = "#1B3C8F", "#C84A12"
SURFACE, TEXT, RULE, EDGE = "#FFFFFF", "#464E61", "#D0D2CA", "#747B89"
KINDS = {
    "plumbing": "#11329D",
    "care": "#750549",
    "cleaning": "#279EA2",
    "doctor": "#A43B3C",
    "meals": "#AC8A17",
    "transport": "#7C5DDB",
}
OTHER = EDGE
HEIGHT, TOP, BOTTOM = 340, 14, 38  # px; the page reserves this space, and computes the ends of the lines from it
DIGIT, GAP, RIGHT = 10, 18, 14
AROUND = 0.012  # margin as a share of the scale: Plotly draws no grid line at the very edge
LINES, STEPS = 4, (1, 2, 5)
LABEL = 30  # px; height of the label at the end of a line
# With more months not every one gets a label. On phones the style sheet hides more of them.
MAX_LABELS = 12


def published_and_completed(
    months: Sequence[MonthCounts], labels: Sequence[str], full: Sequence[str], *, published: str, completed: str
) -> Figure:
    """Two lines with the area between them filled. `labels` name the months at the axis, `full` in the tooltips."""
    tooltips = [
        f"{month}<br>{published}: {counts.published:,}<br>{completed}: {counts.completed:,}"
        for month, counts in zip(full, months, strict=True)
    ]
    lower = _line([month.completed for month in months], tooltips, completed, COMPLETED)
    lower["line"]["dash"] = "dash"
    lower["marker"] |= {"symbol": "square", "color": SURFACE}
    upper = _line([month.published for month in months], tooltips, published, PUBLISHED)
    upper |= {"fill": "tonexty", "fillcolor": "rgba(27,60,143,0.1)"}
    return _finished([lower, upper], labels, top=_top(months))


def by_type(
    months: Sequence[MonthCounts],
    labels: Sequence[str],
    full: Sequence[str],
    types: Sequence[TypeRow],
    *,
    published: str,
    completed: str,
    other: str,
) -> Figure:
    """Two stacked bars per month: published (pale) beside completed. Kinds not in `types` are summed as `other`."""
    known = {kind.id for kind in types}
    gathered = {type_id for month in months for type_id in month.by_type} - known
    kinds = [({kind.id}, kind.name, KINDS.get(kind.icon, OTHER)) for kind in types]
    if gathered:
        kinds.append((gathered, other, OTHER))
    bars = []
    for which, words in enumerate((published, completed)):
        for ids, name, colour in kinds:
            counts = [sum(month.by_type.get(one, (0, 0))[which] for one in ids) for month in months]
            # Plotly interprets some HTML tags in tooltips.
            tooltips = [
                f"{month}<br>{escape(name)}<br>{words}: {count:,}" for month, count in zip(full, counts, strict=True)
            ]
            bars.append(_bar(counts, tooltips, colour, which))
    figure = _finished(bars, labels, top=_top(months))
    figure["layout"] |= {"barmode": "stack", "bargap": 0.3, "bargroupgap": 0.1}
    return figure


def ends_of_lines(months: Sequence[MonthCounts]) -> tuple[int, int]:
    """The y positions of the ends of both lines, in px from the top, at least the height of a label apart."""
    top, last = _top(months), months[-1]
    pixels = (HEIGHT - TOP - BOTTOM) / (1 + 2 * AROUND)
    published, completed = (TOP + (1 + AROUND - count / top) * pixels for count in (last.published, last.completed))
    apart = LABEL - abs(published - completed)
    if apart > 0:
        up = 1 if published <= completed else -1
        published, completed = published - up * apart / 2, completed + up * apart / 2
    sunk = max(0, max(published, completed) - (HEIGHT - BOTTOM))  # not over the labels of the months
    return round(published - sunk), round(completed - sunk)


def _line(counts: Sequence[int], tooltips: Sequence[str], name: str, colour: str) -> Figure:
    edge = {"color": colour, "width": 2.5}
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": list(range(len(counts))),
        "y": list(counts),
        "name": name,
        "line": {"color": colour, "width": 3},
        "marker": {"color": colour, "symbol": "circle", "size": 10, "line": edge, "opacity": 1},
        "cliponaxis": False,
        "hovertext": list(tooltips),
        "hoverinfo": "text",
    }


def _bar(counts: Sequence[int], tooltips: Sequence[str], colour: str, which: int) -> Figure:
    return {
        "type": "bar",
        "x": list(range(len(counts))),
        "y": list(counts),
        "offsetgroup": str(which),
        "marker": {"color": colour if which else _faded(colour), "line": {"color": colour, "width": 1.5}},
        "hovertext": list(tooltips),
        "hoverinfo": "text",
    }


def _top(months: Sequence[MonthCounts]) -> int:
    """The upper end of the scale: a multiple of a round step."""
    highest = max(max(month.published, month.completed) for month in months)
    step = _step(highest)
    return max(LINES, -(-highest // step) * step)


def _step(highest: int) -> int:
    ten = 1
    while True:
        for one in STEPS:
            if one * ten * LINES >= highest:
                return one * ten
        ten *= 10


def _finished(data: list[Figure], labels: Sequence[str], *, top: int) -> Figure:
    step = -(-len(labels) // MAX_LABELS)
    # Counted back from the last month, which always gets a label.
    named = [index for index in range(len(labels)) if (len(labels) - 1 - index) % step == 0]
    layout = {
        "showlegend": False,
        "autosize": True,
        "height": HEIGHT,
        "margin": {"l": GAP + DIGIT * len(f"{top:,}"), "r": RIGHT, "t": TOP, "b": BOTTOM},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"color": TEXT, "size": 15},
        "hovermode": "closest",
        "hoverdistance": 60,
        "hoverlabel": {"bgcolor": SURFACE, "bordercolor": EDGE, "font": {"color": TEXT, "size": 15}},
        "dragmode": False,
        "xaxis": {
            "tickvals": named,
            "ticktext": [labels[index] for index in named],
            "tickangle": 0,
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        "yaxis": {
            "range": [-AROUND * top, (1 + AROUND) * top],
            "dtick": _step(top),
            "tickformat": ",d",
            "gridcolor": RULE,
            "zeroline": False,
            "fixedrange": True,
        },
    }
    return {"data": data, "layout": layout, "config": {"displayModeBar": False}}


def _faded(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return f"rgba({red},{green},{blue},0.3)"
