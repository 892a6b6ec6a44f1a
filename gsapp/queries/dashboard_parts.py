"""The parts of the dashboard besides its tiles: chart, matrix, longest waiting needs, activity feed."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import case, func
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import clock, metrics
from gsapp.effects import event_words
from gsapp.metrics import Counted, MetricContext
from gsapp.models import City, History, Match, Need, ServiceType, User
from gsapp.queries.dashboard_rows import counting, minutes
from gsapp.schemas.dashboard import Cell, DayCounts, Happening, Matrix, MatrixRow, WaitingNeed
from gsapp.schemas.needs import TypeRow
from gsapp.vocabulary import NeedStatus

OLDEST = 6
NEWEST = 12
NEWEST_OF_ONE = 3  # events of one user in the feed, so that nobody can fill it
LOOK_BACK = 2000  # rows of the history that are searched for the feed
CITIES = 15


def days(session: Session, context: MetricContext) -> tuple[DayCounts, ...]:
    """Needs published, matched and fulfilled on each of the last 30 days."""
    starts = [metrics.days_ago(context.now, back) for back in range(metrics.DAYS - 1, -1, -1)]
    local = [clock.to_local(start) for start in starts]
    columns = {
        metrics.PUBLISHED: (col(Need.starts_at), local),
        metrics.MATCHED: (col(Match.accepted_at), starts),
        metrics.FULFILLED: (col(Match.confirmed_at), starts),
    }
    found: dict[str, dict[int, int]] = {}
    for metric, (column, begins) in columns.items():
        # From the newest day backwards: each row belongs to the last day that began before it.
        day: Any = case(*((column >= begins[index], index) for index in range(len(begins) - 1, -1, -1)))
        grouped = counting(metric, context, day.label("day"), func.count()).group_by("day")
        found[metric.key] = dict(session.execute(grouped).all())
    return tuple(
        DayCounts(day=start.date(), **{metric.key: found[metric.key].get(index, 0) for metric in metrics.CHART})
        for index, start in enumerate(local)
    )


def matrix(session: Session, context: MetricContext, *, only_type: int | None = None, most: int = CITIES) -> Matrix:
    """Unmet needs by city and type, or of `only_type`, in the `most` cities with the highest numbers."""
    unmet, overdue = (_by_place(session, metric, context) for metric in (metrics.UNMET, metrics.BEYOND_TARGET))
    by_city: dict[int, int] = defaultdict(int)
    by_type: dict[int, int] = defaultdict(int)
    for (city_id, type_id), number in unmet.items():
        by_city[city_id] += number
        by_type[type_id] += number
    shown = sorted(by_city, key=lambda city_id: (-by_city[city_id], city_id))[:most]
    names = dict(session.exec(select(City.id, City.name).where(col(City.id).in_(shown))).all())
    types = _types(session, set(by_type), only_type)
    rows = tuple(
        MatrixRow(
            city_id=city_id,
            city_name=names[city_id],
            cells=tuple(
                Cell(n=unmet.get((city_id, kind.id), 0), overdue=overdue.get((city_id, kind.id), 0)) for kind in types
            ),
            total=by_city[city_id],
        )
        for city_id in shown
    )
    return Matrix(
        types=types,
        rows=rows,
        totals=tuple(by_type[kind.id] for kind in types),
        total=sum(by_city.values()),
        cities=len(by_city),
        most=max(unmet.values(), default=0),
    )


def longest_waiting(session: Session, context: MetricContext) -> tuple[WaitingNeed, ...]:
    """The `OLDEST` open needs that were published first."""
    columns = (Need.id, Need.title, ServiceType.name, ServiceType.icon, City.name, Need.published_at)
    statement = (
        wide_select(*map(col, columns), context.overdue)
        .join(ServiceType, col(ServiceType.id) == col(Need.type_id))
        .join(City, col(City.id) == col(Need.city_id))
        .where(context.has_status(NeedStatus.OPEN), *context.scope)
        .order_by(col(Need.published_at), col(Need.id))
        .limit(OLDEST)
    )
    return tuple(
        WaitingNeed(
            id=need_id,
            title=title,
            type_name=type_name,
            type_icon=icon,
            city_name=city,
            minutes=minutes(context.now - published_at),
            overdue=bool(overdue),
        )
        for need_id, title, type_name, icon, city, published_at, overdue in session.execute(statement)
    )


def just_happened(session: Session, context: MetricContext) -> tuple[Happening, ...]:
    """The newest events for the feed; with a scope, only events of its needs."""
    newest = session.exec(select(func.max(History.id))).one() or 0
    names = {"type_name": ServiceType.name, "city_name": City.name, "user_id": User.id}
    columns = (History.id, History.at, History.action, History.need_id, Need.title, ServiceType.icon, User.username)
    statement = (
        wide_select(*map(col, columns), *(col(column).label(name) for name, column in names.items()))
        .outerjoin(
            User,
            col(User.id) == func.coalesce(col(History.on_behalf_of), col(History.actor_id), col(History.subject_id)),
        )
        .where(col(History.action).in_(event_words.IN_FEED), col(History.id) > newest - LOOK_BACK, *context.scope)
        .order_by(col(History.id).desc())
        .limit(NEWEST * 10)
    )
    statement = (
        statement.join(Need, col(Need.id) == col(History.need_id), isouter=not context.scope)
        .join(ServiceType, col(ServiceType.id) == col(Need.type_id), isouter=not context.scope)
        .join(City, col(City.id) == col(Need.city_id), isouter=not context.scope)
    )
    return tuple(
        Happening(
            id=step.id,
            at=clock.to_local(step.at),
            action=step.action,
            need_id=step.need_id,
            title=step.title or "",
            type_name=step.type_name or "",
            type_icon=step.icon or "",
            city_name=step.city_name or "",
            user_id=step.user_id,
            username=step.username or "",
        )
        for step in _of_several_users(session.execute(statement))
    )


def _of_several_users(steps: Iterable[Any]) -> Iterator[Any]:
    """The first NEWEST steps, with at most NEWEST_OF_ONE of each user."""
    shown: Counter[int | None] = Counter()
    for step in steps:
        if shown[step.user_id] < NEWEST_OF_ONE and shown.total() < NEWEST:
            shown[step.user_id] += 1
            yield step


def _by_place(session: Session, metric: Counted, context: MetricContext) -> dict[tuple[int, int], int]:
    place = (col(Need.city_id), col(Need.type_id))
    grouped = counting(metric, context, *place, func.count()).group_by(*place)
    return {(city_id, type_id): number for city_id, type_id, number in session.execute(grouped)}


def _types(session: Session, used: set[int], only: int | None) -> tuple[TypeRow, ...]:
    """The enabled kinds of help, and disabled ones in use."""
    found = select(ServiceType).where(col(ServiceType.enabled) | col(ServiceType.id).in_(used))
    if only is not None:
        found = select(ServiceType).where(ServiceType.id == only)
    ordered = session.exec(found.order_by(col(ServiceType.position), col(ServiceType.id)))
    return tuple(TypeRow(id=kind.id or 0, name=kind.name, icon=kind.icon) for kind in ordered)
