"""People and the sessions by which they are signed in."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, Number, exact_string, long_text
from gsapp.vocabulary import IdType, Role


class User(SQLModel, table=True):
    """An account: one person, who may both ask for help and give it."""

    __tablename__ = "buser_table"
    __table_args__ = (
        Index(None, "bname"),
        Index(None, "userlvl"),
        Index(None, "suspended_at"),
        Index(None, "recorded_by", "id"),
    )

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(sa_type=exact_string(50), unique=True, sa_column_kwargs={"name": "uname"})
    id_type: str = Field(max_length=40, sa_column_kwargs={"name": "ctype"})
    id_number: str = Field(max_length=255, sa_column_kwargs={"name": "idno"})  # encrypted, see security.fields
    id_number_index: str = Field(sa_type=exact_string(64), unique=True, sa_column_kwargs={"name": "idno_index"})
    name: str = Field(max_length=50, sa_column_kwargs={"name": "bname"})
    password_hash: str = Field(max_length=255, sa_column_kwargs={"name": "bpwd"})
    phone: str = Field(sa_type=exact_string(20), unique=True, sa_column_kwargs={"name": "phoneNo"})
    bio: str | None = Field(default=None, sa_type=long_text(), sa_column_kwargs={"name": "desc"})
    registered_at: datetime = Field(sa_type=Instant, sa_column_kwargs={"name": "psrDate"})
    role: Role = Field(default=Role.MEMBER, sa_type=Number(Role), sa_column_kwargs={"name": "userlvl"})
    language: str | None = Field(default=None, max_length=10)
    suspended_at: datetime | None = Field(default=None, sa_type=Instant)
    # Tokens of the REST API carry it: one more ends them all.
    token_generation: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    # Only for news by e-mail: nobody else sees it, and nobody signs in by it.
    email: str | None = Field(default=None, max_length=254)
    # Of a resident without the internet: the coordinator who recorded them, and when and how they agreed. Such an
    # account is looked after by the coordinators, and nobody signs in by it. No foreign key: SQLite could add one only
    # by making this table, to which all others point, anew.
    recorded_by: int | None = None
    consent_at: datetime | None = Field(default=None, sa_type=Instant)
    consent_how: str | None = Field(default=None, max_length=20)
    reached_at: datetime | None = Field(default=None, sa_type=Instant)  # the last time by phone
    # Of somebody who has left: the row stays for the counts, without the person. It is suspended, too.
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    # Of the first steps, what no other table tells, by commas: places seen, and that the list has been put away.
    first_steps: str | None = Field(default=None, max_length=100)

    @property
    def is_managed(self) -> bool:
        return self.recorded_by is not None

    @property
    def kind_of_id(self) -> IdType:
        return IdType(self.id_type)


class LoginSession(SQLModel, table=True):
    """One signed-in browser. Only the hash of its token is kept."""

    __tablename__ = "sessions"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(sa_type=exact_string(64), unique=True)
    user_id: int = Field(foreign_key="buser_table.id", index=True)
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
    user_agent: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=64)


class OneTimeLink(SQLModel, table=True):
    """A link that works once, such as the one that makes the first coordinator. Only its hash is kept.

    `user_id` is whom it is for, where that is known beforehand.
    """

    __tablename__ = "one_time_links"

    token_hash: str = Field(sa_type=exact_string(64), primary_key=True)
    purpose: str = Field(max_length=40)
    user_id: int | None = Field(default=None, foreign_key="buser_table.id", index=True)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_by: int | None = Field(default=None, foreign_key="buser_table.id")


class FormerName(SQLModel, table=True):
    """A username whose owner has left: nobody else may take it. Only its keyed hash is kept."""

    __tablename__ = "former_names"

    name_hash: str = Field(sa_type=exact_string(64), primary_key=True)
