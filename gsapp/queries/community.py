"""Public figures for the start page: counts without names."""

from typing import Any

from sqlalchemy import func
from sqlalchemy import select as wide_select
from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.events import HelpConfirmed, NeedChanged, ThanksGiven, TypeChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import City, Match, Need, Offer, ServiceType, Thanks, User
from gsapp.queries.status import count_needs, open_by_type
from gsapp.schemas.community import Community, Waiting
from gsapp.vocabulary import MatchState, NeedStatus, OfferState


@invalidated_by(NeedChanged, shared=True)
def community(session: Session) -> Community:
    """Numbers of open and done needs. Public, also without a login."""
    waiting = open_by_type(session)
    return Community(
        open_needs=sum(waiting.values()),
        open_by_type=waiting,
        needs_done=count_needs(session, clock.local_now(), statuses=[NeedStatus.DONE]),
    )


@invalidated_by(NeedChanged, TypeChanged, shared=True)
def waiting_now(session: Session, *, most: int) -> tuple[Waiting, ...]:
    """The `most` newest open needs: kind, city and times only. Public."""
    columns = (
        col(ServiceType.name),
        col(ServiceType.icon),
        col(City.name),
        col(Need.starts_at),
        col(Need.published_at),
    )
    found: Any = (
        wide_select(*(column.label(name) for column, name in zip(columns, Waiting.model_fields, strict=True)))
        .select_from(Need)
        .join(ServiceType, col(ServiceType.id) == col(Need.type_id))
        .join(City, col(City.id) == col(Need.city_id))
        .where(col(Need.phase) == NeedStatus.OPEN, col(Need.ends_at) >= clock.local_now())
        .order_by(col(Need.id).desc())
        .limit(most)
    )
    return tuple(Waiting(**row) for row in session.execute(found).mappings())


# The next two scan many rows, some tenths of a second with a million needs: as few events as possible invalidate them.
@invalidated_by(HelpConfirmed, shared=True)
def members_who_helped(session: Session) -> int:
    """The number of members with at least one confirmed match."""
    # EXISTS per member, which stops at the first match, instead of counting all matches, which are many more.
    confirmed = select(Match.id).join(Offer, col(Offer.id) == col(Match.offer_id)).correlate(User)
    confirmed = confirmed.where(Offer.volunteer_id == User.id, Offer.state == OfferState.ACCEPTED)
    once = confirmed.where(Match.state == MatchState.CONFIRMED).exists()
    return session.exec(select(func.count()).select_from(User).where(once)).one()


@invalidated_by(ThanksGiven, shared=True)
def thanks_given(session: Session) -> int:
    """The number of all thanks."""
    return session.exec(select(func.count()).select_from(Thanks)).one()
