"""Administration: what coordinators type, how their lists are filtered, what they are shown."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator
from sqlmodel import Field

from gsapp.schemas.accounts import OwnProfile, View
from gsapp.schemas.forms import FilledLine, Form, Line
from gsapp.schemas.needs import BIGGEST_ID, ReasonForm
from gsapp.vocabulary import Reportable, Role

A_YEAR = 366 * 24  # hours
Name = Annotated[FilledLine, Field(min_length=1, max_length=50)]
Query = Annotated[Line, Field(max_length=100)]
Number = Annotated[int, Field(ge=1, le=BIGGEST_ID)]
PageSize = Annotated[int, Field(ge=1, le=100)]


def _nothing(value: object) -> object:
    """A field of an address that is left empty asks for nothing."""
    return None if value == "" else value


Day = Annotated[date | None, BeforeValidator(_nothing)]


class WhyForm(ReasonForm):
    """Why a coordinator does something to somebody: they will be told."""

    reason: Annotated[FilledLine, Field(min_length=1, max_length=500)]


class TypeForm(Form):
    """A kind of help; `target_hours` is how soon somebody should be found."""

    name: Name
    target_hours: Annotated[int, Field(ge=1, le=A_YEAR)] = 72


class CityForm(Form):
    name: Name
    province: Name


class ReportForm(Form):
    """What is wrong with something, in the words of whoever reports it."""

    reason: Annotated[FilledLine, Field(min_length=1, max_length=500)]


class NoteForm(Form):
    """What came of a report. Its reporter reads it."""

    note: Annotated[FilledLine, Field(min_length=1, max_length=500)]


class UserFilter(Form):
    """Which accounts. `q` begins a username or a name, or is a whole phone number."""

    q: Query = ""
    role: Literal["", "member", "coordinator"] = ""
    suspended: Literal["", "yes", "no"] = ""
    sort: Literal["", "newest", "oldest", "username", "name"] = ""
    page: Number = 1
    size: PageSize = 20


class CityFilter(Form):
    q: Query = ""
    enabled: Literal["", "yes", "no"] = ""
    sort: Literal["", "national", "name"] = ""
    page: Number = 1
    size: PageSize = 20


class ReportFilter(Form):
    state: Literal["", "open", "handled"] = ""
    kind: Literal["", "need", "offer", "user"] = ""
    sort: Literal["", "newest", "oldest"] = ""
    page: Number = 1
    size: PageSize = 10


class HistoryFilter(Form):
    """Which steps. `before` and `after` are numbers of rows, where a page begins; days are those of TIME_ZONE."""

    who: Query = ""
    need: Annotated[int | None, BeforeValidator(_nothing), Field(ge=1, le=BIGGEST_ID)] = None
    step: Annotated[Line, Field(max_length=40)] = ""
    first: Day = None
    last: Day = None
    sort: Literal["", "newest", "oldest"] = ""
    before: Annotated[int | None, BeforeValidator(_nothing), Field(ge=1, le=BIGGEST_ID)] = None
    after: Annotated[int | None, BeforeValidator(_nothing), Field(ge=0, le=BIGGEST_ID)] = None
    size: PageSize = 30


class Overview(View):
    """The counts of the start page."""

    open_reports: int
    people: int
    suspended: int
    coordinators: int
    types: int
    cities: int
    open_needs: int
    pending_offers: int


class UserRow(View):
    id: int
    username: str
    name: str
    role: Role
    registered_at: datetime
    suspended_at: datetime | None


class UserDetail(OwnProfile):
    """An account as coordinators see it. `phone` keeps its middle to itself until it is asked for."""

    suspended_at: datetime | None
    suspended_because: str
    needs: int
    offers: int
    matches: int
    reports: int


class TypeAdminRow(View):
    id: int
    name: str
    icon: str
    enabled: bool
    target_hours: int
    first: bool
    last: bool


class CityAdminRow(View):
    id: int
    name: str
    province: str
    enabled: bool


class ReportRow(View):
    """A report; `title` says what it is about, `person` who stands behind that."""

    id: int
    kind: Reportable
    thing_id: int
    title: str
    person_id: int
    person: str
    reporter_id: int
    reporter: str
    reason: str
    created_at: datetime
    handled_at: datetime | None
    handled_by: str
    note: str


class HistoryRow(View):
    """One step, by whom, for whom (`on_behalf_of`), about whom (`subject`)."""

    id: int
    at: datetime
    action: str
    actor_id: int | None
    actor: str
    behalf_id: int | None
    behalf: str
    subject_id: int | None
    subject: str
    need_id: int | None
    need_title: str
    offer_id: int | None
    old: str
    new: str
    reason: str


class HistoryPage(View):
    """Some steps; `newer` and `older` say whether there are more that way."""

    items: tuple[HistoryRow, ...]
    newer: bool
    older: bool
