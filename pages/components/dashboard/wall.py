"""Live regions of the wall display: numbers, kinds of help, cities and times. No links, no names of people."""

from markupsafe import Markup

from gsapp import metrics
from gsapp.effects.event_words import feed_words
from gsapp.i18n import Translator
from gsapp.i18n.kinds import kind_name
from gsapp.schemas.dashboard import Cell, Dashboard, Happening, MatrixRow, Tile, WaitingNeed
from gsapp.schemas.needs import TypeRow
from gsapp.schemas.read_models import need_label
from gsapp.vocabulary import MetricKey
from pages.components.dashboard.lists import LATE, PLAIN, when
from pages.components.dashboard.matrix import glyph, step
from pages.components.dashboard.tiles import LOOKS, value_of
from pages.components.dashboard.words import lasting
from pages.components.markup import icon, joined, symbol
from pages.components.places import place_markup
from pages.core import theme

DATE = Markup('<span class="gs-wall-date">{day}</span>')
TILES = Markup('<ul class="gs-wall-tiles">{tiles}</ul>')
TILE = Markup(
    '<li class="gs-wall-card gs-dashboard-{tone}" id="gs-metric-{key}">'
    '<p class="gs-wall-name"><span class="gs-icon">{glyph}</span>{name}</p>'
    '<p class="gs-wall-value">{value}</p><p class="gs-wall-said">{said}</p></li>'
)
MATRIX = Markup(
    '<table class="gs-matrix" aria-label="{label}"><thead><tr><td></td>{heads}<th scope="col">{total}</th></tr></thead>'
    '<tbody>{rows}</tbody></table><p class="gs-wall-said">{legend}</p>'
)
HEAD = Markup('<th scope="col"><i class="gs-kind-{icon}">{glyph}</i>{name}</th>')
ROW = Markup(
    '<tr id="gs-city-{id}"><th scope="row" lang="zh-CN">{name}</th>{cells}<td class="gs-sum">{total}</td></tr>'
)
CELL = Markup('<td class="gs-heat-{step}{late}">{n}</td>')
LIST = Markup('<ul class="gs-rows">{rows}</ul>')
WAITING = Markup(
    '<li id="gs-waiting-{id}"><span class="gs-type" aria-hidden="true"><i class="gs-kind-{kind}">{glyph}</i></span>'
    '<span class="gs-dashboard-what"><b>{name}</b><span class="gs-wall-said">{where}</span></span>'
    '<b class="gs-dashboard-wait{late}">{mark}{time}</b></li>'
)
WHERE = Markup("{number} · {place}")
STEP = Markup(
    '<li id="gs-event-{id}" class="gs-dashboard-step gs-dashboard-{tone}">{icon}'
    '<span class="gs-dashboard-what">{words}</span><time>{time}</time></li>'
)
QUIET = Markup(
    '<div class="gs-wall-calm"><span aria-hidden="true">{drawing}</span><p class="gs-wall-said">{words}</p></div>'
)
CALM = Markup('<p class="gs-wall-said">{words}</p>')
SHOWN = (MetricKey.OPEN, MetricKey.MATCHED_TODAY, MetricKey.FULFILLED_THIS_MONTH, MetricKey.BEYOND_TARGET)
MAX_WALL_STEPS = 6


def date(t: Translator, data: Dashboard) -> Markup:
    return DATE.format(day=t.weekday_date(data.as_of))


def tiles(t: Translator, data: Dashboard) -> Markup:
    return TILES.format(tiles=joined(_tile(t, data, data.tile(key)) for key in SHOWN))


def matrix(t: Translator, data: Dashboard) -> Markup:
    found = data.matrix
    if not found.total:
        words = t("Nobody waits too long, and no need went unmet in the last 30 days.")
        return QUIET.format(drawing=theme.drawing("finished"), words=words)
    return MATRIX.format(
        label=t("Where help is missing"),
        heads=joined(_head(t, kind) for kind in found.types),
        total=t("Total"),
        rows=joined(_row(t, data, row) for row in found.rows),
        legend=t("The stronger the colour, the more. ! marks where somebody waits too long right now."),
    )


def oldest(t: Translator, data: Dashboard) -> Markup:
    if not data.oldest:
        return CALM.format(words=t("Nobody is waiting now"))
    return LIST.format(rows=joined(_waiting(t, need) for need in data.oldest))


def feed(t: Translator, data: Dashboard) -> Markup:
    if not data.feed:
        return CALM.format(words=t("Nothing has happened here lately."))
    return LIST.format(rows=joined(_step(t, data, step) for step in data.feed[:MAX_WALL_STEPS]))


def _tile(t: Translator, data: Dashboard, tile: Tile) -> Markup:
    tone, name = LOOKS[tile.key]
    said = ""
    if tile.key is MetricKey.OPEN and data.oldest:
        said = t("longest wait: {time}", time=lasting(t, data.oldest[0].minutes))
    elif tile.key is MetricKey.BEYOND_TARGET and tile.oldest is not None:
        said = t("the oldest: {time}", time=lasting(t, tile.oldest))
    return TILE.format(
        tone=tone,
        key=tile.key.value,
        glyph=symbol(name) or icon(name),
        name=t(metrics.COUNTED[tile.key].name),
        value=value_of(t, tile),
        said=said,
    )


def _head(t: Translator, kind: TypeRow) -> Markup:
    return HEAD.format(icon=kind.icon or "other", glyph=glyph(kind), name=kind_name(t, kind.name))


def _row(t: Translator, data: Dashboard, row: MatrixRow) -> Markup:
    cells = joined(_cell(t, cell, data.matrix.most) for cell in row.cells)
    return ROW.format(id=row.city_id, name=row.city_name, cells=cells, total=t.number(row.total))


def _cell(t: Translator, cell: Cell, most: int) -> Markup:
    strength = step(cell.n, most) if cell.n else 0
    return CELL.format(step=strength, late=" gs-is-late" if cell.overdue else "", n=t.number(cell.n) if cell.n else "·")


def _waiting(t: Translator, need: WaitingNeed) -> Markup:
    number = need_label(t, need.id)
    return WAITING.format(
        id=need.id,
        kind=need.type_icon or "other",
        glyph=glyph(TypeRow(id=0, name=need.type_name, icon=need.type_icon)),
        name=kind_name(t, need.type_name),
        where=WHERE.format(number=number, place=place_markup(need.city_name)),
        late=" gs-is-late" if need.overdue else "",
        mark=LATE if need.overdue else "",
        time=lasting(t, need.minutes),
    )


def _step(t: Translator, data: Dashboard, happened: Happening) -> Markup:
    shown = feed_words(happened.action)
    number = need_label(t, happened.need_id or 0)
    words = PLAIN.format(words=t(shown.wall)).format(
        need=number, kind=kind_name(t, happened.type_name), city=place_markup(happened.city_name)
    )
    return STEP.format(
        id=happened.id, tone=shown.tone, icon=icon(shown.icon), words=words, time=when(t, data, happened)
    )
