"""Notifications: read models, filter, pending decisions, and the forms for preferences and e-mail address."""

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator
from sqlmodel import Field

from gsapp.i18n import N_
from gsapp.mail_settings import PLAIN_ADDRESS
from gsapp.schemas.forms import FilterLine, Form, PageNumber, PageSize, refuse
from gsapp.schemas.read_models import Page, ReadModel
from gsapp.vocabulary import NotificationKind, NotificationTopic, ReasonCode


class NotificationRow(ReadModel):
    """One notification as data; `effects.notification_texts` has the words.

    `name` is the username of the user who acted, `None` for the scheduler.
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
        """The address of the page about its subject."""
        if self.kind in (NotificationKind.COORDINATOR_ADDED, NotificationKind.LINK_CONSENT_ASKED):
            return "/admin/users?role=coordinator&sort=newest"
        return f"/needs/{self.need_id}" if self.need_id else "/profile"


class NotificationPage(Page[NotificationRow]):
    """One page of notifications; `unread` counts unread ones of all pages."""

    unread: int


class Decision(ReadModel):
    """A decision that waits for a member: `offers` to choose from, or the help of `name` to confirm."""

    need_id: int
    title: str
    offers: int = 0
    name: str = ""


class EmailEnvelope(ReadModel):
    """Recipient and content of an e-mail: its notifications, the oldest first."""

    user_id: int
    address: str
    username: str
    language: str | None
    notifications: tuple[NotificationRow, ...]
    confirmation_key: str = ""
    """The key of the link that confirms the address, in the e-mail that asks for it."""


class EmailAddresses(ReadModel):
    """The confirmed address of a member, and the one that waits for its confirmation; empty if there is none."""

    confirmed: str = ""
    pending: str = ""


class PendingAddress(ReadModel):
    """An address that its owner may confirm for the account `username`."""

    address: str
    username: str


class Subscription(ReadModel):
    """What the unsubscribe link of an e-mail ends: these topics for `username`; no topics mean every e-mail."""

    username: str
    topics: tuple[NotificationTopic, ...]
    active: bool


class TopicPreference(ReadModel):
    """The channels of a member for one topic."""

    topic: NotificationTopic
    in_inbox: bool
    by_mail: bool


class NotificationFilter(Form):
    unread: bool = False
    page: PageNumber = 1
    size: PageSize = 20


def _address(value: str) -> str:
    # What SMTP accepts without quoting; an address with blanks, commas or brackets could be parsed as several.
    if value and not (PLAIN_ADDRESS.fullmatch(value) and "." in value.partition("@")[2]):
        refuse(N_("This does not look like an e-mail address."))
    return value


class AddressForm(Form):
    """The address for notifications by e-mail; empty for none. It counts once its owner has confirmed it."""

    email: Annotated[FilterLine, Field(max_length=254), AfterValidator(_address)] = ""


class NotificationPreferencesForm(Form):
    """The topics wanted in the inbox, and those wanted by e-mail."""

    in_inbox: list[NotificationTopic] = Field(default_factory=list)
    by_mail: list[NotificationTopic] = Field(default_factory=list)
