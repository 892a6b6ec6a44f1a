"""The addresses by which calendars follow the matches of one member."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, exact_string


class CalendarLink(SQLModel, table=True):
    """A member's one address for calendars. It is made of `key` and a signature, so this table opens nothing."""

    __tablename__ = "calendar_links"

    user_id: int = Field(foreign_key="buser_table.id", primary_key=True)
    key: str = Field(sa_type=exact_string(64))
    made_at: datetime = Field(sa_type=Instant)
