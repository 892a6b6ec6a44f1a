"""The history of a need: its events as data; `effects.event_words` has the words."""

from datetime import datetime

from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import ReasonCode


class Who(ReadModel):
    """A person in the history; `me` when it is the reader."""

    username: str
    me: bool


class HistoryRow(ReadModel):
    """One step. `who` is `None` for the clock; `acted_by` did it in the name of `who`, who has no phone."""

    action: str
    at: datetime
    who: Who | None
    acted_by: Who | None
    helper: Who | None
    reason: str
    reason_code: ReasonCode | None
