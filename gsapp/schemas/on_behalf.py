"""Residents without the internet: forms of coordinators, the call-back list, and the detail of a resident."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator
from sqlmodel import Field

from gsapp import clock
from gsapp.i18n import N_
from gsapp.schemas.accounts import PersonName, Phone
from gsapp.schemas.forms import Form, Line, PageNumber, PageSize, refuse
from gsapp.schemas.needs import WallClockTime
from gsapp.schemas.read_models import ReadModel


class Consent(StrEnum):
    """How a resident agreed to be registered and represented."""

    PHONE = "phone"
    PERSON = "person"
    WRITING = "writing"


CONSENT_WORDS = {
    Consent.PHONE: N_("By phone"),
    Consent.PERSON: N_("In person"),
    Consent.WRITING: N_("In writing"),
}


def _not_in_future(value: datetime) -> datetime:
    if value > clock.local_now():
        refuse(N_("That is in the future."))
    return value


class ResidentForm(Form):
    name: PersonName
    phone: Phone
    consent_at: Annotated[WallClockTime, AfterValidator(_not_in_future)]
    consent_how: Consent


class CallForm(Form):
    """The note of a phone call: what was agreed, or why the resident was not reached."""

    note: Annotated[Line, Field(max_length=500)] = ""


class CallFilter(Form):
    """Filter of the call-back list: residents with open matters, or all residents."""

    which: Literal["", "all"] = ""
    page: PageNumber = 1
    size: PageSize = 20


class Waits(StrEnum):
    """The reason to ring up a resident."""

    CHOOSE = "choose"
    CONFIRM = "confirm"
    DROPPED_OUT = "dropped_out"
    EXPIRED = "expired"
    TAKEN_DOWN = "taken_down"


class Waiting(ReadModel):
    """One open matter of a resident; `offers` is the number of offers to choose from."""

    what: Waits
    need_id: int
    title: str
    since: datetime
    offers: int


class Call(ReadModel):
    by: str
    at: datetime
    reached: bool
    note: str


class ResidentRow(ReadModel):
    """A resident on the call-back list. `phone` is masked; `admin_people.show_phone` returns the whole number."""

    id: int
    username: str
    name: str
    phone: str
    waiting: tuple[Waiting, ...]
    last_call: Call | None


class ResidentDetail(ResidentRow):
    recorded_by: str
    registered_at: datetime
    consent_at: datetime
    consent_how: Consent
    calls: tuple[Call, ...]
