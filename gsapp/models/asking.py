"""Requests for help to individual volunteers."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant


class Asked(SQLModel, table=True):
    """A request to one volunteer for one need; unique for both."""

    __tablename__ = "asked"
    __table_args__ = (
        UniqueConstraint("need_id", "volunteer_id"),
        Index(None, "volunteer_id", "at"),
        Index(None, "asked_by", "at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    need_id: int = Field(foreign_key="sr_info.id")
    volunteer_id: int = Field(foreign_key="buser_table.id")
    asked_by: int = Field(foreign_key="buser_table.id")
    at: datetime = Field(sa_type=Instant)
