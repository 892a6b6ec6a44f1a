"""News for one member: what is shown, how it is listed, and which of it is wanted."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator
from sqlmodel import Field

from gsapp.i18n import N_
from gsapp.schemas.forms import Form, Line, PageNumber, PageSize, refuse
from gsapp.schemas.read_models import Page, ReadModel
from gsapp.vocabulary import NotificationKind, NotificationTopic, ReasonCode


class NotificationRow(ReadModel):
    """One notification as data; `effects.notification_texts` has the words.

    `name` is the username of the person who acted, `None` for the clock.
    """

    id: int
    kind: NotificationKind
    name: str | None
    title: str | None
    reason: str
    reason_code: ReasonCode | None
    need_id: int | None
    offer_id: int | None
    match_id: int | None
    at: datetime
    read_at: datetime | None

    @property
    def path(self) -> str:
        """The page where it can be seen."""
        return f"/needs/{self.need_id}" if self.need_id else "/profile"


class NotificationPage(Page[NotificationRow]):
    """One page of notifications; `unread` counts those of all pages."""

    unread: int


class Decision(ReadModel):
    """Something that waits for this member: offers to choose among, or help to confirm (then `name` says whose)."""

    need_id: int
    title: str
    offers: int = 0
    name: str = ""


class EmailEnvelope(ReadModel):
    """Whom an e-mail goes to, and what about."""

    address: str
    username: str
    language: str | None
    news: NotificationRow


class TopicPreference(ReadModel):
    """Where a member wants news of one topic."""

    topic: NotificationTopic
    in_inbox: bool
    by_mail: bool


class NotificationFilter(Form):
    unread: bool = False
    page: PageNumber = 1
    size: PageSize = 20


def _address(value: str) -> str:
    # What SMTP takes without quoting; an address with blanks, commas or brackets would be read as several.
    if value and not re.fullmatch(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value):
        refuse(N_("This does not look like an e-mail address."))
    return value


class AddressForm(Form):
    """Where to send news; empty for nowhere.

    The address is not checked by a letter: what we send holds the title of a need and a username, which all members
    read, and each letter says how to end it.
    """

    email: Annotated[Line, Field(max_length=254), AfterValidator(_address)] = ""


class NotificationPreferencesForm(Form):
    """Two answers for each topic."""

    in_inbox: list[NotificationTopic] = Field(default_factory=list)
    by_mail: list[NotificationTopic] = Field(default_factory=list)
