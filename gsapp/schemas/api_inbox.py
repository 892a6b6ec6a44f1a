"""Responses and query parameters of `/api/v1` for notifications."""

from datetime import datetime

from pydantic import Field
from sqlmodel import Field as QueryField

from gsapp.schemas.api import Answered, Listed, example
from gsapp.schemas.inbox import NotificationFilter
from gsapp.vocabulary import NotificationKind, NotificationTopic

NEWS = {
    "id": 7,
    "kind": "offer_made",
    "topic": "my_needs",
    "text": "ben offers to help with “The kitchen pipe leaks”.",
    "reason": "",
    "srid": 1,
    "response_id": 1,
    "accept_id": None,
    "at": "2026-11-23T05:00:00Z",
    "read_at": None,
}


class NotificationItem(Answered):
    """One notification, in the caller's language, with the ids of the records that it is about."""

    model_config = example(**NEWS)

    id: int
    kind: NotificationKind
    topic: NotificationTopic = Field(description="The group of notifications to which preferences apply.")
    text: str
    reason: str = Field(description="The reason given; empty if there is none.")
    need_id: int | None = Field(serialization_alias="srid")
    offer_id: int | None = Field(serialization_alias="response_id")
    match_id: int | None = Field(serialization_alias="accept_id")
    at: datetime
    read_at: datetime | None = Field(description="When it was read; `null` while unread.")


class NotificationList(Listed[NotificationItem]):
    """One page, the newest first; `unread` counts unread notifications of all pages."""

    model_config = example(items=[NEWS], total=1, page=1, size=10, unread=1)

    unread: int


class Unread(Answered):
    model_config = example(unread=1)

    unread: int


class NotificationQuery(NotificationFilter):
    unread: bool = QueryField(default=False, description="Only unread notifications.")
    size: int = QueryField(default=10, ge=1, le=100, description="Items per page.")
