"""The dashboard: all its numbers, as of one moment."""

from datetime import timedelta
from statistics import median

from sqlalchemy import func
from sqlmodel import Session, col

from gsapp import clock, metrics
from gsapp.events import CityChanged, HelpConfirmed, NeedChanged, TypeChanged, UserChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.metrics import Counted, MetricContext
from gsapp.models import Match, Need, Offer
from gsapp.queries.dashboard_parts import days, just_happened, longest_waiting, matrix
from gsapp.queries.dashboard_rows import count, counting, metric_context, minutes
from gsapp.queries.places import city_ids
from gsapp.queries.status import count_needs
from gsapp.schemas.dashboard import Dashboard, DashboardFilter, Tile
from gsapp.vocabulary import MetricKey, NeedStatus


@invalidated_by(NeedChanged, UserChanged, TypeChanged, CityChanged)
def dashboard(session: Session, *, filter: DashboardFilter) -> Dashboard:
    """The whole dashboard for a city, province or type; does not depend on the reader, so the result is shared."""
    context = metric_context(session, filter)
    return Dashboard(
        as_of=clock.to_local(context.now),
        filter=filter,
        tiles=tiles(session, filter, context),
        days=days(session, context),
        matrix=matrix(session, context, only_type=filter.type_id),
        oldest=longest_waiting(session, context),
        feed=just_happened(session, context),
    )


def tiles(session: Session, filter: DashboardFilter, context: MetricContext) -> tuple[Tile, ...]:
    """The tiles of the dashboard, in the order of the page."""
    return (
        _open(session, filter, context),
        _with_oldest(session, metrics.BEYOND_TARGET, context),
        _plain(session, metrics.TO_DECIDE, context),
        _plain(session, metrics.MATCHED_TODAY, context),
        _plain(session, metrics.FULFILLED_THIS_MONTH, context),
        _median(session, metrics.FIRST_OFFER, metrics.WITHOUT_OFFER, context),
        _median(session, metrics.FIRST_MATCH, metrics.WITHOUT_MATCH, context),
        _fill_rate(session, context),
        _plain(session, metrics.ACTIVE, context),
        _plain(session, metrics.NEVER_ASKED, context),
    )


@invalidated_by(HelpConfirmed, shared=True)
def until_first_offer(session: Session) -> int | None:
    """Median minutes until the first offer, for the start page; `None` with fewer than `metrics.FEWEST` values."""
    context = metric_context(session, DashboardFilter())
    return _median(session, metrics.FIRST_OFFER, metrics.WITHOUT_OFFER, context).value


def _open(session: Session, filter: DashboardFilter, context: MetricContext) -> Tile:
    """Read from `NeedCount`, because open needs are the most numerous rows."""
    cities = [filter.city_id] if filter.city_id is not None else None
    if filter.province:
        there = city_ids(session, filter.province)
        cities = there if cities is None else [city for city in cities if city in there]
    now = clock.to_local(context.now)
    number = count_needs(session, now, statuses=(NeedStatus.OPEN,), type_id=filter.type_id, city_ids=cities)
    return Tile(key=MetricKey.OPEN, value=number, n=number)


def _plain(session: Session, metric: Counted, context: MetricContext) -> Tile:
    number = count(session, metric, context)
    return Tile(key=MetricKey(metric.key), value=number, n=number)


def _with_oldest(session: Session, metric: Counted, context: MetricContext) -> Tile:
    number, first = session.execute(counting(metric, context, func.count(), func.min(col(Need.published_at)))).one()
    return Tile(
        key=MetricKey(metric.key), value=number, n=number, oldest=minutes(context.now - first) if first else None
    )


def _median(session: Session, metric: Counted, still: Counted, context: MetricContext) -> Tile:
    ended = col(Offer.created_at) if metric is metrics.FIRST_OFFER else col(Match.accepted_at)
    times = [end - begin for begin, end in session.execute(counting(metric, context, col(Need.published_at), ended))]
    waiting = _with_oldest(session, still, context)
    return Tile(
        key=MetricKey(metric.key),
        value=minutes(_middle(times)) if len(times) >= metrics.FEWEST else None,
        n=len(times),
        waiting=waiting.n,
        oldest=waiting.oldest,
    )


def _middle(times: list[timedelta]) -> timedelta:
    return timedelta(seconds=median(time.total_seconds() for time in times))


def _fill_rate(session: Session, context: MetricContext) -> Tile:
    places = (func.sum(col(Need.places_taken)), func.sum(col(Need.helpers_wanted)))
    number, taken, wanted = session.execute(counting(metrics.FILL_RATE, context, func.count(), *places)).one()
    filled = count(session, metrics.FILLED, context)
    return Tile(
        key=MetricKey.FILL_RATE,
        value=round(100 * filled / number) if number >= metrics.FEWEST else None,
        n=number,
        more={
            MetricKey.FILLED: filled,
            MetricKey.CALLED_OFF_EARLY: count(session, metrics.CALLED_OFF_EARLY, context),
            "places_taken": int(taken or 0),
            "places_wanted": int(wanted or 0),
        },
    )
