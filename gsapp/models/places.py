"""Kinds of help, and cities."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from gsapp.models.columns import exact_string

TARGET_HOURS = 72


class ServiceType(SQLModel, table=True):
    """A kind of help. `icon` names a symbol of `pages/assets/img/icons.svg` and may be empty.

    A need that is still open `target_hours` after its publication is reported as waiting too long.
    """

    __tablename__ = "service_type"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=exact_string(50), unique=True, sa_column_kwargs={"name": "typename"})
    icon: str = Field(default="", max_length=30)
    position: int = Field(default=0)
    enabled: bool = Field(default=True)
    target_hours: int = Field(default=TARGET_HOURS, sa_column_kwargs={"server_default": str(TARGET_HOURS)})


class City(SQLModel, table=True):
    """A prefecture-level city and its province."""

    __tablename__ = "city_info"
    __table_args__ = (UniqueConstraint("provinceName", "cityName"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(sa_type=exact_string(50), sa_column_kwargs={"name": "cityName"})
    province: str = Field(sa_type=exact_string(50), sa_column_kwargs={"name": "provinceName"})
    enabled: bool = Field(default=True)
