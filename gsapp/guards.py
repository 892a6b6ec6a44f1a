"""Conditional updates (optimistic locking). Each changes exactly one row or raises its `DomainError`.

They are safe on SQLite, on MariaDB and across the nodes of a cluster, where a lock taken by a read protects nothing. A
unique key or a CHECK constraint backs each of them.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Integer, String, cast, update
from sqlmodel import Session, SQLModel, col

from gsapp import clock
from gsapp.errors import Busy, DomainError, Invalid, RuleBroken, Sentence
from gsapp.i18n import N_
from gsapp.models import Match, Need, Offer, SiteState, StoredFile
from gsapp.models.offers import active_mark
from gsapp.models.site import COORDINATORS
from gsapp.vocabulary import MatchState, NeedState, NeedStatus, OfferState, Reason, reason_columns


class NeedHasAnswers(RuleBroken):
    sentence = N_("A neighbour has already answered, so this need cannot be changed any more.")


class NeedNotOpen(RuleBroken):
    sentence = N_("This need is no longer open.")


class NeedFull(RuleBroken):
    sentence = N_("This need has all the helpers it wants.")


class HelpIsRunning(RuleBroken):
    sentence = N_("Somebody is already helping with this need, so it cannot be called off.")


class OfferDecided(RuleBroken):
    sentence = N_("This offer has already been decided or withdrawn.")


class MatchMovedOn(RuleBroken):
    sentence = N_("This step does not fit any more: the match has moved on.")


class FileGone(Invalid):
    """A file to attach does not exist, is another user's, is in use already or was deleted."""

    status = 400
    sentence = N_("One of the pictures is no longer there. Please add it again.")

    def __init__(self) -> None:
        super().__init__({"attachments": Sentence(self.sentence)})


def one_row(
    session: Session,
    table: type[SQLModel],
    where: Sequence[ColumnElement[bool]],
    values: Mapping[str, Any],
    otherwise: Callable[[], DomainError],
) -> None:
    """Update the row selected by `where`, its primary key and expected state. Raises `otherwise()` if none matches."""
    statement = update(table).where(*where).values(values).execution_options(synchronize_session=False)
    # By the primary key only: in a scan of another index MariaDB misses a row whose entry is being moved within it.
    for server in ("mysql", "mariadb"):
        statement = statement.with_hint("FORCE INDEX (PRIMARY)", dialect_name=server)
    if session.exec(statement).rowcount != 1:
        raise otherwise()


def _open(need_id: int) -> list[ColumnElement[bool]]:
    return [
        col(Need.id) == need_id,
        col(Need.state) == NeedState.ACTIVE,
        col(Need.ends_at) >= clock.local_now(),
    ]


def change_unanswered_need(session: Session, need_id: int, **values: Any) -> None:
    """Update fields of a need that is active and has no pending or accepted offer. Raises `NeedHasAnswers`."""
    where = [
        col(Need.id) == need_id,
        col(Need.state) == NeedState.ACTIVE,
        col(Need.offers_pending) == 0,
        col(Need.places_taken) == 0,
    ]
    one_row(session, Need, where, values, NeedHasAnswers)


def cancel_need(session: Session, need_id: int, *, reason: str) -> None:
    """Cancel a need without a running match; its pending offers must be rejected in the same transaction.

    Raises `HelpIsRunning`.
    """
    where = [
        col(Need.id) == need_id,
        col(Need.state) == NeedState.ACTIVE,
        col(Need.places_taken) == col(Need.places_done),
    ]
    values = {"state": NeedState.CANCELLED, "closed_reason": reason, "offers_pending": 0}
    one_row(session, Need, where, values, HelpIsRunning)


def increment_pending(session: Session, need_id: int) -> None:
    """Count one more pending offer of a need that is open and has places left. Raises `NeedNotOpen`."""
    where = [*_open(need_id), col(Need.places_taken) < col(Need.helpers_wanted)]
    one_row(session, Need, where, {"offers_pending": col(Need.offers_pending) + 1}, NeedNotOpen)


def decrement_pending(session: Session, need_id: int) -> None:
    """Count one pending offer less, which was withdrawn or rejected. Raises `OfferDecided`."""
    where = [col(Need.id) == need_id, col(Need.offers_pending) > 0]
    one_row(session, Need, where, {"offers_pending": col(Need.offers_pending) - 1}, OfferDecided)


