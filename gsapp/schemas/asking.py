"""Volunteers who could be asked."""

from datetime import datetime

from gsapp.errors import Sentence
from gsapp.schemas.read_models import ReadModel


class Volunteer(ReadModel):
    """Somebody who fits a need, and why. `asked_at` is when they were asked about this very need."""

    user_id: int
    username: str
    times_helped: int
    reasons: tuple[Sentence, ...]
    asked_at: datetime | None
