"""The community as a stranger sees it."""

from collections.abc import Mapping
from datetime import datetime

from gsapp.schemas.read_models import ReadModel


class Community(ReadModel):
    """Figures for the start page: numbers only, nothing about anybody."""

    open_needs: int
    open_by_type: Mapping[int, int]
    needs_done: int


class Waiting(ReadModel):
    """A need that waits now, as strangers may see it: neither what somebody wrote nor who, not even its number."""

    type_name: str
    type_icon: str
    city_name: str
    starts_at: datetime
    published_at: datetime
