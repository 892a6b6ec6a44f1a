"""What people are told: notifications, which of them they want, and the e-mails on their way."""

from datetime import datetime

from sqlalchemy import CheckConstraint, Index
from sqlmodel import Field, SQLModel

from gsapp.models.columns import Instant, Number, Word
from gsapp.vocabulary import OutboxState, ReasonCode


class Notification(SQLModel, table=True):
    """One piece of news for one member. It holds no words: they are made of kind, people and need when it is read.

    `shown` is false for what goes by e-mail only; such a row is read from the start.
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
    """Where a member wants news of one topic. Without a row: in the inbox and, with an address, by e-mail."""

    __tablename__ = "notice_preferences"

    user_id: int = Field(foreign_key="buser_table.id", primary_key=True)
    topic: str = Field(max_length=40, primary_key=True)
    in_inbox: bool = Field(default=True)
    by_mail: bool = Field(default=True)


class OutboxMessage(SQLModel, table=True):
    """The e-mail of a notification, in the outbox. Its key is the notification's: there is never a second one.

    The address is not kept here: it is the member's own at the moment of sending.
    """

    __tablename__ = "outbox"
    __table_args__ = (CheckConstraint("tries >= 0", name="tries"), Index(None, "state", "next_try_at"))

    notification_id: int = Field(foreign_key="notifications.id", primary_key=True)
    state: OutboxState = Field(default=OutboxState.WAITING, sa_type=Number(OutboxState))
    tries: int = Field(default=0)
    next_try_at: datetime = Field(sa_type=Instant)
    sent_at: datetime | None = Field(default=None, sa_type=Instant)
