"""The shapes of the sample town's content: who lives there and what they say. Data only."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from gsapp.vocabulary import IdType


class Kind(StrEnum):
    """The six service types that every installation starts with, by name."""

    PLUMBING = "管道维修"
    CARE = "助老服务"
    CLEANING = "保洁服务"
    DOCTOR = "就诊服务"
    MEALS = "营养餐服务"
    RIDES = "定期接送服务"


class Voice(StrEnum):
    """Who would say it: somebody old, somebody who works and has family, or anybody; ENGLISH is said in English."""

    ELDER = "elder"
    FAMILY = "family"
    ANY = "any"
    ENGLISH = "english"


ELDER, FAMILY, ANY, ENGLISH = Voice.ELDER, Voice.FAMILY, Voice.ANY, Voice.ENGLISH


@dataclass(frozen=True)
class NeedText:
    """A need in its author's words, with the time that the words speak of.

    `hour` and `hours` are the start and length of one day's help; `days` above 1 is help that comes back over that
    many days. `weekday` (Monday is 0) is given where the words name one.
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
    """Somebody of the town. `asks` and `helps` say how often, 0 is never; `joined` is days before today.

    `good_at` is what the person helps with.
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
