"""Addresses of calendar feeds."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, exact_string


class CalendarLink(SQLModel, table=True):
    """The address of a member's calendar feed: `key` and a signature, so this table alone gives no access."""

    __tablename__ = "calendar_links"

    user_id: int = Field(foreign_key="buser_table.id", primary_key=True)
    key: str = Field(sa_type=exact_string(64))
    made_at: datetime = Field(sa_type=Instant)
