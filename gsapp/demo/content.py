"""Data classes for the content of the sample town: people and texts of needs."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gsapp.vocabulary import IdType


class Kind(StrEnum):
    """The names of the six service types that every installation starts with."""

    PLUMBING = "管道维修"
    CARE = "助老服务"
    CLEANING = "保洁服务"
    DOCTOR = "就诊服务"
    MEALS = "营养餐服务"
    RIDES = "定期接送服务"


class Voice(StrEnum):
    """The authors that a text suits: elders, people with work and family, or any; ENGLISH texts are in English."""

    ELDER = "elder"
    FAMILY = "family"
    ANY = "any"
    ENGLISH = "english"


ELDER, FAMILY, ANY, ENGLISH = Voice.ELDER, Voice.FAMILY, Voice.ANY, Voice.ENGLISH


@dataclass(frozen=True)
class NeedText:
    """The text of a need, with the times that it mentions.

    `hour` and `hours` are the start and length of the help on one day; `days` above 1 is help that is repeated over
    that many days. `weekday` (Monday is 0) is set if the text names one.
    """

    voice: Voice
    title: str
    description: str
    hour: int = 9
    hours: int = 2
    weekday: int | None = None
    days: int = 1
    helpers: int = 1


@dataclass(frozen=True)
class Person:
    """A person of the town. `asks` and `helps` are relative frequencies, 0 is never; `joined` is days before today.

    `good_at` are the kinds of help that the person offers.
    """

    username: str
    name: str
    city: str
    voice: Voice
    born: date
    joined: int
    asks: int
    helps: int
    bio: str = ""
    id_type: IdType = IdType.ID_CARD
    english: bool = False
    coordinator: bool = False
    good_at: tuple[Kind, ...] = tuple(Kind)
