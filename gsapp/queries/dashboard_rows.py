"""The rows that a metric of the dashboard counts: their number, one page of them, or all of them streamed."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, and_, false, func, or_
from sqlalchemy import select as wide_select
from sqlmodel import Session, col

from gsapp import access, clock, metrics
from gsapp.access import Actor
from gsapp.events import CityChanged, NeedChanged, TypeChanged, UserChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.metrics import Counted, MetricContext, Rows, Span
from gsapp.models import City, Match, Need, Offer, ServiceType, User
from gsapp.models.needs import status_at
from gsapp.queries.places import city_ids
from gsapp.queries.status import has_status
from gsapp.queries.streaming import streamed
from gsapp.schemas.dashboard import DashboardFilter, DashboardRow, RowsFilter
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import NeedStatus

TABLES: dict[Rows, type[Need] | type[Offer] | type[Match] | type[User]] = {
    Rows.NEEDS: Need,
    Rows.OFFERS: Offer,
    Rows.MATCHES: Match,
    Rows.MEMBERS: User,
}
LONGEST_WAITING_FIRST = (
    metrics.OPEN_NOW,
    metrics.BEYOND_TARGET,
    metrics.TO_DECIDE,
    metrics.WITHOUT_OFFER,
    metrics.WITHOUT_MATCH,
)
FROM_PUBLISHING = (metrics.FIRST_OFFER, metrics.FIRST_MATCH)


def metric_context(session: Session, filter: DashboardFilter) -> MetricContext:
    """The context of all metrics now, limited to the city, province or type of the filter."""
    now = clock.now()
    day = filter.day if isinstance(filter, RowsFilter) and metrics.COUNTED[filter.metric].by_day else None
    return MetricContext(
        now=now,
        has_status=cache(lambda status: has_status(session, status, clock.to_local(now))),
        overdue=_overdue(session, now),
        scope=tuple(_scope(session, filter)),
        day=Span(*map(clock.to_utc, clock.day_bounds(day))) if day else None,
    )


def count(session: Session, metric: Counted, context: MetricContext) -> int:
    """The number of rows of a metric."""
    number: int = session.execute(counting(metric, context, func.count())).scalar_one()
    return number


def counting(metric: Counted, context: MetricContext, *figures: Any) -> Any:
    """A statement that selects `figures` over the rows of a metric; joins `Need` where offers or durations need it."""
    table = TABLES[metric.rows]
    statement = wide_select(*figures).select_from(table).where(*metric.where(context))
    if metric.rows is Rows.OFFERS or (metric.rows is Rows.MATCHES and (context.scope or metric in FROM_PUBLISHING)):
        statement = statement.join(Need, col(Need.id) == table.need_id)  # type: ignore[union-attr,arg-type]
    return statement if metric.rows is Rows.MEMBERS else statement.where(*context.scope)


@invalidated_by(NeedChanged, UserChanged, TypeChanged, CityChanged)
def rows(session: Session, *, actor: Actor, filter: RowsFilter) -> Page[DashboardRow]:
    """One page of the rows of a metric. For coordinators."""
    access.coordinator(actor)
    context, metric = metric_context(session, filter), metrics.COUNTED[filter.metric]
    key = col(TABLES[metric.rows].id)
    ids = (
        counting(metric, context, key)
        .order_by(_order(metric))
        .limit(filter.size)
        .offset((filter.page - 1) * filter.size)
    )
    found = session.execute(ids).scalars().all()
    items = (
        session.execute(_facts(metric, context).where(key.in_(found)).order_by(_order(metric))).mappings()
        if found
        else ()
    )
    return Page(
        items=tuple(_row(metric, context, each) for each in items),
        total=count(session, metric, context),
        page=filter.page,
        size=filter.size,
    )


def stream_rows(session: Session, *, actor: Actor, filter: RowsFilter) -> Iterator[DashboardRow]:
    """All rows of a metric, streamed. For coordinators."""
    access.coordinator(actor)
    context, metric = metric_context(session, filter), metrics.COUNTED[filter.metric]
    statement = _facts(metric, context).where(*metric.where(context)).order_by(_order(metric))
    if metric.rows is not Rows.MEMBERS:
        statement = statement.where(*context.scope)
    return (_row(metric, context, each._asdict()) for each in streamed(session, statement))


def _scope(session: Session, filter: DashboardFilter) -> Iterator[ColumnElement[bool]]:
    if filter.city_id is not None:
        yield col(Need.city_id) == filter.city_id
    if filter.province:
        yield col(Need.city_id).in_(city_ids(session, filter.province))
    if filter.type_id is not None:
        yield col(Need.type_id) == filter.type_id


def _overdue(session: Session, now: datetime) -> ColumnElement[bool]:
    types: dict[int, list[int]] = {}
    for type_id, hours in session.execute(wide_select(col(ServiceType.id), col(ServiceType.target_hours))):
        types.setdefault(hours, []).append(type_id)
    late = [(ids, col(Need.published_at) < now - timedelta(hours=hours)) for hours, ids in types.items()]
    if len(late) == 1:
        return late[0][1]  # all types have the same target
    return or_(false(), *(and_(col(Need.type_id).in_(ids), before) for ids, before in late))


def _order(metric: Counted) -> ColumnElement[Any]:
    key = col(TABLES[metric.rows].id)
    return key.asc() if metric in LONGEST_WAITING_FIRST else key.desc()


def _facts(metric: Counted, context: MetricContext) -> Any:
    """A statement of the columns of `DashboardRow`, and of `published_at` to compute durations."""
    if metric.rows is Rows.MEMBERS:
        member: Any = (col(User.id).label("member_id"), col(User.username).label("member"))
        return wide_select(col(User.id), *member, col(User.registered_at).label("at"))
    key, helper, at = {
        Rows.NEEDS: (col(Need.id), col(Need.author_id), col(Need.published_at)),
        Rows.OFFERS: (col(Offer.id), col(Offer.volunteer_id), col(Offer.created_at)),
        Rows.MATCHES: (col(Match.id), col(Offer.volunteer_id), col(Match.accepted_at)),
    }[metric.rows]
    statement: Any = wide_select(
        key,
        col(Need.id).label("need_id"),
        *(col(each) for each in (Need.title, Need.starts_at, Need.published_at)),
        col(ServiceType.name).label("type_name"),
        col(ServiceType.icon).label("type_icon"),
        col(City.name).label("city_name"),
        col(City.province),
        status_at(clock.to_local(context.now)).label("status"),
        helper.label("member_id"),
        col(User.username).label("member"),
        (col(Match.confirmed_at) if metrics.confirmed(metric) else at).label("at"),
    )
    if metric.rows is Rows.MATCHES:
        statement = statement.select_from(Match).join(Offer, col(Offer.id) == col(Match.offer_id))
    elif metric.rows is Rows.OFFERS:
        statement = statement.select_from(Offer)
    if metric.rows is not Rows.NEEDS:
        statement = statement.join(Need, col(Need.id) == col(Offer.need_id))
    return (
        statement.join(User, col(User.id) == helper)
        .join(ServiceType, col(ServiceType.id) == col(Need.type_id))
        .join(City, col(City.id) == col(Need.city_id))
    )


def _row(metric: Counted, context: MetricContext, found: Any) -> DashboardRow:
    facts = dict(found)
    published = facts.pop("published_at", None)
    if metric in FROM_PUBLISHING:
        facts["minutes"] = minutes(facts["at"] - published)
    elif metric is metrics.TO_DECIDE or (metric.rows is Rows.NEEDS and facts["status"] == NeedStatus.OPEN):
        facts["minutes"] = minutes(context.now - facts["at"])
    return DashboardRow(**facts)


def minutes(time: timedelta) -> int:
    """A duration in minutes, rounded."""
    return round(time / timedelta(minutes=1))
