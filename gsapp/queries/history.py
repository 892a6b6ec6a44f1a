"""The history of one need, limited to the events that its reader may see."""

from typing import Any

from sqlalchemy import ColumnElement, func, or_
from sqlalchemy import select as wide_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from gsapp import access
from gsapp.access import Actor
from gsapp.effects import event_words
from gsapp.events import NeedChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.models import History, Match, Need, Offer, User
from gsapp.schemas.history import HistoryRow, Who

MAX_STEPS = 200


@invalidated_by(NeedChanged, need_id="need_id")
def need_history(session: Session, *, actor: Actor, need_id: int) -> tuple[HistoryRow, ...]:
    """The last `MAX_STEPS` events of a need, the oldest first.

    Its author and coordinators read all events, a volunteer those of the need and of the own offers, and other
    members none. Raises `NoSuchNeed`.
    """
    need = access.need(session, need_id)
    if actor.user_id == need.author_id or actor.is_coordinator:
        return _steps(session, actor, need, [])
    my_offers = select(Offer.id).where(Offer.need_id == need_id, Offer.volunteer_id == actor.user_id)
    if session.exec(my_offers.limit(1)).first() is None:
        return ()
    my_matches = select(Match.id).join(Offer, col(Offer.id) == col(Match.offer_id))
    my_matches = my_matches.where(Match.need_id == need_id, Offer.volunteer_id == actor.user_id)
    of_the_need = col(History.offer_id).is_(None) & col(History.match_id).is_(None)
    of_the_need &= func.coalesce(History.subject_id, actor.user_id) == actor.user_id  # hides requests to others
    concerns = or_(of_the_need, col(History.offer_id).in_(my_offers), col(History.match_id).in_(my_matches))
    return _steps(session, actor, need, [concerns])


def _steps(session: Session, actor: Actor, need: Need, concerns: list[ColumnElement[bool]]) -> tuple[HistoryRow, ...]:
    by, behind, helper = aliased(User), aliased(User), aliased(User)
    of_step, of_match = aliased(Offer), aliased(Offer)
    found = session.execute(
        wide_select(History, *map(col, [column for who in (by, behind, helper) for column in (who.id, who.username)]))
        .outerjoin(by, col(by.id) == col(History.actor_id))
        .outerjoin(behind, col(behind.id) == col(History.on_behalf_of))
        .outerjoin(Match, col(Match.id) == col(History.match_id))
        .outerjoin(of_match, col(of_match.id) == col(Match.offer_id))
        .outerjoin(of_step, col(of_step.id) == col(History.offer_id))
        .outerjoin(
            helper, col(helper.id) == func.coalesce(of_step.volunteer_id, of_match.volunteer_id, History.subject_id)
        )
        .where(
            col(History.need_id) == need.id,
            col(History.action).in_(event_words.IN_NEED_HISTORY),
            ~_edited_later(),
            *concerns,
        )
        .order_by(col(History.id).desc())
        .limit(MAX_STEPS)
    ).all()
    return tuple(_row(each, actor.user_id) for each in reversed(found))


def _edited_later() -> ColumnElement[bool]:
    """Whether the same user has edited the same thing again later: only the last edit is shown, else one user could
    fill the window."""
    later = aliased(History)
    again = select(later.id).where(
        later.need_id == History.need_id,
        later.action == History.action,
        later.actor_id == History.actor_id,
        func.coalesce(later.offer_id, 0) == func.coalesce(History.offer_id, 0),
        col(later.id) > col(History.id),
    )
    return col(History.action).in_(("NeedEdited", "OfferEdited")) & again.exists()


def _row(found: Any, me: int) -> HistoryRow:
    step, by_id, by_name, behind_id, behind_name, helper_id, helper_name = found
    by, behind, helper = _who(by_id, by_name, me), _who(behind_id, behind_name, me), _who(helper_id, helper_name, me)
    return HistoryRow(
        action=step.action,
        at=step.at,
        who=behind or by,
        acted_by=by if behind else None,
        helper=helper,
        reason=step.reason,
        reason_code=step.reason_code,
    )


def _who(user_id: int | None, username: str | None, me: int) -> Who | None:
    return None if user_id is None or username is None else Who(username=username, me=user_id == me)
