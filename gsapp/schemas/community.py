"""Read models of the public start page."""

from collections.abc import Mapping
from datetime import datetime

from gsapp.schemas.read_models import ReadModel


class Community(ReadModel):
    """Figures for the start page: counts only, no personal data."""

    open_needs: int
    open_by_type: Mapping[int, int]
    needs_done: int


class Waiting(ReadModel):
    """An open need for visitors without a login: no texts, no author and no id."""

    type_name: str
    type_icon: str
    city_name: str
    starts_at: datetime
    published_at: datetime
