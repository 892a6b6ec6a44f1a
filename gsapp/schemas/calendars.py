"""Read models of calendar feeds."""

from datetime import datetime

from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import MatchState


class Appointment(ReadModel):
    """One match for one of its two sides, without real name and phone number, because calendars are often shared."""

    match_id: int
    need_id: int
    title: str
    city: str
    starts_at: datetime  # naive local time of TIME_ZONE
    ends_at: datetime
    state: MatchState
    changed_at: datetime
    i_help: bool
    other: str  # the username of the other side


class CalendarAddress(ReadModel):
    """The address of a member's calendar feed; `token` is its last, secret part."""

    token: str
    made_at: datetime


class Subscriber(ReadModel):
    """The owner of a calendar feed, and the language of its entries."""

    user_id: int
    language: str | None
