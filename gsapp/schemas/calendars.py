"""Matches as entries of a calendar."""

from datetime import datetime

from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import MatchState


class Appointment(ReadModel):
    """One match, to one of its two sides. Nothing that is private to the two: a calendar is copied about."""

    match_id: int
    need_id: int
    title: str
    city: str
    starts_at: datetime  # wall-clock time of TIME_ZONE
    ends_at: datetime
    state: MatchState
    changed_at: datetime
    i_help: bool
    other: str  # the username of the other side


class CalendarAddress(ReadModel):
    """A member's own address for calendars: the end of it, which opens the feed."""

    token: str
    made_at: datetime


class Subscriber(ReadModel):
    """Whose feed an address opens, and in which language."""

    user_id: int
    language: str | None
