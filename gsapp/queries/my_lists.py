"""A member's own needs and offers, streamed for export, with the filter of the page."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select as wide_select
from sqlmodel import Session, col

from gsapp.access import Actor
from gsapp.models import Need, Offer, User
from gsapp.queries.needs import needs_statement
from gsapp.queries.offers import my_offers_where
from gsapp.queries.streaming import streamed
from gsapp.schemas.needs import NeedFacts, NeedFilter
from gsapp.schemas.offers import MyOfferRow, OfferFilter


def stream_my_needs(session: Session, *, actor: Actor, filter: NeedFilter) -> Iterator[NeedFacts]:
    """All needs of the reader that match the filter; its `author_id` is ignored."""
    own = filter.model_copy(update={"author_id": actor.user_id})
    return (NeedFacts(**row._asdict()) for row in streamed(session, needs_statement(session, filter=own)))


def stream_my_offers(session: Session, *, actor: Actor, filter: OfferFilter) -> Iterator[MyOfferRow]:
    """All offers of the reader that match the filter, the newest first."""
    of_offer = ("id", "need_id", "created_at", "state", "decided_at", "message", "reason", "reason_code")
    statement: Any = (
        wide_select(
            *(col(getattr(Offer, name)) for name in of_offer),
            col(Need.title).label("need_title"),
            col(Need.starts_at),
            col(User.username).label("author"),
        )
        .join(Need, col(Need.id) == col(Offer.need_id))
        .join(User, col(User.id) == col(Need.author_id))
        .where(*my_offers_where(actor, filter))
        .order_by(col(Offer.id).desc())
    )
    return (MyOfferRow(**row._asdict()) for row in streamed(session, statement))
