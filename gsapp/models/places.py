"""What kinds of help there are, and where."""

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel


class ServiceType(SQLModel, table=True):
    """A kind of help. `icon` names one of the product's drawings; new kinds may have none."""

    __tablename__ = "service_type"

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=50, unique=True, sa_column_kwargs={"name": "typename"})
    icon: str = Field(default="", max_length=30)
    position: int = Field(default=0)
    enabled: bool = Field(default=True)


class City(SQLModel, table=True):
    """A prefecture-level city and its province."""

    __tablename__ = "city_info"
    __table_args__ = (UniqueConstraint("provinceName", "cityName"),)

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(max_length=50, sa_column_kwargs={"name": "cityName"})
    province: str = Field(max_length=50, sa_column_kwargs={"name": "provinceName"})
    enabled: bool = Field(default=True)
