"""The history of all events: an append-only audit log."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, Word
from gsapp.vocabulary import ReasonCode


class History(SQLModel, table=True):
    """One event: who did what to which record, from which state to which, why and when.

    `actor_id` is NULL for the scheduler; `on_behalf_of` is the resident represented by a coordinator.
    """

    __tablename__ = "history"
    __table_args__ = (
        Index(None, "need_id", "id"),
        Index(None, "subject_id", "id"),
        Index(None, "actor_id", "id"),
        Index(None, "on_behalf_of", "id"),
        Index(None, "action", "id"),
        Index(None, "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=Instant)
    action: str = Field(max_length=40)
    actor_id: int | None = Field(default=None, foreign_key="buser_table.id")
    on_behalf_of: int | None = Field(default=None, foreign_key="buser_table.id")
    subject_id: int | None = Field(default=None, foreign_key="buser_table.id")
    need_id: int | None = Field(default=None, foreign_key="sr_info.id")
    offer_id: int | None = Field(default=None, foreign_key="response_info.id")
    match_id: int | None = Field(default=None, foreign_key="accept_info.id")
    old: str = Field(default="", max_length=40)
    new: str = Field(default="", max_length=40)
    reason: str = Field(default="", max_length=500)
    reason_code: ReasonCode | None = Field(default=None, sa_type=Word(ReasonCode))
