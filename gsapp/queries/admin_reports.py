"""Reports of abuse, for those who look at them."""

from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as wide_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from gsapp import access
from gsapp.access import Actor
from gsapp.errors import Translate
from gsapp.events import NeedTakenDown, ReportChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.i18n import N_
from gsapp.models import AbuseReport, Need, Offer, TakenDownNeed, User
from gsapp.rendering.spreadsheets import Table, streamed
from gsapp.schemas.admin import ReportFilter
from gsapp.schemas.admin_rows import ReportRow
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import Reportable

KIND_WORDS = {Reportable.NEED: N_("Need"), Reportable.OFFER: N_("Offer"), Reportable.USER: N_("Person")}
ORDERS = {
    "": (col(AbuseReport.id).desc(),),
    "newest": (col(AbuseReport.id).desc(),),
    "oldest": (col(AbuseReport.id),),
}


@invalidated_by(ReportChanged, NeedTakenDown)
def reports(session: Session, *, actor: Actor, wanted: ReportFilter) -> Page[ReportRow]:
    """One page of the reports that a filter lets through. For coordinators."""
    access.coordinator(actor)
    where = _conditions(wanted)
    total = session.exec(select(func.count()).select_from(AbuseReport).where(*where)).one()
    statement = _rows().where(*where).order_by(*ORDERS[wanted.sort])
    found = session.execute(statement.limit(wanted.size).offset((wanted.page - 1) * wanted.size)).all()
    titles = _titles(session, [report for report, *_ in found])
    items = tuple(_row(row, titles) for row in found)
    return Page(items=items, total=total, page=wanted.page, size=wanted.size)


def reports_table(session: Session, *, actor: Actor, wanted: ReportFilter, t: Translate) -> Table:
    access.coordinator(actor)
    header = [
        t("Number"),
        t("About"),
        t("Number of that"),
        t("Person behind it"),
        t("Reported by"),
        t("Reported"),
        t("Reason"),
        t("Handled"),
        t("Handled by"),
        t("Note"),
    ]
    found = streamed(session, _rows().where(*_conditions(wanted)).order_by(*ORDERS[wanted.sort]))
    rows = (
        (
            report.id,
            t(KIND_WORDS[report.kind]),
            report.thing_id,
            person,
            reporter,
            report.created_at,
            report.reason,
            report.handled_at,
            handler,
            report.note,
        )
        for report, person, reporter, handler in found
    )
    return Table("reports", header, rows)


def _conditions(wanted: ReportFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if wanted.state in ("open", "handled"):
        where.append(col(AbuseReport.waiting) == 1 if wanted.state == "open" else col(AbuseReport.waiting).is_(None))
    if wanted.kind:
        where.append(col(AbuseReport.kind) == Reportable(wanted.kind))
    if wanted.person is not None:
        where.append(col(AbuseReport.person_id) == wanted.person)
    return where


def _rows() -> Any:
    person, reporter, handler = aliased(User), aliased(User), aliased(User)
    return (
        wide_select(AbuseReport, *map(col, (person.username, reporter.username, handler.username)))
        .join(person, col(person.id) == col(AbuseReport.person_id))
        .join(reporter, col(reporter.id) == col(AbuseReport.reporter_id))
        .outerjoin(handler, col(handler.id) == col(AbuseReport.handled_by))
    )


def _titles(session: Session, found: list[AbuseReport]) -> dict[tuple[Reportable, int], str]:
    """What each report is about, in its own words."""
    needs = [report.thing_id for report in found if report.kind is Reportable.NEED]
    offers = [report.thing_id for report in found if report.kind is Reportable.OFFER]
    people = [report.thing_id for report in found if report.kind is Reportable.USER]
    titles: dict[tuple[Reportable, int], str] = {}
    for kind, ids, number, words in (
        (Reportable.NEED, needs, Need.id, Need.title),
        (Reportable.NEED, needs, TakenDownNeed.need_id, TakenDownNeed.title),
        (Reportable.OFFER, offers, Offer.id, Offer.message),
        (Reportable.USER, people, User.id, User.username),
    ):
        if ids:
            rows = session.execute(wide_select(col(number), col(words)).where(col(number).in_(ids)))
            titles |= {(kind, thing_id): title for thing_id, title in rows}
    return titles


def _row(found: Any, titles: dict[tuple[Reportable, int], str]) -> ReportRow:
    report, person, reporter, handler = found
    return ReportRow(
        id=report.id,
        kind=report.kind,
        thing_id=report.thing_id,
        title=titles.get((report.kind, report.thing_id), ""),
        person_id=report.person_id,
        person=person,
        reporter_id=report.reporter_id,
        reporter=reporter,
        reason=report.reason,
        created_at=report.created_at,
        handled_at=report.handled_at,
        handled_by=handler or "",
        note=report.note,
    )
