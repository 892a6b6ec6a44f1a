"""Needs: forms, filter and read models; also offers and matches as shown with a need."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, model_validator
from sqlmodel import Field

from gsapp import clock
from gsapp.errors import Sentence
from gsapp.i18n import N_
from gsapp.schemas.files import Attachment, first_picture
from gsapp.schemas.forms import FilledLine, FilterLine, Form, Id, Line, PageNumber, PageSize, Text, refuse
from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import MatchState, NeedState, NeedStatus, OfferState, ReasonCode

MAX_DESCRIPTION = 5000


def _wall_clock(value: datetime) -> datetime:
    if not 2000 <= value.year <= 2100:
        refuse(N_("Please give a year between 2000 and 2100."))
    return (clock.to_local(value) if value.tzinfo else value).replace(microsecond=0)


def chosen(value: Any) -> Any:
    """Refuses the empty string that a select without a choice sends."""
    if value in (None, ""):
        refuse(N_("Please choose one."))
    return value


def dated(value: Any) -> Any:
    """Refuses an empty date and time."""
    if value in (None, ""):
        refuse(N_("Please give a date and a time."))
    return value


WallClockTime = Annotated[datetime, AfterValidator(_wall_clock), BeforeValidator(dated)]
ChosenId = Annotated[Id, BeforeValidator(chosen)]


Title = Annotated[FilledLine, Field(min_length=1, max_length=255)]
Description = Annotated[Text, Field(max_length=MAX_DESCRIPTION)]
Attachments = Annotated[FilterLine, Field(max_length=1000)]
Helpers = Annotated[int, Field(ge=1, le=20)]


class NeedForm(Form):
    """All fields of a need. Attachments that are `None` stay as they are."""

    title: Title = Field(alias="ps_title")
    description: Description = Field(default="", alias="ps_desc")
    type_id: ChosenId = Field(alias="stype_id")
    city_id: ChosenId = Field(alias="cityID")
    starts_at: WallClockTime = Field(alias="ps_begindate")
    ends_at: WallClockTime = Field(alias="ps_enddate")
    helpers_wanted: Helpers = 1
    attachments: Attachments | None = Field(default=None, alias="file_list")

    @model_validator(mode="after")
    def _end_not_before_start(self) -> "NeedForm":
        if self.ends_at < self.starts_at:
            refuse(N_("The end is before the start."), field="ends_at")
        return self


class NeedChanges(Form):
    """Changes to a need; fields that are `None` stay as they are."""

    title: Title | None = Field(default=None, alias="ps_title")
    description: Description | None = Field(default=None, alias="ps_desc")
    type_id: ChosenId | None = Field(default=None, alias="stype_id")
    city_id: ChosenId | None = Field(default=None, alias="cityID")
    starts_at: WallClockTime | None = Field(default=None, alias="ps_begindate")
    ends_at: WallClockTime | None = Field(default=None, alias="ps_enddate")
    helpers_wanted: Helpers | None = None
    attachments: Attachments | None = Field(default=None, alias="file_list")


class ReasonForm(Form):
    """The reason of a cancellation or rejection; may be empty where none is required."""

    reason: Annotated[Line, Field(max_length=500)] = ""


Sort = Literal["newest", "oldest", "soonest", "waiting"]


class NeedFilter(Form):
    """Filter, order and page of a list of needs. `q` is literal text for the full-text search, without operators.

    `first` and `last` are the first and last day on which they begin, both included.
    """

    q_in_type_names: ClassVar[bool] = True
    q: Annotated[FilterLine, Field(max_length=100)] = ""
    type_id: Id | None = None
    city_id: Id | None = None
    province: Annotated[FilterLine, Field(max_length=50)] = ""
    status: NeedStatus | None = None
    author_id: Id | None = None
    state: NeedState | None = None
    first: date | None = None
    last: date | None = None
    sort: Sort = "newest"
    page: PageNumber = 1
    size: PageSize = 10


def city_number(place: str) -> int | None:
    """The city id of the query parameter `place`; `None` if it is the name of a province."""
    return int(place) if place.isascii() and place.isdecimal() else None


class TypeRow(ReadModel):
    id: int
    name: str
    icon: str


class CityRow(ReadModel):
    id: int
    name: str
    province: str


class NeedFacts(ReadModel):
    """A need in lists, without values that depend on the reader, so that it can be cached for all."""

    id: int
    author_id: int
    author_username: str
    title: str
    description: str
    attachments: str
    type_id: int
    type_name: str
    type_icon: str
    city_id: int
    city_name: str
    province: str
    starts_at: datetime
    ends_at: datetime
    published_at: datetime
    state: NeedState
    status: NeedStatus
    closed_reason: str
    helpers_wanted: int
    places_taken: int
    offers_pending: int

    @property
    def small(self) -> str | None:
        """The address of the thumbnail of its first photo; `None` without a photo."""
        return first_picture(self.attachments)


class NeedRow(NeedFacts):
    """A need in lists for one reader: whether it is the reader's own, and the state of the reader's offer."""

    own: bool
    my_offer: OfferState | None


class Contact(ReadModel):
    """Real name and phone number of the other side of a running match."""

    name: str
    phone: str


class OfferRow(ReadModel):
    """An offer for the need's author and the volunteer, with its match if it was accepted."""

    id: int
    need_id: int
    need_title: str
    need_status: NeedStatus
    volunteer_id: int
    volunteer_username: str
    volunteer_bio: str
    times_helped: int
    thanks_average: float | None
    message: str
    attachments: str
    files: tuple[Attachment, ...]
    state: OfferState
    reason: str
    reason_code: ReasonCode | None
    created_at: datetime
    match: "MatchView | None"


class MatchView(ReadModel):
    """A match. `contact` is the other side's, for the two sides of a running match, otherwise `None`."""

    id: int
    state: MatchState
    accepted_at: datetime
    reported_at: datetime | None
    confirmed_at: datetime | None
    reason: str
    contact: Contact | None
    thanked_by_me: bool
    thanks_stars: int | None  # received by the reader
    thanks_text: str


class Suggestion(ReadModel):
    """An open need recommended to the reader, with the reasons."""

    need: NeedRow
    reasons: tuple[Sentence, ...]


class NeedDetail(NeedRow):
    """One need with all that its reader may see: its author sees all offers, a volunteer the own ones."""

    may_edit: bool
    may_cancel: bool
    may_offer: bool
    full: bool
    files: tuple[Attachment, ...]
    offers: tuple[OfferRow, ...]


class NeedDraft(ReadModel):
    """The stored values of a need, as initial values of the edit form."""

    id: int
    title: str
    description: str
    type_id: int
    city_id: int
    starts_at: datetime
    ends_at: datetime
    helpers_wanted: int
    attachments: str = ""
    files: tuple[Attachment, ...] = ()


class RunningHelp(ReadModel):
    """A running match for one of its two sides; `name` is the username of the other."""

    need_id: int
    title: str
    name: str
    helping: bool
    city_name: str
    starts_at: datetime  # naive local time of TIME_ZONE
    ends_at: datetime
