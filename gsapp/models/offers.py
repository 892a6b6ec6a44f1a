"""Offers, matches and thanks."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, Number, Word, exact_string, long_text
from gsapp.vocabulary import ACTIVE_OFFERS, MatchState, OfferState, ReasonCode


class Offer(SQLModel, table=True):
    """A volunteer's offer to help with a need.

    `active` is 1 while the offer is pending or accepted, then NULL: the unique key allows at most one active offer of
    a volunteer for a need and any number of ended ones. `client_key` is the idempotency key of the request.
    """

    __tablename__ = "response_info"
    __table_args__ = (
        UniqueConstraint("srid", "response_userid", "active"),
        CheckConstraint("(active IS NULL) = (response_state NOT IN (0, 1))", name="active"),
        Index(None, "response_userid", "response_state", "id"),
        Index(None, "srid", "response_state", "id"),
        Index(None, "response_state", "id"),
        Index(None, "response_date", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="sr_info.id", sa_column_kwargs={"name": "srid"})
    volunteer_id: int = Field(foreign_key="buser_table.id", sa_column_kwargs={"name": "response_userid"})
    message: str = Field(default="", sa_type=long_text(), sa_column_kwargs={"name": "response_desc"})
    attachments: str = Field(default="", max_length=1000, sa_column_kwargs={"name": "file_list"})
    state: OfferState = Field(
        default=OfferState.PENDING, sa_type=Number(OfferState), sa_column_kwargs={"name": "response_state"}
    )
    created_at: datetime = Field(sa_type=Instant, sa_column_kwargs={"name": "response_date"})
    decided_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str = Field(default="", max_length=500)
    reason_code: ReasonCode | None = Field(default=None, sa_type=Word(ReasonCode))
    active: int | None = Field(default=1)
    client_key: str | None = Field(default=None, sa_type=exact_string(64), unique=True)


def active_mark(state: OfferState) -> int | None:
    """The value of `Offer.active` for a state."""
    return 1 if state in ACTIVE_OFFERS else None


class Match(SQLModel, table=True):
    """A match: an accepted offer. An offer becomes a match at most once."""

    __tablename__ = "accept_info"
    __table_args__ = (
        Index(None, "srid"),
        Index(None, "state", "reported_at"),
        Index(None, "accept_date"),
        Index(None, "confirmed_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="sr_info.id", sa_column_kwargs={"name": "srid"})
    offer_id: int = Field(foreign_key="response_info.id", unique=True, sa_column_kwargs={"name": "response_id"})
    accepted_at: datetime = Field(sa_type=Instant, sa_column_kwargs={"name": "accept_date"})
    state: MatchState = Field(default=MatchState.RUNNING, sa_type=Number(MatchState))
    reported_at: datetime | None = Field(default=None, sa_type=Instant)
    confirmed_at: datetime | None = Field(default=None, sa_type=Instant)
    ended_at: datetime | None = Field(default=None, sa_type=Instant)
    reason: str = Field(default="", max_length=500)


class Thanks(SQLModel, table=True):
    """Thanks of one side of a match to the other: 1 to 5 stars and a text."""

    __tablename__ = "thanks"
    __table_args__ = (
        UniqueConstraint("match_id", "from_user_id"),
        CheckConstraint("stars BETWEEN 1 AND 5", name="stars"),
    )

    id: int | None = Field(default=None, primary_key=True)
    match_id: int = Field(foreign_key="accept_info.id")
    from_user_id: int = Field(foreign_key="buser_table.id")
    to_user_id: int = Field(foreign_key="buser_table.id", index=True)
    stars: int
    text: str = Field(default="", max_length=500)
    created_at: datetime = Field(sa_type=Instant)
