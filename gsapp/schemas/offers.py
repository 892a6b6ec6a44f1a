"""Offers and thanks: forms, filters, the reader's own offers, and recommended volunteers."""

from datetime import datetime
from typing import Annotated, Literal

from sqlmodel import Field

from gsapp.errors import Sentence
from gsapp.schemas.forms import Form, Id, Line, PageNumber, PageSize, Text
from gsapp.schemas.needs import Attachments
from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import OfferState, ReasonCode

MAX_MESSAGE = 2000


class OfferForm(Form):
    message: Annotated[Text, Field(max_length=MAX_MESSAGE)] = Field(default="", alias="response_desc")
    attachments: Attachments | None = Field(default=None, alias="file_list")


class OfferChanges(Form):
    """Changes to an offer; fields that are `None` stay as they are."""

    message: Annotated[Text, Field(max_length=MAX_MESSAGE)] | None = Field(default=None, alias="response_desc")
    attachments: Attachments | None = Field(default=None, alias="file_list")


class ThanksForm(Form):
    stars: Annotated[int, Field(ge=1, le=5)]
    text: Annotated[Line, Field(max_length=500)] = ""


class OfferCriteria(Form):
    """Filter of the offers that the reader may see."""

    need_id: Id | None = None
    state: OfferState | None = None
    page: PageNumber = 1
    size: PageSize = 10


class OfferFilter(Form):
    which: Literal["all", "pending", "accepted"] = "all"
    page: PageNumber = 1
    size: PageSize = 10


class Volunteer(ReadModel):
    """A volunteer recommended for a need, with the reasons. `asked_at` is when they were asked about this need."""

    user_id: int
    username: str
    times_helped: int
    reasons: tuple[Sentence, ...]
    asked_at: datetime | None


class MyOfferRow(ReadModel):
    """One of the reader's own offers, with its need and the author of the need."""

    id: int
    need_id: int
    need_title: str
    author: str
    starts_at: datetime
    created_at: datetime
    state: OfferState
    decided_at: datetime | None
    message: str
    reason: str
    reason_code: ReasonCode | None