def forget_offers_of_ended_need(session: Session, need_id: int) -> None:
    """Reset the count of pending offers of a need past its end; they must be rejected in the same transaction.

    Raises `OfferDecided` if it has none.
    """
    where = [
        col(Need.id) == need_id,
        col(Need.state) == NeedState.ACTIVE,
        col(Need.offers_pending) > 0,
        col(Need.ends_at) < clock.local_now(),
    ]
    one_row(session, Need, where, {"offers_pending": 0}, OfferDecided)


def take_place(session: Session, need_id: int) -> None:
    """Turn one pending offer of an open need into a place taken.

    Of concurrent calls as many succeed as places are left; the others raise `NeedFull`.
    """
    where = [
        *_open(need_id),
        col(Need.places_taken) < col(Need.helpers_wanted),
        col(Need.offers_pending) > 0,
    ]
    values = {"places_taken": col(Need.places_taken) + 1, "offers_pending": col(Need.offers_pending) - 1}
    one_row(session, Need, where, values, NeedFull)


def free_place(session: Session, need_id: int) -> None:
    """Free the place of a match that ended without help. Raises `MatchMovedOn`."""
    where = [col(Need.id) == need_id, col(Need.places_taken) > col(Need.places_done)]
    one_row(session, Need, where, {"places_taken": col(Need.places_taken) - 1}, MatchMovedOn)


def finish_place(session: Session, need_id: int) -> None:
    """Count the place of a confirmed match as done. Raises `MatchMovedOn`."""
    where = [col(Need.id) == need_id, col(Need.places_done) < col(Need.places_taken)]
    one_row(session, Need, where, {"places_done": col(Need.places_done) + 1}, MatchMovedOn)


def move_phase(session: Session, need_id: int, was: NeedStatus, *, to: NeedStatus) -> None:
    """Change the stored phase of a locked need from `was` to `to`. Raises `Busy` if it is in another phase."""
    one_row(session, Need, [col(Need.id) == need_id, col(Need.phase) == was], {"phase": to}, Busy)


def move_offer(session: Session, offer_id: int, was: OfferState, *, to: OfferState, reason: Reason = "") -> None:
    """Change the state of an offer from `was` to `to`. Raises `OfferDecided` if it is in another state."""
    values = {"state": to, "active": active_mark(to), "decided_at": clock.now(), **reason_columns(reason)}
    where = [col(Offer.id) == offer_id, col(Offer.state) == was]
    one_row(session, Offer, where, values, OfferDecided)


def change_pending_offer(session: Session, offer_id: int, **values: Any) -> None:
    """Update fields of a pending offer. Raises `OfferDecided` when it is no longer pending."""
    where = [col(Offer.id) == offer_id, col(Offer.state) == OfferState.PENDING]
    one_row(session, Offer, where, values, OfferDecided)


def move_match(session: Session, match_id: int, was: Sequence[MatchState], *, to: MatchState, **values: Any) -> None:
    """Change the state of a match from one of the states `was` to `to`. Raises `MatchMovedOn` if it is in another."""
    where = [col(Match.id) == match_id, col(Match.state).in_(was)]
    one_row(session, Match, where, {"state": to, **values}, MatchMovedOn)


def use_file(session: Session, name: str, uploader_ids: Collection[int], *, need_id: int, offer_id: int | None) -> None:
    """Assign an unused file of one of these uploaders to a need or an offer. A file is used once. Raises `FileGone`."""
    where = [
        col(StoredFile.name) == name,
        col(StoredFile.need_id).is_(None),
        col(StoredFile.uploader_id).in_(uploader_ids),
    ]
    one_row(session, StoredFile, where, {"need_id": need_id, "offer_id": offer_id}, FileGone)


def touch_coordinators(session: Session) -> None:
    """Write the guard row of the coordinators, before a step by which one of them may cease to be one.

    A row lock does not reach the other nodes of a cluster: two coordinators who leave through two nodes would both see
    the other. As both transactions write this row, one of them fails with a deadlock, is retried, and then sees what
    the other did. Raises `Busy` if the row is missing; the start of a process inserts it.
    """
    count = cast(cast(col(SiteState.value), Integer) + 1, String(20))
    one_row(session, SiteState, [col(SiteState.name) == COORDINATORS], {"value": count}, Busy)
