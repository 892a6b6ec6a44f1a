"""Needs: publish, edit, delete, cancel."""

from typing import Any

from sqlmodel import Session, col, select

from gsapp import access, clock, events, guards
from gsapp.access import Actor
from gsapp.effects import monthly, need_counts, search_index
from gsapp.effects.record import record_event
from gsapp.errors import NotFound, RuleBroken
from gsapp.i18n import N_
from gsapp.models import City, Need, Offer, ServiceType
from gsapp.models.ids import id_of
from gsapp.schemas.forms import parse
from gsapp.schemas.needs import NeedChanges, NeedDraft, NeedForm, ReasonForm
from gsapp.services import files
from gsapp.vocabulary import NeedState, NeedStatus, OfferState, Reason, ReasonCode


class UnknownType(RuleBroken):
    sentence = N_("Please choose one of the kinds of help on offer.")


class UnknownCity(RuleBroken):
    sentence = N_("Please choose one of the cities on offer.")


class NothingToCancel(RuleBroken):
    sentence = N_("This need is already done or called off.")


def publish_need(session: Session, actor: Actor, *, form: NeedForm, client_key: str | None = None) -> int:
    """Publish a need and return its id.

    `client_key` is an idempotency key: a second call with it returns the id of the first. Raises `UnknownType` or
    `UnknownCity` for one that does not exist or is disabled, `FileGone` for a photo that the actor may not use.
    """
    if client_key and (known := _published_before(session, actor, client_key)):
        return known
    _check_choices(session, type_id=form.type_id, city_id=form.city_id)
    need = Need(author_id=actor.user_id, **_given(form), published_at=clock.now(), client_key=client_key or None)
    need.phase = need.status(clock.local_now())
    session.add(need)
    session.flush()
    need_id = id_of(need)
    files.attach(session, actor, need.attachments, need_id=need_id)
    monthly.add_published(session, starts_at=need.starts_at, type_id=need.type_id, city_id=need.city_id, change=+1)
    need_counts.increment(session, need_counts.count_key(need))
    search_index.add(session, need)
    record_event(session, actor, events.NeedPublished(need_id), new=NeedState.ACTIVE)
    return need_id


def edit_need(session: Session, actor: Actor, *, need_id: int, form: NeedForm | NeedChanges) -> None:
    """Replace (`NeedForm`) or change (`NeedChanges`) a need that has no pending or accepted offer.

    Without a change, nothing is recorded. Raises `NeedHasAnswers`, `FileGone`, and `Invalid` when the changes conflict
    with the fields that stay.
    """
    need = access.own_need(session, actor, need_id)
    _check_active(need)
    if isinstance(form, NeedChanges):
        form = parse(NeedForm, NeedDraft.model_validate(need.model_dump()).model_dump() | _given(form))
    _check_choices(
        session,
        type_id=form.type_id if form.type_id != need.type_id else None,
        city_id=form.city_id if form.city_id != need.city_id else None,
    )
    status = NeedStatus.OPEN if form.ends_at >= clock.local_now() else NeedStatus.EXPIRED
    guards.change_unanswered_need(session, need_id, **_given(form), phase=status)
    if all(getattr(need, name) == value for name, value in _given(form).items()):
        return  # an edit that changes nothing is no event
    if form.attachments is not None:
        files.attach(session, actor, form.attachments, before=need.attachments, need_id=need_id)
    monthly.add_published(session, starts_at=need.starts_at, type_id=need.type_id, city_id=need.city_id, change=-1)
    monthly.add_published(session, starts_at=form.starts_at, type_id=form.type_id, city_id=form.city_id, change=+1)
    need_counts.move(session, need_counts.count_key(need), need_counts.CountKey(form.type_id, form.city_id, status))
    search_index.change(session, need, title=form.title, description=form.description)
    record_event(session, actor, events.NeedEdited(need_id))


def delete_need(session: Session, actor: Actor, *, need_id: int) -> None:
    """Cancel a need that has no pending or accepted offer (soft delete); its files and its words in the index go.

    Idempotent. Raises `NeedHasAnswers`.
    """
    need = access.own_need(session, actor, need_id)
    if _is_cancelled(need, reason=""):
        return
    _check_active(need)
    kept = files.delete_files_of_need(session, need)
    guards.change_unanswered_need(session, need_id, state=NeedState.CANCELLED, attachments=kept)
    search_index.remove_unanswered(session, need)
    record_event(session, actor, events.NeedDeleted(need_id), old=NeedState.ACTIVE, new=NeedState.CANCELLED)


def cancel_need(session: Session, actor: Actor, *, need_id: int, form: ReasonForm) -> None:
    """Cancel a need and reject its pending offers with the reason. Idempotent with the same reason.

    Raises `HelpIsRunning` during a match, `NothingToCancel` when the need is done or cancelled.
    """
    need = access.own_need(session, actor, need_id)
    if _is_cancelled(need, reason=form.reason):
        return
    if need.state is NeedState.CANCELLED or need.status(clock.local_now()) is NeedStatus.DONE:
        raise NothingToCancel
    guards.cancel_need(session, need_id, reason=form.reason)
    search_index.remove_unanswered(session, need)
    reject_pending_offers(session, actor, need_id, reason=form.reason or ReasonCode.NEED_CANCELLED)
    record_event(
        session,
        actor,
        events.NeedCancelled(need_id),
        old=NeedState.ACTIVE,
        new=NeedState.CANCELLED,
        reason=form.reason,
    )


def reject_pending_offers(session: Session, actor: Actor | None, need_id: int, *, reason: Reason) -> None:
    """Reject every pending offer of a need whose `offers_pending` has just been set to 0."""
    pending = select(Offer.id).where(Offer.need_id == need_id, Offer.state == OfferState.PENDING)
    for offer_id in filter(None, session.exec(pending.order_by(col(Offer.id))).all()):
        guards.move_offer(session, offer_id, OfferState.PENDING, to=OfferState.REJECTED, reason=reason)
        event = events.OfferRejected(need_id, offer_id)
        record_event(session, actor, event, old=OfferState.PENDING, new=OfferState.REJECTED, reason=reason)


def _given(form: NeedForm | NeedChanges) -> dict[str, Any]:
    return form.model_dump(exclude_none=True)


def _is_cancelled(need: Need, *, reason: str) -> bool:
    return need.state is NeedState.CANCELLED and need.closed_reason == reason


def _check_active(need: Need) -> None:
    if need.state is not NeedState.ACTIVE:
        raise NothingToCancel


def _check_choices(session: Session, *, type_id: int | None, city_id: int | None) -> None:
    if type_id is not None and not _enabled(session, ServiceType, type_id):
        raise UnknownType
    if city_id is not None and not _enabled(session, City, city_id):
        raise UnknownCity


def _enabled(session: Session, table: type[ServiceType | City], record_id: int) -> bool:
    return bool(session.exec(select(table.enabled).where(table.id == record_id)).first())


def _published_before(session: Session, actor: Actor, client_key: str) -> int | None:
    earlier = session.exec(select(Need).where(Need.client_key == client_key)).first()
    if earlier is None:
        return None
    if earlier.author_id != actor.user_id:
        raise NotFound
    return earlier.id
