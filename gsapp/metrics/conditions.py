"""Which rows each metric counts. Every number, list, chart and file takes its condition from here."""

from datetime import timedelta

from sqlalchemy import and_, union, union_all
from sqlalchemy.orm import aliased
from sqlmodel import col, exists, select

from gsapp.metrics.context import Condition, Conditions, Moment, Span, days_ago, month_of
from gsapp.models import Asked, History, Match, Need, Offer, ServiceType, User
from gsapp.models.moments import hours_after
from gsapp.vocabulary import COUNTING_MATCHES, MatchState, NeedStatus, OfferState, Role

LONG_ENOUGH = timedelta(days=14)


def waiting(m: Moment) -> Conditions:
    return (m.has_status(NeedStatus.OPEN),)


def beyond_target(m: Moment) -> Conditions:
    return (m.has_status(NeedStatus.OPEN), m.overdue)


def without_offer(m: Moment) -> Conditions:
    return (m.has_status(NeedStatus.OPEN), ~_has_offer())


def without_match(m: Moment) -> Conditions:
    return (m.has_status(NeedStatus.OPEN), ~_has_match())


def to_decide(m: Moment) -> Conditions:
    return (col(Offer.state) == OfferState.PENDING, m.has_status(NeedStatus.OPEN))


def published(m: Moment) -> Conditions:
    return (m.days.holds_wall_clock(col(Need.starts_at)),)


def matched_in(span: Span) -> Conditions:
    return (span.holds(col(Match.accepted_at)), _counts())


def matched(m: Moment) -> Conditions:
    return matched_in(m.days)


def matched_today(m: Moment) -> Conditions:
    return matched_in(Span(days_ago(m.now, 0), days_ago(m.now, -1)))


def fulfilled_in(span: Span) -> Conditions:
    return (span.holds(col(Match.confirmed_at)), _counts())


def fulfilled(m: Moment) -> Conditions:
    return fulfilled_in(m.days)


def fulfilled_this_month(m: Moment) -> Conditions:
    return fulfilled_in(month_of(m.now))


def first_offers(m: Moment) -> Conditions:
    earlier = aliased(Offer)
    before = exists().where(col(earlier.need_id) == col(Offer.need_id), col(earlier.id) < col(Offer.id))
    return (m.days.holds(col(Offer.created_at)), ~before)


def first_matches(m: Moment) -> Conditions:
    earlier = aliased(Match)
    before = exists().where(col(earlier.need_id) == col(Match.need_id), col(earlier.id) < col(Match.id))
    return (m.days.holds(col(Match.accepted_at)), ~before)


def called_off_early(m: Moment) -> Conditions:
    return (month_of(m.now, 1).holds(col(Need.published_at)), m.has_status(NeedStatus.CANCELLED), ~_has_offer())


def cohort(m: Moment) -> Conditions:
    early = and_(m.has_status(NeedStatus.CANCELLED), ~_has_offer())
    return (month_of(m.now, 1).holds(col(Need.published_at)), ~early)


def filled(m: Moment) -> Conditions:
    return (*cohort(m), col(Need.places_taken) > 0)


def unmet(m: Moment) -> Conditions:
    """A union of three small sets, each found by an index of its own."""
    waiting = select(Need.id).where(*beyond_target(m))
    expired = select(Need.id).where(
        m.has_status(NeedStatus.EXPIRED), m.days.holds_wall_clock(col(Need.ends_at)), ~_has_match()
    )
    called_off = (
        select(Need.id)
        .join(History, col(History.need_id) == col(Need.id))
        .join(ServiceType, col(ServiceType.id) == col(Need.type_id))
        .where(
            m.days.holds(col(History.at)),
            col(History.action).in_(("NeedCancelled", "NeedDeleted")),
            m.has_status(NeedStatus.CANCELLED),
            col(History.at) >= hours_after(col(Need.published_at), col(ServiceType.target_hours)),
            ~_has_match(),
        )
    )
    found = union_all(waiting, expired, called_off).subquery()
    return (col(Need.id).in_(select(found.c.id)),)


def active(m: Moment) -> Conditions:
    # Each of the two by its own index, which OR would not use; joined, so that MariaDB begins with these few.
    times = (col(Match.accepted_at), col(Match.confirmed_at))
    lately = union(*(select(Match.id).where(m.days.holds(time)) for time in times)).subquery()
    helped = (
        select(Offer.volunteer_id)
        .join(Match, col(Match.offer_id) == col(Offer.id))
        .join(lately, lately.c.id == col(Match.id))
        .where(_counts())
        .distinct()
    )
    if m.scope:
        helped = helped.join(Need, col(Need.id) == col(Offer.need_id)).where(*m.scope)
    found = helped.subquery()
    return (col(User.suspended_at).is_(None), col(User.id).in_(select(found.c.volunteer_id)))


def never_asked(m: Moment) -> Conditions:
    chosen = exists().where(col(Offer.volunteer_id) == col(User.id), col(Match.offer_id) == col(Offer.id))
    asked = exists().where(col(Asked.volunteer_id) == col(User.id))
    has_asked = exists().where(col(Need.author_id) == col(User.id))
    return (
        col(User.registered_at) < m.now - LONG_ENOUGH,
        col(User.role) == Role.MEMBER,
        col(User.suspended_at).is_(None),
        col(User.recorded_by).is_(None),  # of whom nobody could ask anything but by phone
        ~chosen,
        ~asked,
        ~has_asked,
    )


def _counts() -> Condition:
    """Not `state IN (...)`: SQLite would then walk the index of states instead of that of times."""
    return col(Match.state).not_in([state for state in MatchState if state not in COUNTING_MATCHES])


def _has_offer() -> Condition:
    return exists().where(col(Offer.need_id) == col(Need.id))


def _has_match() -> Condition:
    return exists().where(col(Match.need_id) == col(Need.id))
