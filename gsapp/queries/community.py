"""What the start page tells everybody: how many, never who."""

from sqlalchemy import func
from sqlmodel import Session, col, select

from gsapp import clock
from gsapp.cache import dropped_by
from gsapp.events import NeedChanged
from gsapp.models import Match, Offer, Thanks
from gsapp.queries.status import count_needs, open_by_type
from gsapp.schemas.community import Community
from gsapp.vocabulary import MatchState, NeedStatus


@dropped_by(NeedChanged)
def community(session: Session) -> Community:
    """The figures of the whole community as it stands now. Anybody may see them, signed in or not."""
    waiting = open_by_type(session)
    helped = (
        select(func.count(func.distinct(Offer.volunteer_id)))
        .join(Match, col(Match.offer_id) == col(Offer.id))
        .where(Match.state == MatchState.CONFIRMED)
    )
    return Community(
        open_needs=sum(waiting.values()),
        open_by_type=waiting,
        members_who_helped=session.exec(helped).one(),
        needs_done=count_needs(session, clock.local_now(), statuses=[NeedStatus.DONE]),
        thanks_given=session.exec(select(func.count()).select_from(Thanks)).one(),
    )
