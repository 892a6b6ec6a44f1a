"""The plan of a load-test town, and the records that are simulated."""

from dataclasses import dataclass

from benchmarks.load.days import Calendar
from benchmarks.load.people import People
from benchmarks.load.rows import NULL
from benchmarks.load.words import Phrases, Text
from gsapp.demo.content import Kind
from gsapp.vocabulary import MatchState, OfferState

# Plain integers: enums are slow to compare and to format.
PENDING, ACCEPTED, REJECTED, WITHDRAWN = (int(state) for state in OfferState)
RUNNING, REPORTED, CONFIRMED = int(MatchState.RUNNING), int(MatchState.REPORTED), int(MatchState.CONFIRMED)
DROPPED_OUT, NO_SHOW = int(MatchState.DROPPED), int(MatchState.NO_SHOW)


@dataclass(frozen=True)
class Plan:
    """All parameters of a town. `kinds` are the ids of the kinds of help."""

    needs: int
    seed: int
    calendar: Calendar
    people: People
    kinds: tuple[tuple[int, Kind], ...]


@dataclass(slots=True)
class Need:
    """A need that is being simulated. `day` is that of its start; `published`, `starts` and `ends` are instants."""

    id: int
    author: int
    type_id: int
    city_id: int
    kind: Kind
    phrases: Phrases
    text: Text
    day: int
    published: int
    starts: int
    ends: int
    taken: int = 0
    done: int = 0
    pending: int = 0
    cancelled: str = ""


@dataclass(slots=True)
class Offer:
    """An offer that is being simulated; `decided` is 0 while it is pending."""

    id: int
    volunteer: int
    made: int
    state: int = PENDING
    decided: int = 0
    reason: str = ""
    reason_code: str = NULL


@dataclass(slots=True)
class Match:
    """A match that is being simulated; times are 0 until they are known."""

    id: int
    offer_id: int
    accepted: int
    state: int = RUNNING
    reported: int = 0
    confirmed: int = 0
    ended: int = 0
    reason: str = ""
