"""User accounts, login sessions, one-time links, and usernames that are no longer available."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, Number, exact_string, long_text
from gsapp.vocabulary import IdType, Role


class User(SQLModel, table=True):
    """A user account: one person, who may both ask for help and give it."""

    __tablename__ = "buser_table"
    __table_args__ = (
        Index(None, "bname"),
        Index(None, "userlvl"),
        Index(None, "suspended_at"),
        Index(None, "recorded_by", "id"),
        Index(None, "username_key", unique=True),
    )

    id: int | None = Field(default=None, primary_key=True)
    username: str = Field(sa_type=exact_string(50), unique=True, sa_column_kwargs={"name": "uname"})
    # What usernames share that can be mistaken for each other, see schemas.usernames. NULL for an account older than
    # this rule whose name can be mistaken for an earlier one.
    username_key: str | None = Field(default=None, sa_type=exact_string(200))
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
    # Part of the access tokens of the REST API: an increment invalidates them all.
    token_generation: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    # Only for notifications by e-mail: not shown to other users, not used for login.
    email: str | None = Field(default=None, max_length=254)
    # An address that its owner has not confirmed: it gets the e-mail that asks for it and nothing else. The key is part
    # of the link, so that a later change of the address invalidates earlier links.
    email_pending: str | None = Field(default=None, max_length=254)
    email_pending_key: str | None = Field(default=None, sa_type=exact_string(32))
    # Of a managed account (a resident without the internet), which cannot sign in: the coordinator who registered it,
    # and when and how the resident agreed. No foreign key: SQLite could add one only by recreating this table, which
    # all others reference.
    recorded_by: int | None = None
    consent_at: datetime | None = Field(default=None, sa_type=Instant)
    consent_how: str | None = Field(default=None, max_length=20)
    reached_at: datetime | None = Field(default=None, sa_type=Instant)  # last call that reached the resident
    # The version of the privacy notice that this user agreed to or has seen at `consent_at` (schemas.personal_data).
    consent_version: str | None = Field(default=None, max_length=10)
    # Set when the user has left (soft delete): the row stays for the counts, anonymized and suspended.
    left_at: datetime | None = Field(default=None, sa_type=Instant)
    # Onboarding marks that no other table holds, separated by commas: areas opened, and whether the list is dismissed.
    first_steps: str | None = Field(default=None, max_length=100)
    # The language in which this member last saw the site, for e-mails and calendars of those who chose no `language`.
    seen_language: str | None = Field(default=None, max_length=10)

    @property
    def is_managed(self) -> bool:
        """Whether coordinators manage this account of a resident without the internet."""
        return self.recorded_by is not None

    @property
    def reading_language(self) -> str | None:
        """The language for e-mails and calendars: the chosen one, or the one that the browser asked for."""
        return self.language or self.seen_language

    @property
    def kind_of_id(self) -> IdType:
        return IdType(self.id_type)


class LoginSession(SQLModel, table=True):
    """A login session of one browser. Only the hash of its token is stored."""

    __tablename__ = "sessions"

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(sa_type=exact_string(64), unique=True)
    user_id: int = Field(foreign_key="buser_table.id", index=True)
    created_at: datetime = Field(sa_type=Instant)
    seen_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant, index=True)
    authenticated_at: datetime | None = Field(default=None, sa_type=Instant)  # when the password was last given
    user_agent: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=64)


class KnownBrowser(SQLModel, table=True):
    """A browser or network from which an account was used. Stored is the hash of its cookie or address."""

    __tablename__ = "known_browsers"

    user_id: int = Field(foreign_key="buser_table.id", primary_key=True)
    mark: str = Field(sa_type=exact_string(64), primary_key=True)
    seen_at: datetime = Field(sa_type=Instant)


class OneTimeLink(SQLModel, table=True):
    """A link that works once, such as a password reset. Only the hash of its token is stored.

    `user_id` is the intended user, NULL where the link is not bound to one; `used_by` is the user who opened it.
    """

    __tablename__ = "one_time_links"

    token_hash: str = Field(sa_type=exact_string(64), primary_key=True)
    purpose: str = Field(max_length=40)
    user_id: int | None = Field(default=None, foreign_key="buser_table.id", index=True)
    created_at: datetime = Field(sa_type=Instant)
    expires_at: datetime = Field(sa_type=Instant)
    used_at: datetime | None = Field(default=None, sa_type=Instant)
    used_by: int | None = Field(default=None, foreign_key="buser_table.id")
    # The coordinator who issued it: it works only as long as they are one. NULL for links of the operator. No foreign
    # key: SQLite could add one only by recreating this table.
    issuer_id: int | None = None


class LinkConsent(SQLModel, table=True):
    """The consent of a second coordinator to a password link for the coordinator `user_id`; NULL until it is given."""

    __tablename__ = "link_consents"

    user_id: int = Field(foreign_key="buser_table.id", primary_key=True)
    asked_by: int = Field(foreign_key="buser_table.id")
    asked_at: datetime = Field(sa_type=Instant)
    agreed_by: int | None = Field(default=None, foreign_key="buser_table.id")


class FormerName(SQLModel, table=True):
    """A username that cannot be registered again. Only the keyed hash (HMAC) of its `username_key` is stored.

    Its owner has left (`user_id` is NULL), or has changed the name and may take it back.
    """

    __tablename__ = "former_names"

    name_hash: str = Field(sa_type=exact_string(64), primary_key=True)
    user_id: int | None = Field(default=None, index=True)
