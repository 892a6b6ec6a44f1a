"""Lists of needs: a table on wide screens, cards on phones, from the same markup."""

from collections.abc import Sequence
from datetime import datetime

from markupsafe import Markup

from gsapp.i18n import Translator
from gsapp.schemas.needs import NeedRow
from gsapp.vocabulary import ACTIVE_OFFERS, NeedStatus
from pages.components.badges import kind_markup, need_chip_markup, plate_markup
from pages.components.gallery import small_picture
from pages.components.markup import icon, joined, put
from pages.core.session import Ctx

TABLE = Markup(
    '<div class="q-table__container gs-table gs-needs"><table role="table" aria-label="{label}">'
    '<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">{rows}</tbody></table></div>'
)
NO_NAME = "—"  # shown in the table, hidden in cards
HEAD = Markup('<th role="columnheader">{words}</th>')
LAST_HEAD = Markup('<td role="cell"></td>')
ROW = Markup(
    '<tr class="gs-need" role="row" id="gs-need-{id}"><td class="gs-need-plate" role="cell">{plate}</td>'
    '<td class="gs-need-kind" role="cell">{kind}</td>'
    '<th class="gs-need-what" role="rowheader"><span class="gs-need-line"><span class="gs-need-words">'
    '<a class="gs-need-title" href="/needs/{id}">{title}</a>'
    '<span class="gs-meta gs-need-where">{pin}<span lang="zh-CN">{place}</span>{mark}</span></span>'
    '{picture}</span></th><td class="gs-need-when" role="cell">{clock}<span>{when}</span></td>'
    '<td class="gs-need-state" role="cell">{chip}</td>'
    '<td class="gs-need-who {lonely}" role="cell">{who}</td><td class="gs-need-act" role="cell">{act}</td></tr>'
)
MARK = Markup('<span class="gs-need-mark {kind}">{words}</span>')
ACT = Markup(
    '<a class="q-btn gs-btn gs-linkbtn gs-sm {kind}" href="/needs/{id}" aria-label="{label}">'
    "{icon}<span>{words}</span></a>"
)


def needs_table(ctx: Ctx, rows: Sequence[NeedRow], *, now: datetime, label: str, marked: bool = True) -> None:
    """The list as one piece of markup: ten rows would be some 250 elements, which is slow on cheap phones.

    `marked` marks the reader's own needs; not useful in a list of only these.
    """
    put(needs_markup(ctx.t, rows, now=now, label=label, marked=marked))


def needs_markup(t: Translator, rows: Sequence[NeedRow], *, now: datetime, label: str, marked: bool = True) -> Markup:
    """The markup of `needs_table`. `now` is local time, `label` the accessible name."""
    heads = (t("Number"), t("Kind of help"), t("What is needed"), t("When"), t("State"), t("Who would come"))
    return TABLE.format(
        label=label,
        heads=joined([*(HEAD.format(words=words) for words in heads), LAST_HEAD]),
        rows=joined(_row(t, row, now, marked) for row in rows),
    )


def place(row: NeedRow) -> str:
    """Province and city; only the city if it is a province itself."""
    return row.city_name if row.city_name == row.province else f"{row.province} · {row.city_name}"


def willing(t: Translator, row: NeedRow) -> str:
    """How many offers are pending or, if several helpers are wanted, how many were found."""
    if row.helpers_wanted > 1 and row.places_taken:
        return t("{taken} of {wanted} found", taken=t.number(row.places_taken), wanted=t.number(row.helpers_wanted))
    if row.offers_pending:
        return t.n("{n} offer", "{n} offers", row.offers_pending)
    return t("Nobody yet") if row.status is NeedStatus.OPEN else NO_NAME


def _row(t: Translator, row: NeedRow, now: datetime, marked: bool) -> Markup:
    lonely = row.status is NeedStatus.OPEN and not row.offers_pending
    who = willing(t, row)
    return ROW.format(
        id=row.id,
        plate=plate_markup(t, row.id),
        kind=kind_markup(t, row.type_icon, row.type_name),
        title=row.title,
        pin=icon("location_on"),
        place=place(row),
        mark=_mark(t, row) if marked else "",
        picture=small_picture(row.small),
        clock=icon("schedule"),
        when=t.when(row.starts_at, now),
        chip=need_chip_markup(t, row.status),
        lonely="gs-need-lonely" if lonely else "gs-need-none" if who == NO_NAME else "",
        who=who,
        act=_act(t, row),
    )


def _mark(t: Translator, row: NeedRow) -> Markup:
    if row.own:
        return MARK.format(kind="", words=t("Yours"))
    if row.my_offer in ACTIVE_OFFERS:
        return MARK.format(kind="gs-need-mark--help", words=t("You have offered"))
    return Markup("")


def _act(t: Translator, row: NeedRow) -> Markup:
    can_help = row.status is NeedStatus.OPEN and not row.own and row.my_offer not in ACTIVE_OFFERS
    words = t("I can help") if can_help else t("Look")
    return ACT.format(
        kind="gs-btn--help" if can_help else "gs-btn--look",
        id=row.id,
        # Ten links "I can help" would sound alike to users of screen readers.
        label=t("{act}: {title}", act=words, title=row.title),
        icon=icon("volunteer_activism") if can_help else "",
        words=words,
    )
