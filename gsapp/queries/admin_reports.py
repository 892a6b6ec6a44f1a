"""Abuse reports for coordinators."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, func
from sqlalchemy import select as wide_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from gsapp import access
from gsapp.access import Actor
from gsapp.events import NeedTakenDown, ReportChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import AbuseReport, Need, Offer, TakenDownNeed, User
from gsapp.queries.streaming import streamed
from gsapp.schemas.admin import ReportFilter
from gsapp.schemas.admin_rows import ReportFacts, ReportRow
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import Reportable

ORDERS = {
    "": (col(AbuseReport.id).desc(),),
    "newest": (col(AbuseReport.id).desc(),),
    "oldest": (col(AbuseReport.id),),
}


@invalidated_by(ReportChanged, NeedTakenDown)
def reports(session: Session, *, actor: Actor, filter: ReportFilter) -> Page[ReportRow]:
    """One page of the reports that match a filter. For coordinators."""
    access.coordinator(actor)
    where = _conditions(filter)
    total = session.exec(select(func.count()).select_from(AbuseReport).where(*where)).one()
    statement = _rows().where(*where).order_by(*ORDERS[filter.sort])
    found = session.execute(statement.limit(filter.size).offset((filter.page - 1) * filter.size)).all()
    titles = _titles(session, [report for report, *_ in found])
    facts = map(_facts, found)
    items = tuple(ReportRow(**dict(each), title=titles.get((each.kind, each.thing_id), "")) for each in facts)
    return Page(items=items, total=total, page=filter.page, size=filter.size)


def stream_reports(session: Session, *, actor: Actor, filter: ReportFilter) -> Iterator[ReportFacts]:
    """All reports that match the filter, streamed, without the titles of the reported records. For coordinators."""
    access.coordinator(actor)
    statement = _rows().where(*_conditions(filter)).order_by(*ORDERS[filter.sort])
    return map(_facts, streamed(session, statement))


def _conditions(filter: ReportFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filter.state in ("open", "handled"):
        where.append(col(AbuseReport.waiting) == 1 if filter.state == "open" else col(AbuseReport.waiting).is_(None))
    if filter.kind:
        where.append(col(AbuseReport.kind) == Reportable(filter.kind))
    if filter.person is not None:
        where.append(col(AbuseReport.person_id) == filter.person)
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
    """Title, message or username of the reported records, by kind and id."""
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


def _facts(found: Any) -> ReportFacts:
    report, person, reporter, handler = found
    return ReportFacts(
        id=report.id,
        kind=report.kind,
        thing_id=report.thing_id,
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
