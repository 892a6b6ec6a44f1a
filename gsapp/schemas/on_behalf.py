"""Residents without the internet: what a coordinator records of them, and who is to be rung up."""

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
    """How a resident agreed that we record them and act for them."""

    PHONE = "phone"
    PERSON = "person"
    WRITING = "writing"


CONSENT_WORDS = {
    Consent.PHONE: N_("By phone"),
    Consent.PERSON: N_("In person"),
    Consent.WRITING: N_("In writing"),
}


def _already(value: datetime) -> datetime:
    if value > clock.local_now():
        refuse(N_("That is in the future."))
    return value


class ResidentForm(Form):
    name: PersonName
    phone: Phone
    consent_at: Annotated[WallClockTime, AfterValidator(_already)]
    consent_how: Consent


class CallForm(Form):
    """What was said, or why nobody answered."""

    note: Annotated[Line, Field(max_length=500)] = ""


class CallFilter(Form):
    """Whom to ring up: those for whom something waits, or everybody who is looked after."""

    which: Literal["", "all"] = ""
    page: PageNumber = 1
    size: PageSize = 20


class Waits(StrEnum):
    """Why a resident is to be rung up."""

    CHOOSE = "choose"
    CONFIRM = "confirm"
    DROPPED_OUT = "dropped_out"
    EXPIRED = "expired"
    TAKEN_DOWN = "taken_down"


class Waiting(ReadModel):
    """One thing to talk about; `offers` is how many there are to choose from."""

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
    """A resident on the call-back list. `phone` keeps its middle to itself until it is asked for."""

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
