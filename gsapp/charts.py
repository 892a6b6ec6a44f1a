"""Query results in, Plotly figures out. Pure: no clock, no session, no page.

Colours are left to the theme: a style sheet reaches the traces by their order, so that one figure serves light and
dark. Text comes translated from the caller.
"""

from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from gsapp.schemas.needs import TypeRow
from gsapp.schemas.statistics import MonthCounts

# A few months stand as words, many as every third, so that labels never run into each other on a phone.
MOST_LABELS = 8


def published_and_completed(
    months: Sequence[MonthCounts], labels: Sequence[str], *, published: str, completed: str
) -> dict[str, Any]:
    """Two lines from zero with the gap between them shaded; each named at its end, without a legend box."""
    x = list(range(len(months)))
    figure = go.Figure()
    figure.add_scatter(
        x=x,
        y=[month.completed for month in months],
        name=completed,
        mode="lines+markers",
        line={"dash": "dash", "width": 3},
        marker={"symbol": "square-open", "size": 9, "line": {"width": 2.5}},
    )
    figure.add_scatter(
        x=x,
        y=[month.published for month in months],
        name=published,
        mode="lines+markers",
        fill="tonexty",
        line={"width": 3},
        marker={"symbol": "circle", "size": 9},
    )
    return _finished(figure, labels, highest=max((max(m.published, m.completed) for m in months), default=0))


def by_type(
    months: Sequence[MonthCounts], labels: Sequence[str], types: Sequence[TypeRow], *, published: str, completed: str
) -> dict[str, Any]:
    """Two stacks a month, published beside completed, in the colours of the kinds of help."""
    x = list(range(len(months)))
    figure = go.Figure()
    for which, name in enumerate((published, completed)):
        for kind in types:
            figure.add_bar(
                x=x,
                y=[month.by_type.get(kind.id, (0, 0))[which] for month in months],
                name=f"{kind.name} · {name}",
                offsetgroup=str(which),
                marker={"line": {"width": 1}, "pattern": {"shape": "/" if which else ""}},
            )
    figure.update_layout(barmode="stack", bargap=0.3, bargroupgap=0.08)
    return _finished(figure, labels, highest=max((max(m.published, m.completed) for m in months), default=0))


def _finished(figure: go.Figure, labels: Sequence[str], *, highest: int) -> dict[str, Any]:
    step = 1 if len(labels) <= MOST_LABELS else -(-len(labels) // MOST_LABELS)
    # Counting back from the last month: the newest is always named.
    named = [index for index in range(len(labels)) if (len(labels) - 1 - index) % step == 0]
    figure.update_layout(
        showlegend=False,
        autosize=True,
        height=340,
        margin={"l": 48, "r": 16, "t": 12, "b": 36},
        paper_bgcolor="rgba(0,0,0,0)",
        plot_bgcolor="rgba(0,0,0,0)",
        hovermode="x unified",
        dragmode=False,
        xaxis={
            "tickvals": named,
            "ticktext": [labels[index] for index in named],
            "showgrid": False,
            "zeroline": False,
            "fixedrange": True,
        },
        yaxis={
            "rangemode": "tozero",
            "range": [0, max(4, highest * 1.1)],
            "tickformat": ",d",
            "nticks": 6,
            "zeroline": False,
            "fixedrange": True,
        },
    )
    finished: dict[str, Any] = figure.to_plotly_json()
    del finished["layout"]["template"]  # 7 kB of Plotly's own looks
    finished["config"] = {"displayModeBar": False, "responsive": True}
    return finished
