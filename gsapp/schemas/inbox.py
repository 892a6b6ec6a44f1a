"""News for one member: what is shown, how it is listed, and which of it is wanted."""

import re
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator
from sqlmodel import Field

from gsapp.errors import Sentence, Translate
from gsapp.i18n import N_
from gsapp.schemas.forms import Form, Line, PageNumber, PageSize, refuse
from gsapp.schemas.read_models import Page, ReadModel, called
from gsapp.vocabulary import NoticeKind, NoticeTopic

WORDS = {
    NoticeKind.ASKED: N_("{name} asks whether you can help with “{title}”."),
    NoticeKind.OFFER_MADE: N_("{name} offers to help with “{title}”."),
    NoticeKind.OFFER_EDITED: N_("{name} has put the offer in other words: “{title}”."),
    NoticeKind.OFFER_WITHDRAWN: N_("{name} has taken the offer back: “{title}”."),
    NoticeKind.OFFER_ACCEPTED: N_("{name} has chosen you for “{title}”. Now you see each other's phone number."),
    NoticeKind.OFFER_REJECTED: N_("Not this time: “{title}”. Thank you for offering!"),
    NoticeKind.STANDING_BY: N_("Somebody else comes for “{title}”. You stay as a reserve."),
    NoticeKind.PLACE_FREE: N_("“{title}” needs somebody again. You may still be chosen."),
    NoticeKind.DROPPED_OUT: N_("{name} cannot come after all: “{title}”. You can choose somebody else."),
    NoticeKind.DID_NOT_COME: N_("{name} says that you did not come: “{title}”."),
    NoticeKind.CALLED_OFF: N_("Need No. {number} has been called off. Please do not go there."),
    NoticeKind.HELP_REPORTED: N_("{name} says that it is done: “{title}”. Please confirm it."),
    NoticeKind.HELP_CONFIRMED: N_("{name} says, too, that it is done: “{title}”. Thank you!"),
    NoticeKind.THANKED: N_("{name} says thank you for “{title}”."),
    NoticeKind.NEED_CANCELLED: N_("{name} has called your need off: “{title}”."),
    NoticeKind.NEED_TAKEN_DOWN: N_("A coordinator has taken your need No. {number} down."),
    NoticeKind.NEED_EXPIRED: N_("Your need has passed its end: “{title}”. You can ask again."),
    NoticeKind.MADE_COORDINATOR: N_("You are a coordinator now."),
    NoticeKind.MADE_MEMBER: N_("You are no longer a coordinator."),
    NoticeKind.SUSPENDED: N_("Your account is suspended for now."),
    NoticeKind.RESTORED: N_("Your account works again."),
    NoticeKind.PASSWORD_CHANGED: N_("Your password has been changed."),
    NoticeKind.REPORT_HANDLED: N_("A coordinator has looked at your report."),
}
BY_THE_CLOCK = {NoticeKind.HELP_CONFIRMED: N_("7 days have passed, so it counts as done: “{title}”.")}
TOPIC_WORDS = {
    NoticeTopic.MY_NEEDS: N_("Offers for my needs"),
    NoticeTopic.MY_OFFERS: N_("Answers to my offers"),
    NoticeTopic.QUESTIONS: N_("Neighbours who ask me to help"),
    NoticeTopic.HELP: N_("Help that is agreed: done, or not after all"),
    NoticeTopic.THANKS: N_("Thanks"),
    NoticeTopic.ACCOUNT: N_("My account"),
}


class NewsRow(ReadModel):
    """One notification. `said` is its sentence, `reason` why; `ours` when the reason is a sentence of the program's."""

    id: int
    kind: NoticeKind
    said: Sentence
    reason: str
    ours: bool
    need_id: int | None
    offer_id: int | None
    match_id: int | None
    at: datetime
    read_at: datetime | None

    def sentence(self, t: Translate) -> str:
        values = dict(self.said.values)
        if isinstance(name := values.get("name"), str):
            values["name"] = called(t, name)
        return t(self.said.msgid, **values)

    def why(self, t: Translate) -> str:
        """The reason in the reader's language; people's own words as they are."""
        return t(self.reason) if self.ours else self.reason

    @property
    def path(self) -> str:
        """The page where it can be seen."""
        return f"/needs/{self.need_id}" if self.need_id else "/profile"


class News(Page[NewsRow]):
    """One page of notifications; `unread` counts those of all pages."""

    unread: int


class Decision(ReadModel):
    """Something that waits for this member: offers to choose among, or help to confirm (then `name` says whose)."""

    need_id: int
    title: str
    offers: int = 0
    name: str = ""


class Letterhead(ReadModel):
    """Whom an e-mail goes to, and what about."""

    address: str
    username: str
    language: str | None
    news: NewsRow


class Wishes(ReadModel):
    """Where a member wants news of one topic."""

    topic: NoticeTopic
    in_inbox: bool
    by_mail: bool


class NewsFilter(Form):
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


class WishesForm(Form):
    """Two answers for each topic."""

    in_inbox: list[NoticeTopic] = Field(default_factory=list)
    by_mail: list[NoticeTopic] = Field(default_factory=list)
