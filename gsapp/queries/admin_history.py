"""The history of all events for coordinators, with keyset pagination.

A page begins after a row (`before`, `after`), not at an offset: the millionth page is as quick as the first.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, union
from sqlalchemy import select as wide_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from gsapp import access, clock
from gsapp.access import Actor
from gsapp.events import CityChanged, NeedChanged, ReportChanged, TypeChanged, UserChanged, WallLinkChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import History, Need, User
from gsapp.queries.admin_people import id_of
from gsapp.queries.streaming import streamed
from gsapp.schemas.admin import HistoryFilter
from gsapp.schemas.admin_rows import AdminHistoryRow, HistoryPage

DONE_BY = (History.actor_id, History.on_behalf_of, History.subject_id)
# Ids are assigned before the commit: of two concurrent rows the one with the higher id may have the earlier `at`.
SLACK = 1000


@invalidated_by(NeedChanged, UserChanged, TypeChanged, CityChanged, ReportChanged, WallLinkChanged)
def history(session: Session, *, actor: Actor, filter: HistoryFilter, about: int | None = None) -> HistoryPage:
    """One page of events. `about` is a user id: only events by, for or about this user. For coordinators."""
    access.coordinator(actor)
    where = _conditions(session, filter)
    people = _people(session, filter, about)
    oldest_first = filter.sort == "oldest"
    upwards = filter.after is not None or (oldest_first and filter.before is None)
    if filter.after is not None:
        where.append(col(History.id) > filter.after)
    elif filter.before is not None:
        where.append(col(History.id) < filter.before)
    ids = _ids(session, where, people, upwards=upwards, limit=filter.size + 1)
    more = len(ids) > filter.size
    ids = sorted(ids[: filter.size], reverse=not oldest_first)
    return HistoryPage(
        items=_rows(session, ids),
        newer=more if upwards else filter.before is not None,
        older=filter.after is not None if upwards else more,
    )


def stream_history(session: Session, *, actor: Actor, filter: HistoryFilter) -> Iterator[AdminHistoryRow]:
    """All events that match the filter, streamed. For coordinators."""
    access.coordinator(actor)
    where = _conditions(session, filter)
    if (person := _people(session, filter, None)) is not None:
        found = union(*(select(History.id).where(col(column) == person) for column in DONE_BY)).subquery()
        where.append(col(History.id).in_(select(found.c[0])))
    order = col(History.id).asc() if filter.sort == "oldest" else col(History.id).desc()
    return map(_row, streamed(session, _statement().where(*where).order_by(order)))


def _conditions(session: Session, filter: HistoryFilter) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if filter.need is not None:
        where.append(col(History.need_id) == filter.need)
    if filter.step:
        where.append(col(History.action) == filter.step)
    if filter.first is not None:
        begin = clock.to_utc(clock.day_bounds(filter.first)[0])
        from_there = select(History.id).where(History.at >= begin).order_by(col(History.at)).limit(1)
        first = session.exec(from_there).first()
        where += [col(History.at) >= begin, col(History.id) >= (first or 0) - SLACK]
    if filter.last is not None:
        end = clock.to_utc(clock.day_bounds(filter.last)[1])
        last = session.exec(
            select(History.id).where(History.at < end).order_by(col(History.at).desc()).limit(1)
        ).first()
        where += [col(History.at) < end, col(History.id) <= (last or 0) + SLACK]
    return where


def _people(session: Session, filter: HistoryFilter, about: int | None) -> int | None:
    if about is not None:
        return about
    return id_of(session, filter.who) if filter.who else None


def _ids(
    session: Session, where: Sequence[ColumnElement[bool]], person: int | None, *, upwards: bool, limit: int
) -> list[int]:
    """The ids next to the start of the page. For one user they are merged from three indexes, `limit` of each."""
    order = col(History.id).asc() if upwards else col(History.id).desc()
    near = select(History.id).where(*where).order_by(order).limit(limit)
    if person is None:
        found = session.exec(near).all()
    else:
        parts = (near.where(col(column) == person).subquery() for column in DONE_BY)
        merged = union(*(wide_select(part.c[0]) for part in parts)).subquery()
        number = merged.c[0]
        found = (
            session.execute(wide_select(number).order_by(number.asc() if upwards else number.desc()).limit(limit))
            .scalars()
            .all()
        )
    return [number for number in found if number is not None]


def _rows(session: Session, ids: Sequence[int]) -> tuple[AdminHistoryRow, ...]:
    rows = {row.id: row for row in session.execute(_statement().where(col(History.id).in_(ids)))} if ids else {}
    return tuple(_row(rows[number]) for number in ids)


def _row(found: Any) -> AdminHistoryRow:
    return AdminHistoryRow(**found._asdict())


def _statement() -> Any:
    doer, behalf, subject = aliased(User), aliased(User), aliased(User)
    step = (
        "id",
        "at",
        "action",
        "actor_id",
        "subject_id",
        "need_id",
        "offer_id",
        "old",
        "new",
        "reason",
        "reason_code",
    )
    return (
        wide_select(
            *(col(getattr(History, name)).label(name) for name in step),
            col(History.on_behalf_of).label("behalf_id"),
            _or_nothing(doer.username).label("actor"),
            _or_nothing(behalf.username).label("behalf"),
            _or_nothing(subject.username).label("subject"),
            _or_nothing(Need.title).label("need_title"),
        )
        .outerjoin(doer, col(doer.id) == col(History.actor_id))
        .outerjoin(behalf, col(behalf.id) == col(History.on_behalf_of))
        .outerjoin(subject, col(subject.id) == col(History.subject_id))
        .outerjoin(Need, col(Need.id) == col(History.need_id))
    )


def _or_nothing(column: Any) -> Any:
    return func.coalesce(col(column), "")
