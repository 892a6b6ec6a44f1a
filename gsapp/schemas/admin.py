"""Administration: forms of coordinators, and the filters of their lists."""

from datetime import date
from typing import Annotated, Literal

from pydantic import AfterValidator, BeforeValidator
from sqlmodel import Field

from gsapp.i18n import N_
from gsapp.schemas.forms import MAX_ID, FilledLine, FilterLine, Form, Id, PageNumber, PageSize, refuse
from gsapp.schemas.needs import ReasonForm

A_YEAR = 366 * 24  # hours
TARGET_HOURS = 72
Name = Annotated[FilledLine, Field(min_length=1, max_length=50)]
Query = Annotated[FilterLine, Field(max_length=100)]


def _none_if_empty(value: object) -> object:
    """An empty query parameter means no filter."""
    return None if value == "" else value


def _plausible_year(value: date | None) -> date | None:
    if value is not None and not 2000 <= value.year <= 2100:
        refuse(N_("Please give a year between 2000 and 2100."))
    return value


MaybeId = Annotated[Id | None, BeforeValidator(_none_if_empty)]
Day = Annotated[date | None, AfterValidator(_plausible_year), BeforeValidator(_none_if_empty)]


class WhyForm(ReasonForm):
    """A required reason, which is shown to the user concerned."""

    reason: Annotated[FilledLine, Field(min_length=1, max_length=500)]


class TypeForm(Form):
    """A kind of help; within `target_hours` of its publication a need should have a volunteer."""

    name: Name
    target_hours: Annotated[int, Field(ge=1, le=A_YEAR)] = TARGET_HOURS


class CityForm(Form):
    name: Name
    province: Name


class ReportForm(Form):
    """The text of an abuse report."""

    reason: Annotated[FilledLine, Field(min_length=1, max_length=500)]


class NoteForm(Form):
    """The note that closes an abuse report; the reporter reads it."""

    note: Annotated[FilledLine, Field(min_length=1, max_length=500)]


class UserFilter(Form):
    """Filter of accounts. `q` is a prefix of a username or real name, or a whole phone number."""

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
    """Filter of needs. `place` is the id of a city or the name of a province; the days are those of their beginning."""

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
    """Filter of offers. `place` is the need's, as in `AdminNeedFilter`; the days are those on which they were made."""

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


class MatchFilter(Form):
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
    """Filter of the history. `before` and `after` are row ids for keyset pagination; days are those of TIME_ZONE."""

    who: Query = ""
    need: MaybeId = None
    step: Annotated[FilterLine, Field(max_length=40)] = ""
    first: Day = None
    last: Day = None
    sort: Literal["", "newest", "oldest"] = ""
    before: MaybeId = None
    after: Annotated[int | None, BeforeValidator(_none_if_empty), Field(ge=0, le=MAX_ID)] = None
    size: PageSize = 30
