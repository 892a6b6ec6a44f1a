"""The history of a need: its events as data; `effects.event_words` has the words."""

from datetime import datetime

from gsapp.schemas.read_models import ReadModel
from gsapp.vocabulary import ReasonCode


class Who(ReadModel):
    """A person in the history; `me` when it is the reader."""

    username: str
    me: bool


class HistoryRow(ReadModel):
    """One event. `who` is `None` for the scheduler; `acted_by` is the coordinator who acted on behalf of `who`."""

    action: str
    at: datetime
    who: Who | None
    acted_by: Who | None
    helper: Who | None
    reason: str
    reason_code: ReasonCode | None
