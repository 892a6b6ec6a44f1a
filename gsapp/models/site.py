"""Facts about the whole site, one row each."""

from sqlmodel import Field, SQLModel

from gsapp.models.columns import exact_string

LAST_BACKUP = "last_backup"
"""Name of a row: when the snapshot of the last successful backup was taken, in ISO 8601 format with its UTC offset."""
COORDINATORS = "coordinators"
"""`SiteState.name` of the row that every step writes by which a coordinator may cease to be one."""


class SiteState(SQLModel, table=True):
    """A named value that all processes of a site share, such as the oldest schema that this one is compatible with."""

    __tablename__ = "site_state"

    name: str = Field(sa_type=exact_string(40), primary_key=True)
    value: str = Field(sa_type=exact_string(255))
