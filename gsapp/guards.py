"""The conditional updates. Each hits exactly one row or raises its `DomainError`.

This is the guard that holds on SQLite, on MariaDB and across the nodes of a cluster, where a lock taken by a read
protects nothing. A unique key or a CHECK stands behind each.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, update
from sqlmodel import Session, SQLModel, col

from gsapp import clock
from gsapp.errors import Busy, DomainError, Invalid, RuleBroken, Sentence
from gsapp.i18n import N_
from gsapp.models import Match, Need, Offer, StoredFile
from gsapp.models.offers import active_mark
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
    """A file that is to be attached was never ours, is somebody else's, is used already or was thrown away."""

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
    """Write `values` into the row that its primary key and the state it must be in name, or raise `otherwise`."""
    statement = update(table).where(*where).values(values).execution_options(synchronize_session=False)
    # By the primary key only: walking another index, MariaDB misses a row that somebody has just moved within it.
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
    """Write fields of a need that is active and has no pending or accepted offer."""
    where = [
        col(Need.id) == need_id,
        col(Need.state) == NeedState.ACTIVE,
        col(Need.offers_pending) == 0,
        col(Need.places_taken) == 0,
    ]
    one_row(session, Need, where, values, NeedHasAnswers)


def cancel_need(session: Session, need_id: int, *, reason: str) -> None:
    """Call a need off while no match is running; its pending offers must be rejected in the same transaction."""
    where = [
        col(Need.id) == need_id,
        col(Need.state) == NeedState.ACTIVE,
        col(Need.places_taken) == col(Need.places_done),
    ]
    values = {"state": NeedState.CANCELLED, "closed_reason": reason, "offers_pending": 0}
    one_row(session, Need, where, values, HelpIsRunning)


def increment_pending(session: Session, need_id: int) -> None:
    """Count one more pending offer on a need that is open and has places left."""
    where = [*_open(need_id), col(Need.places_taken) < col(Need.helpers_wanted)]
    one_row(session, Need, where, {"offers_pending": col(Need.offers_pending) + 1}, NeedNotOpen)


def decrement_pending(session: Session, need_id: int) -> None:
    """Count one pending offer less: it was withdrawn or rejected."""
    where = [col(Need.id) == need_id, col(Need.offers_pending) > 0]
    one_row(session, Need, where, {"offers_pending": col(Need.offers_pending) - 1}, OfferDecided)


def forget_offers_of_ended_need(session: Session, need_id: int) -> None:
    """A need past its end waits for no answer; its pending offers must be rejected in the same transaction."""
    where = [
        col(Need.id) == need_id,
        col(Need.state) == NeedState.ACTIVE,
        col(Need.offers_pending) > 0,
        col(Need.ends_at) < clock.local_now(),
    ]
    one_row(session, Need, where, {"offers_pending": 0}, OfferDecided)


def take_place(session: Session, need_id: int) -> None:
    """Turn one pending offer of an open need into a place taken. Of several at once only as many succeed as fit."""
    where = [
        *_open(need_id),
        col(Need.places_taken) < col(Need.helpers_wanted),
        col(Need.offers_pending) > 0,
    ]
    values = {"places_taken": col(Need.places_taken) + 1, "offers_pending": col(Need.offers_pending) - 1}
    one_row(session, Need, where, values, NeedFull)


def free_place(session: Session, need_id: int) -> None:
    """A match ended without help: its place is free again."""
    where = [col(Need.id) == need_id, col(Need.places_taken) > col(Need.places_done)]
    one_row(session, Need, where, {"places_taken": col(Need.places_taken) - 1}, MatchMovedOn)


def finish_place(session: Session, need_id: int) -> None:
    """A match was confirmed: its place is done."""
    where = [col(Need.id) == need_id, col(Need.places_done) < col(Need.places_taken)]
    one_row(session, Need, where, {"places_done": col(Need.places_done) + 1}, MatchMovedOn)


def move_phase(session: Session, need_id: int, was: NeedStatus, *, to: NeedStatus) -> None:
    """Bring the stored phase up to what the step that holds this need has made of it."""
    one_row(session, Need, [col(Need.id) == need_id, col(Need.phase) == was], {"phase": to}, Busy)


def move_offer(session: Session, offer_id: int, was: OfferState, *, to: OfferState, reason: Reason = "") -> None:
    """Decide an offer or take it back. Raises `OfferDecided` when somebody was faster."""
    values = {"state": to, "active": active_mark(to), "decided_at": clock.now(), **reason_columns(reason)}
    where = [col(Offer.id) == offer_id, col(Offer.state) == was]
    one_row(session, Offer, where, values, OfferDecided)


def change_pending_offer(session: Session, offer_id: int, **values: Any) -> None:
    """Change the words or files of an offer. Raises `OfferDecided` when it is no longer pending."""
    where = [col(Offer.id) == offer_id, col(Offer.state) == OfferState.PENDING]
    one_row(session, Offer, where, values, OfferDecided)


def move_match(session: Session, match_id: int, was: Sequence[MatchState], *, to: MatchState, **values: Any) -> None:
    """Move a match on from one of these states. Raises `MatchMovedOn` when it is in another."""
    where = [col(Match.id) == match_id, col(Match.state).in_(was)]
    one_row(session, Match, where, {"state": to, **values}, MatchMovedOn)


def use_file(session: Session, name: str, uploader_ids: Collection[int], *, need_id: int, offer_id: int | None) -> None:
    """Make an unused file of one of these people part of a need or an offer. Raises `FileGone`: a file is used once."""
    where = [
        col(StoredFile.name) == name,
        col(StoredFile.need_id).is_(None),
        col(StoredFile.uploader_id).in_(uploader_ids),
    ]
    one_row(session, StoredFile, where, {"need_id": need_id, "offer_id": offer_id}, FileGone)
