"""Needs as rows: a table on wide screens, cards on a phone. One structure; the style sheet does the rest."""

from collections.abc import Sequence
from datetime import datetime

from gsapp.i18n import Translator
from gsapp.schemas.needs import NeedRow
from gsapp.vocabulary import ACTIVE_OFFERS, NeedStatus
from pages.components.basics import box, icon, link, link_button, text
from pages.components.marks import kind_of_help, need_chip, plate
from pages.session import Ctx


def needs_table(ctx: Ctx, rows: Sequence[NeedRow], *, now: datetime, label: str) -> None:
    t = ctx.t
    heads = (t("Number"), t("Kind of help"), t("What is needed"), t("When"), t("State"), t("Who would come"), "")
    with box("q-table__container gs-table gs-needs"), box(tag="table", role="table", aria_label=label):
        with box(tag="thead", role="rowgroup"), box(tag="tr", role="row"):
            for words in heads:
                text(words, tag="th" if words else "td", role="columnheader" if words else "cell")
        with box(tag="tbody", role="rowgroup"):
            for row in rows:
                _row(ctx, row, now)


def place(row: NeedRow) -> str:
    """City with its province, which cities that are provinces of their own do not repeat."""
    return row.city_name if row.city_name == row.province else f"{row.province} · {row.city_name}"


def willing(t: Translator, row: NeedRow) -> str:
    """How many neighbours wait for an answer, and how many of several places are taken."""
    if row.helpers_wanted > 1 and row.places_taken:
        return t("{taken} of {wanted} found", taken=t.number(row.places_taken), wanted=t.number(row.helpers_wanted))
    if row.offers_pending:
        return t.n("{n} offer", "{n} offers", row.offers_pending)
    return t("Nobody yet") if row.status is NeedStatus.OPEN else "—"


def _row(ctx: Ctx, row: NeedRow, now: datetime) -> None:
    t = ctx.t
    offered = row.my_offer in ACTIVE_OFFERS
    with box("need", tag="tr", role="row"):
        with box("n-plate", tag="td", role="cell"):
            plate(t, row.id)
        with box("n-kind", tag="td", role="cell"):
            kind_of_help(row.type_icon, row.type_name)
        with box("n-what", tag="th", role="rowheader"):
            link(row.title, f"/needs/{row.id}", "n-title")
            with box("gs-meta n-where", tag="span"):
                icon("location_on")
                text(place(row), tag="span")
            if row.own:
                text(t("Yours"), "n-mark", tag="span")
            elif offered:
                text(t("You have offered"), "n-mark n-mark--help", tag="span")
        with box("n-when", tag="td", role="cell"):
            icon("schedule")
            text(t.when(row.starts_at, now), tag="span")
        with box("n-state", tag="td", role="cell"):
            need_chip(t, row.status)
        lonely = row.status is NeedStatus.OPEN and not row.offers_pending
        text(willing(t, row), "n-who n-lonely" if lonely else "n-who", tag="td", role="cell")
        with box("n-act", tag="td", role="cell"):
            if row.status is NeedStatus.OPEN and not row.own and not offered:
                act = link_button(t("I can help"), f"/needs/{row.id}", kind="help sm", symbol="volunteer_activism")
            else:
                act = link_button(t("Look"), f"/needs/{row.id}", kind="sm look")
            act.props["aria-label"] = t("Need {number}: {title}", number=row.id, title=row.title)
