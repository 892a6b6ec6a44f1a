"""Metric tiles of the dashboard, each linked to the rows that it counts, and above them links to other open tasks."""

from markupsafe import Markup

from gsapp import metrics
from gsapp.i18n import Translator
from gsapp.metrics import Unit
from gsapp.schemas.admin_rows import Due
from gsapp.schemas.dashboard import Dashboard, DashboardFilter, Tile
from gsapp.vocabulary import MetricKey
from pages.components.dashboard.words import lasting, rows_address
from pages.components.markup import icon, joined, symbol

TILES = Markup('<p hidden data-aloud="desk">{aloud}</p><ul class="gs-tiles gs-dashboard-tiles">{tiles}</ul>')
TILE = Markup(
    '<li class="gs-tile gs-dashboard-tile gs-dashboard-{tone}" id="gs-metric-{key}">'
    '<a class="gs-dashboard-number" href="{to}" title="{sentence}"><span class="gs-icon">{glyph}</span>'
    '<span class="gs-dashboard-name">{name}</span><b class="gs-dashboard-value{small}">{value}</b></a>{lines}</li>'
)
LINE = Markup('<p class="gs-description">{words}</p>')
LINK = Markup('<a class="gs-description gs-dashboard-more" href="{to}">{words}</a>')
DUE = Markup('<p hidden data-aloud="due">{aloud}</p>{links}')
DUE_LINKS = Markup('<p class="gs-dashboard-due">{links}</p>')
DUE_LINK = Markup('<a class="q-btn gs-btn gs-linkbtn" href="{to}">{glyph}<span>{words}</span></a>')
HIDDEN = "—"
LOOKS = {
    MetricKey.OPEN: ("ask", "state-open"),
    MetricKey.BEYOND_TARGET: ("bad", "hourglass_top"),
    MetricKey.TO_DECIDE: ("warn", "state-pending"),
    MetricKey.MATCHED_TODAY: ("help", "state-matched"),
    MetricKey.FULFILLED_THIS_MONTH: ("ok", "check"),
    MetricKey.FIRST_OFFER: ("ask", "schedule"),
    MetricKey.FIRST_MATCH: ("help", "handshake"),
    MetricKey.FILL_RATE: ("ok", "donut_large"),
    MetricKey.ACTIVE_VOLUNTEERS: ("help", "group"),
    MetricKey.NEVER_ASKED: ("mute", "person_search"),
}
ALOUD = (MetricKey.OPEN, MetricKey.BEYOND_TARGET, MetricKey.TO_DECIDE)
WAITING_METRICS = {MetricKey.FIRST_OFFER: MetricKey.WITHOUT_OFFER, MetricKey.FIRST_MATCH: MetricKey.WITHOUT_MATCH}


def due(t: Translator, data: Due) -> Markup:
    """Links to open reports and pending calls, above the tiles; empty if there are none."""
    waiting = (
        (data.open_reports, "/admin/reports", "flag", t.n("{n} report waits", "{n} reports wait", data.open_reports)),
        (data.calls, "/admin/calls", "phone_in_talk", t.n("{n} to ring up", "{n} to ring up", data.calls)),
    )
    due_now = [one for one in waiting if one[0]]
    links = joined(DUE_LINK.format(to=to, glyph=icon(name), words=words) for _, to, name, words in due_now)
    aloud = t(", ").join(words for *_, words in due_now)
    return DUE.format(aloud=aloud, links=DUE_LINKS.format(links=links) if links else "")


def tiles(t: Translator, data: Dashboard) -> Markup:
    return TILES.format(aloud=_aloud(t, data), tiles=joined(_tile(t, data, tile) for tile in data.tiles))


def value_of(t: Translator, tile: Tile) -> str:
    """The formatted value of a tile; a dash if there are too few rows to be meaningful."""
    if tile.value is None:
        return HIDDEN
    unit = metrics.COUNTED[tile.key].unit
    if unit is Unit.MINUTES:
        return lasting(t, tile.value)
    return t.percent(tile.value / 100) if unit is Unit.PERCENT else t.number(tile.value)


def _aloud(t: Translator, data: Dashboard) -> str:
    """The text that screen readers announce when it changes: only the metrics in `ALOUD`."""
    announced = [tile for tile in data.tiles if tile.key in ALOUD]
    return " · ".join(f"{t(metrics.COUNTED[tile.key].name)}: {value_of(t, tile)}" for tile in announced)


def _tile(t: Translator, data: Dashboard, tile: Tile) -> Markup:
    metric = metrics.COUNTED[tile.key]
    tone, name = LOOKS[tile.key]
    return TILE.format(
        tone=tone,
        key=tile.key.value,
        to=rows_address(data.filter, tile.key),
        sentence=t(metric.sentence),
        glyph=symbol(name) or icon(name),
        name=t(metric.name),
        small=" gs-dashboard-words" if metric.unit is Unit.MINUTES and tile.value is not None else "",
        value=value_of(t, tile),
        lines=joined(_lines(t, data, tile)),
    )


def _lines(t: Translator, data: Dashboard, tile: Tile) -> list[Markup]:
    if tile.key in WAITING_METRICS:
        return [LINE.format(words=_of_needs(t, tile)), _still_waiting(t, data.filter, tile)]
    if tile.key is MetricKey.FILL_RATE:
        return _filled(t, data.filter, tile)
    words = _description(t, data, tile)
    return [LINE.format(words=words)] if words else []


def _description(t: Translator, data: Dashboard, tile: Tile) -> str:
    if tile.key is MetricKey.OPEN and data.oldest:
        return t("longest wait: {time}", time=lasting(t, data.oldest[0].minutes))
    if tile.key is MetricKey.BEYOND_TARGET and tile.oldest is not None:
        return t("the oldest: {time}", time=lasting(t, tile.oldest))
    if tile.key is MetricKey.ACTIVE_VOLUNTEERS:
        return t("in the last 30 days")
    if tile.key is MetricKey.NEVER_ASKED:
        everywhere = data.filter == DashboardFilter()
        return t("registered over 14 days ago") if everywhere else t("registered over 14 days ago, everywhere")
    return ""


def _of_needs(t: Translator, tile: Tile) -> str:
    if tile.value is None:
        return t.n("{n} need so far; told from 5 on", "{n} needs so far; told from 5 on", tile.n)
    return t.n("median of {n} need in 30 days", "median of {n} needs in 30 days", tile.n)


def _still_waiting(t: Translator, filter: DashboardFilter, tile: Tile) -> Markup:
    number = t.number(tile.waiting or 0)
    if tile.oldest is None:
        words = t("still waiting: {n}", n=number)
    else:
        words = t("still waiting: {n}, the oldest {time}", n=number, time=lasting(t, tile.oldest))
    return LINK.format(to=rows_address(filter, WAITING_METRICS[tile.key]), words=words)


def _filled(t: Translator, filter: DashboardFilter, tile: Tile) -> list[Markup]:
    more = tile.more
    filled = t("{n} of {all} needs", n=t.number(more[MetricKey.FILLED]), all=t.number(tile.n))
    places = t("{n} of {all} places", n=t.number(more["places_taken"]), all=t.number(more["places_wanted"]))
    early = t("called off before any offer: {n}", n=t.number(more[MetricKey.CALLED_OFF_EARLY]))
    lines = [(MetricKey.FILLED, f"{filled} · {places}"), (MetricKey.CALLED_OFF_EARLY, early)]
    return [LINK.format(to=rows_address(filter, key), words=words) for key, words in lines]
