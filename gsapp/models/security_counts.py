"""Daily counts of failed sign-ins and refused requests."""

from sqlmodel import Field, SQLModel

from gsapp.models.columns import exact_string


class SecurityCount(SQLModel, table=True):
    """How often something was refused on one day (UTC), by kind, network and user.

    `network` is a keyed hash with a key of the week, or empty; `user_id` is 0 for visitors who are not signed in.
    No foreign key: rows are written while the user's row may be locked.
    """

    __tablename__ = "security_counts"

    day: str = Field(sa_type=exact_string(10), primary_key=True)
    kind: str = Field(sa_type=exact_string(40), primary_key=True)
    network: str = Field(sa_type=exact_string(16), primary_key=True)
    user_id: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    n: int = Field(default=0)
