"""The rows behind a number as a file."""

from collections.abc import Iterator

from sqlmodel import Session

from gsapp.access import Actor
from gsapp.errors import Translate
from gsapp.metrics import Counted, Rows
from gsapp.queries.dashboard_rows import all_rows, confirmed
from gsapp.rendering.spreadsheets import Cell, Table
from gsapp.schemas.dashboard import DeskRow, RowsFilter
from gsapp.vocabulary import NEED_WORDS


def rows_table(session: Session, *, actor: Actor, wanted: RowsFilter, t: Translate) -> Table:
    """All rows of a metric. For coordinators."""
    metric, found = all_rows(session, actor=actor, wanted=wanted)
    name = f"{metric.key}-of-{wanted.day}" if wanted.day and metric.by_day else metric.key
    header = (who_words(metric, t), when_words(metric, t))
    if metric.rows is Rows.MEMBERS:
        return Table(name, header, ((row.member, row.at) for row in found))
    need = (t("Number"), t("What is needed"), t("Kind of help"), t("Province"), t("City"), t("State"), t("Begin"))
    return Table(name, (*need, *header, t("Minutes waited")), _cells(found, t))


def who_words(metric: Counted, t: Translate) -> str:
    """What `DeskRow.member` is."""
    return {
        Rows.NEEDS: t("Asked by"),
        Rows.OFFERS: t("Offered by"),
        Rows.MATCHES: t("Helped by"),
        Rows.MEMBERS: t("Username"),
    }[metric.rows]


def when_words(metric: Counted, t: Translate) -> str:
    """What `DeskRow.at` is."""
    if confirmed(metric):
        return t("Confirmed on")
    return {
        Rows.NEEDS: t("Published on"),
        Rows.OFFERS: t("Offered on"),
        Rows.MATCHES: t("Accepted on"),
        Rows.MEMBERS: t("Registered on"),
    }[metric.rows]


def _cells(found: Iterator[DeskRow], t: Translate) -> Iterator[tuple[Cell, ...]]:
    for row in found:
        status = t(NEED_WORDS[row.status]) if row.status else ""
        need = (row.need_id, row.title, row.type_name, row.province, row.city_name, status, row.starts_at)
        yield (*need, row.member, row.at, row.minutes)
