"""Links that open the wall display."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, exact_string


class WallLink(SQLModel, table=True):
    """A link that opens the wall display without a login until it is revoked. Only the hash of its token is stored."""

    __tablename__ = "wall_links"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(sa_type=exact_string(64), unique=True)
    label: str = Field(max_length=100)
    created_by: int = Field(foreign_key="buser_table.id")
    created_at: datetime = Field(sa_type=Instant)
    revoked_at: datetime | None = Field(default=None, sa_type=Instant)
    revoked_by: int | None = Field(default=None, foreign_key="buser_table.id")
