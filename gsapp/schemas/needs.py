"""Needs: what is typed, how lists are filtered, what is shown."""

from datetime import date, datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, BeforeValidator, model_validator
from sqlmodel import Field

from gsapp import clock
from gsapp.errors import Sentence
from gsapp.i18n import N_
from gsapp.schemas.files import Attachment, first_picture
from gsapp.schemas.forms import FilledLine, Form, Id, Line, PageNumber, PageSize, Text, refuse
from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import MatchState, NeedState, NeedStatus, OfferState, ReasonCode

MAX_DESCRIPTION = 5000


def _wall_clock(value: datetime) -> datetime:
    if not 2000 <= value.year <= 2100:
        refuse(N_("Please give a year between 2000 and 2100."))
    return (clock.to_local(value) if value.tzinfo else value).replace(microsecond=0)


def chosen(value: Any) -> Any:
    """A select without a choice sends an empty string."""
    if value in (None, ""):
        refuse(N_("Please choose one."))
    return value


def dated(value: Any) -> Any:
    if value in (None, ""):
        refuse(N_("Please give a date and a time."))
    return value


WallClockTime = Annotated[datetime, AfterValidator(_wall_clock), BeforeValidator(dated)]
ChosenId = Annotated[Id, BeforeValidator(chosen)]


Title = Annotated[FilledLine, Field(min_length=1, max_length=255)]
Description = Annotated[Text, Field(max_length=MAX_DESCRIPTION)]
Attachments = Annotated[Line, Field(max_length=1000)]
Helpers = Annotated[int, Field(ge=1, le=20)]


class NeedForm(Form):
    """A whole need. Attachments that are not given stay as they are."""

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
    """Some fields of a need; what is not given stays as it is."""

    title: Title | None = Field(default=None, alias="ps_title")
    description: Description | None = Field(default=None, alias="ps_desc")
    type_id: ChosenId | None = Field(default=None, alias="stype_id")
    city_id: ChosenId | None = Field(default=None, alias="cityID")
    starts_at: WallClockTime | None = Field(default=None, alias="ps_begindate")
    ends_at: WallClockTime | None = Field(default=None, alias="ps_enddate")
    helpers_wanted: Helpers | None = None
    attachments: Attachments | None = Field(default=None, alias="file_list")


class ReasonForm(Form):
    """Why something is called off; may be empty where the step does not need one."""

    reason: Annotated[Line, Field(max_length=500)] = ""


Sort = Literal["newest", "oldest", "soonest", "waiting"]


class NeedFilter(Form):
    """Which needs, in which order, which page. `q` is literal text; `sort` and `size` are whitelisted and clamped.

    `first` and `last` are the days between which they begin, both included.
    """

    q_in_type_names: ClassVar[bool] = True
    q: Annotated[Line, Field(max_length=100)] = ""
    type_id: Id | None = None
    city_id: Id | None = None
    province: Annotated[Line, Field(max_length=50)] = ""
    status: NeedStatus | None = None
    author_id: Id | None = None
    state: NeedState | None = None
    first: date | None = None
    last: date | None = None
    sort: Sort = "newest"
    page: PageNumber = 1
    size: PageSize = 10


def city_number(place: str) -> int | None:
    """`place` in an address is the number of a city or the name of a province: the number, `None` for a name."""
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
    """A need as lists show it, the same to every reader."""

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
        """The address of a thumbnail of its first photo."""
        return first_picture(self.attachments)


class NeedRow(NeedFacts):
    """The same to one reader: `own` and `my_offer` are the reader's."""

    own: bool
    my_offer: OfferState | None


class Contact(ReadModel):
    """Who the other side of a running match is, and how to reach them."""

    name: str
    phone: str


class OfferRow(ReadModel):
    """An offer as its need's author and its volunteer see it, with the match that it became."""

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
    """A match. `contact` is the other side's, while it runs and to its two sides only."""

    id: int
    state: MatchState
    accepted_at: datetime
    reported_at: datetime | None
    confirmed_at: datetime | None
    reason: str
    contact: Contact | None
    thanked_by_me: bool
    thanks_stars: int | None  # what I received
    thanks_text: str


class Suggestion(ReadModel):
    """An open need that fits its reader, and why."""

    need: NeedRow
    reasons: tuple[Sentence, ...]


class NeedDetail(NeedRow):
    """Everything about one need that its reader may see: the author all offers, a volunteer their own."""

    may_edit: bool
    may_cancel: bool
    may_offer: bool
    full: bool
    files: tuple[Attachment, ...]
    offers: tuple[OfferRow, ...]


class NeedDraft(ReadModel):
    """The stored values of a need's form, to start editing from."""

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
    """Help that is agreed, as one of the two sees it; `name` is the other."""

    need_id: int
    title: str
    name: str
    helping: bool
    city_name: str
    starts_at: datetime  # wall-clock time of TIME_ZONE
    ends_at: datetime
