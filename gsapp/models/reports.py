"""Abuse reports, and needs taken down by coordinators."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, Word, long_text
from gsapp.vocabulary import Reportable


class AbuseReport(SQLModel, table=True):
    """A member's report of a need, an offer or another member, for the coordinators.

    `waiting` is 1 until it is handled, then NULL: the unique key allows at most one open report of a member for the
    same record and any number of handled ones. `person_id` is the author, the volunteer or the reported member.
    """

    __tablename__ = "abuse_reports"
    __table_args__ = (
        UniqueConstraint("reporter_id", "kind", "thing_id", "waiting"),
        CheckConstraint("(waiting IS NULL) = (handled_at IS NOT NULL)", name="waiting"),
        Index(None, "waiting", "id"),
        Index(None, "reporter_id", "created_at"),
        Index(None, "person_id", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    reporter_id: int = Field(foreign_key="buser_table.id")
    kind: Reportable = Field(sa_type=Word(Reportable))
    thing_id: int
    person_id: int = Field(foreign_key="buser_table.id")
    reason: str = Field(max_length=500)
    created_at: datetime = Field(sa_type=Instant)
    waiting: int | None = Field(default=1)
    handled_at: datetime | None = Field(default=None, sa_type=Instant)
    handled_by: int | None = Field(default=None, foreign_key="buser_table.id")
    note: str = Field(default="", max_length=500)


class TakenDownNeed(SQLModel, table=True):
    """Title, description and attachments of a need taken down by a coordinator, readable only for coordinators."""

    __tablename__ = "taken_down_needs"

    need_id: int = Field(primary_key=True, foreign_key="sr_info.id")
    title: str = Field(max_length=255)
    description: str = Field(default="", sa_type=long_text())
    attachments: str = Field(default="", max_length=1000)
    taken_down_at: datetime = Field(sa_type=Instant)
