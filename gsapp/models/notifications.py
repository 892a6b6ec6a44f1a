"""Notifications, notification preferences, and the outbox of e-mails."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, Number, Word
from gsapp.vocabulary import OutboxState, ReasonCode


class Notification(SQLModel, table=True):
    """A notification for one member. It stores no text, which is rendered from kind, users and need when it is read.

    `shown` is false for a notification by e-mail only, whose `read_at` is set from the start.
    """

    __tablename__ = "notifications"
    __table_args__ = (Index(None, "user_id", "read_at", "need_id"), Index(None, "user_id", "id"))

    id: int | None = Field(default=None, primary_key=True)
    user_id: int = Field(foreign_key="buser_table.id")
    kind: str = Field(max_length=40)
    actor_id: int | None = Field(default=None, foreign_key="buser_table.id")
    need_id: int | None = Field(default=None, foreign_key="sr_info.id")
    offer_id: int | None = Field(default=None, foreign_key="response_info.id")
    match_id: int | None = Field(default=None, foreign_key="accept_info.id")
    reason: str = Field(default="", max_length=500)
    reason_code: ReasonCode | None = Field(default=None, sa_type=Word(ReasonCode))
    at: datetime = Field(sa_type=Instant)
    read_at: datetime | None = Field(default=None, sa_type=Instant)
    shown: bool = Field(default=True)


class NotificationPreference(SQLModel, table=True):
    """The channels of a member for one topic. Default without a row: inbox and, with an address, e-mail."""

    __tablename__ = "notice_preferences"

    user_id: int = Field(foreign_key="buser_table.id", primary_key=True)
    topic: str = Field(max_length=40, primary_key=True)
    in_inbox: bool = Field(default=True)
    by_mail: bool = Field(default=True)


class OutboxMessage(SQLModel, table=True):
    """An e-mail in the transactional outbox. The primary key is the notification's id: at most one e-mail for each.

    `address` is NULL unless the kind is one of `SECURITY_KINDS`: the address is read when the e-mail is sent.
    """

    __tablename__ = "outbox"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries"), Index(None, "state", "next_try_at"))

    notification_id: int = Field(foreign_key="notifications.id", primary_key=True)
    state: OutboxState = Field(default=OutboxState.WAITING, sa_type=Number(OutboxState))
    tries: int = Field(default=0)
    next_try_at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
    address: str | None = Field(default=None, max_length=254)


class EmailPace(SQLModel, table=True):
    """Rate limit of e-mails to one member: when the next may be sent, and how many were sent today.

    Its row lock makes sure that of several processes one gathers the notifications for the next e-mail.
    """

    __tablename__ = "email_pace"

    user_id: int = Field(foreign_key="buser_table.id", primary_key=True)
    next_at: datetime = Field(sa_type=Instant)
    day_began_at: datetime = Field(sa_type=Instant)
    sent_today: int = Field(default=0)
