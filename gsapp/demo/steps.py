"""The steps of the sample town, one class per kind. `at` is local time; `need` and `offer` are numbers of the plan."""

from dataclasses import dataclass
from datetime import datetime

from gsapp.demo.content import Kind, NeedText, Person


@dataclass(frozen=True)
class Step:
    at: datetime
    who: Person


@dataclass(frozen=True)
class Joins(Step):
    pass


@dataclass(frozen=True)
class Publishes(Step):
    need: int
    kind: Kind
    text: NeedText
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class Cancels(Step):
    need: int
    reason: str


@dataclass(frozen=True)
class Offers(Step):
    need: int
    offer: int
    message: str


@dataclass(frozen=True)
class Withdraws(Step):
    offer: int


@dataclass(frozen=True)
class Accepts(Step):
    offer: int


@dataclass(frozen=True)
class Rejects(Step):
    offer: int


@dataclass(frozen=True)
class DropsOut(Step):
    offer: int
    reason: str


@dataclass(frozen=True)
class ReportsNoShow(Step):
    offer: int
    reason: str


@dataclass(frozen=True)
class ReportsDone(Step):
    offer: int


@dataclass(frozen=True)
class ConfirmsDone(Step):
    offer: int


@dataclass(frozen=True)
class GivesThanks(Step):
    offer: int
    stars: int
    text: str
