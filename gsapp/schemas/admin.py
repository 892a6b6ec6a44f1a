"""Administration: what coordinators type, and how their lists are filtered."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator
from sqlmodel import Field

from gsapp.i18n import N_
from gsapp.schemas.forms import MAX_ID, FilledLine, Form, Id, Line, PageNumber, PageSize, refuse
from gsapp.schemas.needs import ReasonForm

A_YEAR = 366 * 24  # hours
TARGET_HOURS = 72
Name = Annotated[FilledLine, Field(min_length=1, max_length=50)]
Query = Annotated[Line, Field(max_length=100)]


def _nothing(value: object) -> object:
    """A field of an address that is left empty asks for nothing."""
    return None if value == "" else value


def _of_our_time(value: date | None) -> date | None:
    if value is not None and not 2000 <= value.year <= 2100:
        refuse(N_("Please give a year between 2000 and 2100."))
    return value


MaybeId = Annotated[Id | None, BeforeValidator(_nothing)]
Day = Annotated[date | None, AfterValidator(_of_our_time), BeforeValidator(_nothing)]


class WhyForm(ReasonForm):
    """Why a coordinator does something to somebody: they will be told."""

    reason: Annotated[FilledLine, Field(min_length=1, max_length=500)]


class TypeForm(Form):
    """A kind of help; `target_hours` is how soon somebody should be found."""

    name: Name
    target_hours: Annotated[int, Field(ge=1, le=A_YEAR)] = TARGET_HOURS


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
    page: PageNumber = 1
    size: PageSize = 20


class TypeFilter(Form):
    enabled: Literal["", "yes", "no"] = ""
    sort: Literal["", "name", "target"] = ""
    page: PageNumber = 1
    size: PageSize = 50


class CityFilter(Form):
    q: Query = ""
    enabled: Literal["", "yes", "no"] = ""
    sort: Literal["", "national", "name", "province"] = ""
    page: PageNumber = 1
    size: PageSize = 20


class AdminNeedFilter(Form):
    """Which needs. `place` is the number of a city or the name of a province, the days those on which they begin."""

    q: Query = ""
    type: MaybeId = None
    place: Query = ""
    status: Literal["", "open", "matched", "done", "expired", "cancelled"] = ""
    author: Query = ""
    first: Day = None
    last: Day = None
    sort: Literal["", "newest", "oldest", "soonest", "waiting"] = ""
    page: PageNumber = 1
    size: PageSize = 20


class AdminOfferFilter(Form):
    """Which offers. `place` is that of the need, as above, the days those on which they were made."""

    type: MaybeId = None
    place: Query = ""
    state: Literal["", "pending", "accepted", "rejected", "withdrawn"] = ""
    volunteer: Query = ""
    author: Query = ""
    need: MaybeId = None
    first: Day = None
    last: Day = None
    sort: Literal["", "newest", "oldest"] = ""
    page: PageNumber = 1
    size: PageSize = 20


class MatchWanted(Form):
    user_id: Id
    page: PageNumber = 1
    size: PageSize = 20


class ReportFilter(Form):
    state: Literal["", "open", "handled", "all"] = ""
    kind: Literal["", "need", "offer", "user"] = ""
    person: MaybeId = None
    sort: Literal["", "newest", "oldest"] = ""
    page: PageNumber = 1
    size: PageSize = 10


class HistoryFilter(Form):
    """Which steps. `before` and `after` are numbers of rows, where a page begins; days are those of TIME_ZONE."""

    who: Query = ""
    need: MaybeId = None
    step: Annotated[Line, Field(max_length=40)] = ""
    first: Day = None
    last: Day = None
    sort: Literal["", "newest", "oldest"] = ""
    before: MaybeId = None
    after: Annotated[int | None, BeforeValidator(_nothing), Field(ge=0, le=MAX_ID)] = None
    size: PageSize = 30
