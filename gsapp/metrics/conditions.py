"""The SQL condition of each metric. Every number, list, chart and export uses these conditions."""

from datetime import timedelta

from sqlalchemy import and_, union, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, select

from gsapp.metrics.context import Condition, Conditions, MetricContext, Span, days_ago, month_of
from gsapp.models import Asked, History, Match, Need, Offer, ServiceType, User
from gsapp.models.moments import hours_after
from gsapp.vocabulary import COUNTING_MATCHES, MatchState, NeedStatus, OfferState, Role

LONG_ENOUGH = timedelta(days=14)
"""Members registered for less than this time do not count as never asked."""


def waiting(context: MetricContext) -> Conditions:
    return (context.has_status(NeedStatus.OPEN),)


def beyond_target(context: MetricContext) -> Conditions:
    return (context.has_status(NeedStatus.OPEN), context.overdue)


def without_offer(context: MetricContext) -> Conditions:
    return (context.has_status(NeedStatus.OPEN), ~_has_offer())


def without_match(context: MetricContext) -> Conditions:
    return (context.has_status(NeedStatus.OPEN), ~_has_match())


def to_decide(context: MetricContext) -> Conditions:
    return (col(Offer.state) == OfferState.PENDING, context.has_status(NeedStatus.OPEN))


def published(context: MetricContext) -> Conditions:
    return (context.days.holds_wall_clock(col(Need.starts_at)),)


def matched_in(span: Span) -> Conditions:
    return (span.holds(col(Match.accepted_at)), _counts())


def matched(context: MetricContext) -> Conditions:
    return matched_in(context.days)


def matched_today(context: MetricContext) -> Conditions:
    return matched_in(Span(days_ago(context.now, 0), days_ago(context.now, -1)))


def fulfilled_in(span: Span) -> Conditions:
    return (span.holds(col(Match.confirmed_at)), _counts())


def fulfilled(context: MetricContext) -> Conditions:
    return fulfilled_in(context.days)


def fulfilled_this_month(context: MetricContext) -> Conditions:
    return fulfilled_in(month_of(context.now))


def first_offers(context: MetricContext) -> Conditions:
    earlier = aliased(Offer)
    before = exists().where(col(earlier.need_id) == col(Offer.need_id), col(earlier.id) < col(Offer.id))
    return (context.days.holds(col(Offer.created_at)), ~before)


def first_matches(context: MetricContext) -> Conditions:
    earlier = aliased(Match)
    before = exists().where(col(earlier.need_id) == col(Match.need_id), col(earlier.id) < col(Match.id))
    return (context.days.holds(col(Match.accepted_at)), ~before)


def called_off_early(context: MetricContext) -> Conditions:
    return (
        month_of(context.now, 1).holds(col(Need.published_at)),
        context.has_status(NeedStatus.CANCELLED),
        ~_has_offer(),
    )


def cohort(context: MetricContext) -> Conditions:
    early = and_(context.has_status(NeedStatus.CANCELLED), ~_has_offer())
    return (month_of(context.now, 1).holds(col(Need.published_at)), ~early)


def filled(context: MetricContext) -> Conditions:
    return (*cohort(context), col(Need.places_taken) > 0)


def unmet(context: MetricContext) -> Conditions:
    """A UNION of three small sets, each found by another index."""
    waiting = select(Need.id).where(*beyond_target(context))
    expired = select(Need.id).where(
        context.has_status(NeedStatus.EXPIRED), context.days.holds_wall_clock(col(Need.ends_at)), ~_has_match()
    )
    called_off = (
        select(Need.id)
        .join(History, col(History.need_id) == col(Need.id))
        .join(ServiceType, col(ServiceType.id) == col(Need.type_id))
        .where(
            context.days.holds(col(History.at)),
            col(History.action).in_(("NeedCancelled", "NeedDeleted")),
            context.has_status(NeedStatus.CANCELLED),
            col(History.at) >= hours_after(col(Need.published_at), col(ServiceType.target_hours)),
            ~_has_match(),
        )
    )
    found = union_all(waiting, expired, called_off).subquery()
    return (col(Need.id).in_(select(found.c.id)),)


def active(context: MetricContext) -> Conditions:
    # A UNION, because OR would not use the two indexes; as a join, so that MariaDB begins with these few rows.
    times = (col(Match.accepted_at), col(Match.confirmed_at))
    lately = union(*(select(Match.id).where(context.days.holds(time)) for time in times)).subquery()
    helped = (
        select(Offer.volunteer_id)
        .join(Match, col(Match.offer_id) == col(Offer.id))
        .join(lately, lately.c.id == col(Match.id))
        .where(_counts())
        .distinct()
    )
    if context.scope:
        helped = helped.join(Need, col(Need.id) == col(Offer.need_id)).where(*context.scope)
    found = helped.subquery()
    return (col(User.suspended_at).is_(None), col(User.id).in_(select(found.c.volunteer_id)))


def never_asked(context: MetricContext) -> Conditions:
    chosen = exists().where(col(Offer.volunteer_id) == col(User.id), col(Match.offer_id) == col(Offer.id))
    asked = exists().where(col(Asked.volunteer_id) == col(User.id))
    has_asked = exists().where(col(Need.author_id) == col(User.id))
    return (
        col(User.registered_at) < context.now - LONG_ENOUGH,
        col(User.role) == Role.MEMBER,
        col(User.suspended_at).is_(None),
        col(User.recorded_by).is_(None),  # managed accounts can only be asked by phone
        ~chosen,
        ~asked,
        ~has_asked,
    )


def _counts() -> Condition:
    """Matches that count as completed. Not `state IN (...)`: SQLite would scan the index of states, not of times."""
    return col(Match.state).not_in([state for state in MatchState if state not in COUNTING_MATCHES])


def _has_offer() -> Condition:
    return exists().where(col(Offer.need_id) == col(Need.id))


def _has_match() -> Condition:
    return exists().where(col(Match.need_id) == col(Need.id))
