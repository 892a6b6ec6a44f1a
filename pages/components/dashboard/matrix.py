"""Heat map of unmet needs by city and kind of help. Each cell shows its number, not only a shade."""

from markupsafe import Markup

from gsapp import metrics
from gsapp.i18n import Translator
from gsapp.i18n.kinds import kind_name
from gsapp.schemas.dashboard import Cell, Dashboard, DashboardFilter, MatrixRow
from gsapp.schemas.needs import TypeRow
from gsapp.vocabulary import MetricKey
from pages.components.badges import LETTER
from pages.components.dashboard.words import dashboard_query, rows_address
from pages.components.markup import joined, symbol
from pages.core import theme

MATRIX = Markup(
    '<div class="gs-dashboard-scroll" tabindex="0" role="region" aria-label="{label}">'
    '<table class="gs-matrix" aria-label="{label}"><thead><tr><td></td>{heads}<th scope="col">{total}</th></tr></thead>'
    "<tbody>{rows}</tbody>"
    '<tfoot><tr><th scope="row">{total}</th>{totals}{all}</tr></tfoot></table></div><p class="gs-meta">{legend}</p>'
)
HEAD = Markup('<th scope="col"><i class="gs-kind-{icon}">{glyph}</i>{name}</th>')
ROW = Markup('<tr id="gs-city-{id}"><th scope="row" lang="zh-CN">{name}</th>{cells}{total}</tr>')
NUMBER = Markup('<td class="gs-heat-{step}{late}"><a href="{to}" aria-label="{label}">{n}</a></td>')
NONE = Markup('<td class="gs-heat-0" aria-label="0">·</td>')
SUM = Markup('<td class="gs-sum"><a href="{to}">{n}</a></td>')
EMPTY = Markup(
    '<div class="gs-empty gs-dashboard-quiet"><span aria-hidden="true">{drawing}</span>'
    '<p class="gs-meta">{words}</p></div>'
)
MORE = Markup('<p class="gs-meta">{words}</p>')
STEPS = 4


def matrix(t: Translator, data: Dashboard) -> Markup:
    found = data.matrix
    if not found.total:
        return EMPTY.format(
            drawing=theme.drawing("finished"),
            words=t("Nobody waits too long, and no need went unmet in the last 30 days."),
        )
    shown = MATRIX.format(
        label=t(metrics.UNMET.name),
        heads=joined(_head(t, kind) for kind in found.types),
        total=t("Total"),
        rows=joined(_row(t, data, row) for row in found.rows),
        totals=joined(
            _sum(t, data.filter, number, type=kind.id) for kind, number in zip(found.types, found.totals, strict=True)
        ),
        all=_sum(t, data.filter, found.total),
        legend=t("The stronger the colour, the more. ! marks where somebody waits too long right now."),
    )
    if found.cities > len(found.rows):
        words = t("The {n} cities with most, of {all}. Choose a province above for the others.")
        shown += MORE.format(words=words.format(n=len(found.rows), all=found.cities))
    return shown


def glyph(kind: TypeRow) -> Markup:
    """The glyph of a kind of help; its first letter if there is no drawing."""
    return symbol(f"type-{kind.icon}") or LETTER.format(letter=kind.name[:1])


def step(number: int, most: int) -> int:
    """The shade of a number, from 1 to `STEPS`; a single need never gets the strongest."""
    return max(1, -(-STEPS * number // max(most, STEPS)))


def _head(t: Translator, kind: TypeRow) -> Markup:
    return HEAD.format(icon=kind.icon or "other", glyph=glyph(kind), name=kind_name(t, kind.name))


def _row(t: Translator, data: Dashboard, row: MatrixRow) -> Markup:
    cells = [_cell(t, data, row, kind, cell) for kind, cell in zip(data.matrix.types, row.cells, strict=True)]
    total = _sum(t, data.filter, row.total, place=row.city_id)
    return ROW.format(id=row.city_id, name=row.city_name, cells=joined(cells), total=total)


def _cell(t: Translator, data: Dashboard, row: MatrixRow, kind: TypeRow, cell: Cell) -> Markup:
    if not cell.n:
        return NONE
    label = f"{row.city_name}, {kind_name(t, kind.name)}: {t.number(cell.n)}"
    if cell.overdue:
        label += ", " + t("{n} waiting too long now", n=t.number(cell.overdue))
    return NUMBER.format(
        step=step(cell.n, data.matrix.most),
        late=" gs-is-late" if cell.overdue else "",
        to=rows_address(data.filter, MetricKey.UNMET, place=row.city_id, type=kind.id),
        label=label,
        n=t.number(cell.n),
    )


def _sum(t: Translator, filter: DashboardFilter, number: int, **narrowed: object) -> Markup:
    more = {**dashboard_query(filter), **narrowed}
    return SUM.format(to=rows_address(filter, MetricKey.UNMET, **more), n=t.number(number))
