"""Moderation of needs: a coordinator takes down a need that members should not read."""

from sqlalchemy import update
from sqlmodel import Session, col, select

from gsapp import access, clock, events, guards
from gsapp.access import Actor
from gsapp.effects import monthly, search_index
from gsapp.effects.record import record_event
from gsapp.errors import RuleBroken
from gsapp.i18n import N_
from gsapp.models import Match, Need, TakenDownNeed
from gsapp.models.ids import id_of
from gsapp.schemas.admin import WhyForm
from gsapp.services import needs
from gsapp.vocabulary import OPEN_MATCHES, MatchState, NeedState, NeedStatus, OfferState

TAKEN_DOWN_TITLE = "已下架 · Taken down"
"""The title stored instead, in both languages because stored titles are not translated."""


class AlreadyTakenDown(RuleBroken):
    sentence = N_("This need has been taken down already.")


def take_down_need(session: Session, actor: Actor, *, need_id: int, form: WhyForm) -> None:
    """Hide title, description and attachments of a need from all but coordinators, and cancel it if it is not done.

    Unlike its author, a coordinator may do this during a match: the match ends, with the reason. Raises
    `AlreadyTakenDown`.
    """
    access.coordinator(actor)
    need = access.need_for_update(session, need_id)
    if session.get(TakenDownNeed, need_id) is not None:
        raise AlreadyTakenDown
    session.add(
        TakenDownNeed(
            need_id=need_id,
            title=need.title,
            description=need.description,
            attachments=need.attachments,
            taken_down_at=clock.now(),
        )
    )
    was = need.state
    call_off = was is NeedState.ACTIVE and need.status(clock.local_now()) is not NeedStatus.DONE
    if call_off:
        _end_matches(session, actor, need, reason=form.reason)
        guards.cancel_need(session, need_id, reason=form.reason)
        needs.reject_pending_offers(session, actor, need_id, reason=form.reason)
    search_index.change(session, need, title=TAKEN_DOWN_TITLE, description="")
    without_words = (
        update(Need).where(col(Need.id) == need_id).values(title=TAKEN_DOWN_TITLE, description="", attachments="")
    )
    session.exec(without_words.execution_options(synchronize_session=False))
    new = NeedState.CANCELLED if call_off else was
    record_event(session, actor, events.NeedTakenDown(need_id), old=was, new=new, reason=form.reason)


def _end_matches(session: Session, actor: Actor, need: Need, *, reason: str) -> None:
    need_id = id_of(need)
    running = select(Match).where(Match.need_id == need_id, col(Match.state).in_(OPEN_MATCHES))
    for match in session.exec(running.order_by(col(Match.id))).all():
        match_id = id_of(match)
        guards.free_place(session, need_id)
        guards.move_match(session, match_id, [match.state], to=MatchState.DROPPED, ended_at=clock.now(), reason=reason)
        guards.move_offer(session, match.offer_id, OfferState.ACCEPTED, to=OfferState.REJECTED, reason=reason)
        monthly.add_completed(session, match, need, -1)
        event = events.MatchCalledOff(need_id, match_id)
        record_event(session, actor, event, old=match.state, new=MatchState.DROPPED, reason=reason)
