"""Parameters of the sample town: number of needs per month, endings, and the current needs. Data only."""

from typing import NamedTuple

from gsapp.demo import content_care as care
from gsapp.demo import content_home as home
from gsapp.demo.content import Kind, NeedText
from gsapp.demo.story import Ending

NEEDS: dict[Kind, tuple[NeedText, ...]] = {
    Kind.PLUMBING: home.PLUMBING,
    Kind.CARE: care.CARE,
    Kind.CLEANING: home.CLEANING,
    Kind.DOCTOR: care.DOCTOR,
    Kind.MEALS: home.MEALS,
    Kind.RIDES: care.RIDES,
}
DAYS = 352
MONTHS = (8, 8, 10, 9, 11, 12, 11, 13, 14, 14, 16, 6)
"""Needs that have ended, for each twelfth of the year; those of `TODAY` are added to the last."""

ENDINGS = {
    Ending.DONE: 68,
    Ending.DONE_AUTOMATICALLY: 3,
    Ending.NOBODY_CAME_FORWARD: 7,
    Ending.NOBODY_CHOSEN: 4,
    Ending.CANCELLED: 8,
    Ending.REPLACED: 4,
    Ending.DROPPED: 3,
    Ending.NO_SHOW: 3,
}


class Today(NamedTuple):
    """A current need: `begins` in days from today, `hours` since its publication, and the number of offers."""

    ending: Ending
    kind: Kind
    begins: int
    hours: float
    offers: int
    several: bool = False
    """Whether it needs more than one helper."""


TODAY = (
    Today(Ending.OPEN, Kind.PLUMBING, 1, 3, 1),
    Today(Ending.OPEN, Kind.CARE, 2, 26, 2),
    Today(Ending.OPEN, Kind.CLEANING, 1, 40, 3, several=True),
    Today(Ending.OPEN, Kind.DOCTOR, 3, 8, 0),
    Today(Ending.OPEN, Kind.MEALS, 4, 50, 2),
    Today(Ending.OPEN, Kind.RIDES, 1, 22, 1),
    Today(Ending.OPEN, Kind.PLUMBING, 2, 30, 0),
    Today(Ending.OPEN, Kind.CARE, 6, 5, 0),
    Today(Ending.OPEN, Kind.CLEANING, 3, 70, 1),
    Today(Ending.OPEN, Kind.DOCTOR, 1, 12, 2),
    Today(Ending.OPEN, Kind.MEALS, 5, 60, 1),
    Today(Ending.OPEN, Kind.RIDES, 2, 1.5, 0),
    Today(Ending.RUNNING, Kind.PLUMBING, 1, 40, 2),
    Today(Ending.RUNNING, Kind.CARE, 1, 55, 1),
    Today(Ending.RUNNING, Kind.CLEANING, 2, 70, 2),
    Today(Ending.RUNNING, Kind.DOCTOR, 1, 48, 3),
    Today(Ending.RUNNING, Kind.MEALS, 2, 62, 1),
    Today(Ending.RUNNING, Kind.RIDES, 1, 75, 2),
    Today(Ending.REPORTED, Kind.PLUMBING, -1, 80, 1),
    Today(Ending.REPORTED, Kind.CARE, -2, 110, 2),
    Today(Ending.REPORTED, Kind.DOCTOR, -1, 130, 1),
)
"""The current needs."""
