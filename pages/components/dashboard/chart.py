"""Bar chart of the last 30 days: published, matched, done; with a summary and a table as its text alternative."""

from markupsafe import Markup

from gsapp import metrics
from gsapp.i18n import Translator
from gsapp.metrics import Counted
from gsapp.schemas.dashboard import Dashboard, DayCounts
from gsapp.vocabulary import MetricKey
from pages.components.dashboard.words import rows_address
from pages.components.markup import joined

# The bars are links for the mouse. Screen readers get one image with a summary; keyboard users have the table.
CHART = Markup(
    '<div class="gs-dashboard-figure"><span role="img" aria-label="{summary}"></span>'
    '<div class="gs-dashboard-chart" aria-hidden="true">{bands}'
    '<p class="gs-dashboard-axis"><span>{first}</span><span>{middle}</span><span>{last}</span></p></div></div>'
    '<details class="gs-dashboard-table"><summary>{as_table}</summary>'
    '<div class="gs-dashboard-scroll" tabindex="0" role="region"'
    ' aria-label="{label}"><table aria-label="{label}"><thead><tr><th scope="col">{day}</th>{heads}</tr></thead>'
    "<tbody>{rows}</tbody></table></div></details>"
)
BAND = Markup(
    '<div class="gs-dashboard-band gs-dashboard-{key}"><p class="gs-dashboard-band-name"><b>{total}</b> {name}</p>'
    '<div class="gs-dashboard-bars">{bars}</div></div>'
)
BAR = Markup('<a href="{to}" tabindex="-1" title="{words}" id="gs-{key}"><i style="height:{height}%"></i>{number}</a>')
TOP = Markup("<span>{n}</span>")
HEAD = Markup('<th scope="col">{words}</th>')
ROW = Markup('<tr id="gs-day-{key}"><th scope="row">{day}</th>{cells}</tr>')
CELL = Markup('<td><a href="{to}">{n}</a></td>')
ZERO = Markup("<td>0</td>")


def chart(t: Translator, data: Dashboard) -> Markup:
    days = [t.short_date(day.day) for day in data.days]
    return CHART.format(
        summary=_summary(t, data),
        bands=joined(_band(t, data, metric, days) for metric in metrics.CHART),
        first=days[0],
        middle=days[len(days) // 2],
        last=t("today"),
        as_table=t("The same as a table"),
        label=t("The last 30 days"),
        day=t("Day"),
        heads=joined(HEAD.format(words=t(metric.name)) for metric in metrics.CHART),
        rows=joined(_row(data, day, words) for day, words in reversed(list(zip(data.days, days, strict=True)))),
    )


def _band(t: Translator, data: Dashboard, metric: Counted, days: list[str]) -> Markup:
    counts = [_count(day, metric) for day in data.days]
    most = max(counts)
    bars = [
        BAR.format(
            to=rows_address(data.filter, MetricKey(metric.key), day=day.day),
            words=f"{words}: {t.number(count)}",
            key=f"{metric.key}-{day.day}",
            height=round(100 * count / most) if most else 0,
            number=TOP.format(n=t.number(count)) if count and count == most != before else "",
        )
        for day, words, count, before in zip(data.days, days, counts, [0, *counts[:-1]], strict=True)
    ]
    return BAND.format(key=metric.key, name=t(metric.name), total=t.number(sum(counts)), bars=joined(bars))


def _row(data: Dashboard, day: DayCounts, words: str) -> Markup:
    cells = []
    for metric in metrics.CHART:
        count = _count(day, metric)
        to = rows_address(data.filter, MetricKey(metric.key), day=day.day)
        cells.append(CELL.format(to=to, n=count) if count else ZERO)
    return ROW.format(key=day.day, day=words, cells=joined(cells))


def _summary(t: Translator, data: Dashboard) -> str:
    totals = [t.number(sum(_count(day, metric) for day in data.days)) for metric in metrics.CHART]
    today = [t.number(_count(data.days[-1], metric)) for metric in metrics.CHART]
    return t(
        "In the last 30 days {a} needs began, {b} found somebody and {c} were done; today {d}, {e} and {f}.",
        **dict(zip("abcdef", [*totals, *today], strict=True)),
    )


def _count(day: DayCounts, metric: Counted) -> int:
    number: int = getattr(day, metric.key)
    return number
