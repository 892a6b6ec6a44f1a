"""What a member has agreed with a neighbour for now and the next day."""

from datetime import timedelta
from typing import Any

from sqlalchemy import literal
from sqlalchemy import select as wide_select
from sqlmodel import Session, col

from gsapp import clock
from gsapp.access import Actor
from gsapp.events import NeedChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import City, Match, Need, Offer, User
from gsapp.schemas.today import RunningHelp
from gsapp.vocabulary import MatchState

MAX_RUNNING_HELP = 5
AHEAD = timedelta(days=1)  # who looks late in the evening sees the next morning, too


@invalidated_by(NeedChanged)
def running_help(session: Session, *, actor: Actor) -> tuple[RunningHelp, ...]:
    """Help of this member's, given or received, that has begun or begins within a day and is not reported done."""
    mine = [*_on_one_side(session, actor, helping=True), *_on_one_side(session, actor, helping=False)]
    return tuple(sorted(mine, key=lambda each: (each.starts_at, each.need_id))[:MAX_RUNNING_HELP])


def _on_one_side(session: Session, actor: Actor, *, helping: bool) -> list[RunningHelp]:
    other, own = (Need.author_id, Offer.volunteer_id) if helping else (Offer.volunteer_id, Need.author_id)
    columns: list[Any] = [
        *(col(Need.id).label("need_id"), col(Need.title), col(Need.starts_at), col(Need.ends_at)),
        *(col(User.username).label("name"), col(City.name).label("city_name"), literal(helping).label("helping")),
    ]
    found = (
        wide_select(*columns)
        .select_from(Match)
        .join(Offer, col(Offer.id) == col(Match.offer_id))
        .join(Need, col(Need.id) == col(Match.need_id))
        .join(User, col(User.id) == col(other))
        .join(City, col(City.id) == col(Need.city_id))
        .where(col(own) == actor.user_id, col(Match.state) == MatchState.RUNNING)
        .where(col(Need.starts_at) <= clock.local_now() + AHEAD)
        .order_by(col(Need.starts_at), col(Need.id))
        .limit(MAX_RUNNING_HELP)
    )
    return [RunningHelp(**row) for row in session.execute(found).mappings()]
