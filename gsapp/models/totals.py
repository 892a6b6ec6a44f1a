"""Precomputed totals (projections), which statistics and lists read instead of counting rows."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Word, exact_string
from gsapp.vocabulary import NeedStatus


def month_key(wall_clock: datetime) -> str:
    """The key of a month in `MonthlyTotal.month`, such as 202611."""
    return f"{wall_clock:%Y%m}"


class MonthlyTotal(SQLModel, table=True):
    """Needs published and matches completed in one month, type and city. Maintained by `effects.monthly`."""

    __tablename__ = "report"
    __table_args__ = (CheckConstraint("ps_num >= 0 AND rs_num >= 0", name="counts"),)

    month: str = Field(sa_type=exact_string(6), primary_key=True, sa_column_kwargs={"name": "monthID"})
    type_id: int = Field(foreign_key="service_type.id", primary_key=True, sa_column_kwargs={"name": "stype_id"})
    city_id: int = Field(foreign_key="city_info.id", primary_key=True, sa_column_kwargs={"name": "cityID"})
    published: int = Field(default=0, sa_column_kwargs={"name": "ps_num"})
    completed: int = Field(default=0, sa_column_kwargs={"name": "rs_num"})


class NeedCount(SQLModel, table=True):
    """The number of needs of one type and city in one phase. Maintained by `effects.need_counts`."""

    __tablename__ = "need_counts"
    __table_args__ = (CheckConstraint("n >= 0", name="n"),)

    type_id: int = Field(foreign_key="service_type.id", primary_key=True, sa_column_kwargs={"name": "stype_id"})
    city_id: int = Field(foreign_key="city_info.id", primary_key=True, sa_column_kwargs={"name": "cityID"})
    phase: NeedStatus = Field(sa_type=Word(NeedStatus), primary_key=True)
    n: int = Field(default=0)
