"""The plan of a load-test town: parameters, people and places."""

from dataclasses import dataclass

from benchmarks.load.days import Calendar
from benchmarks.load.people import People
from benchmarks.load.rows import NULL
from benchmarks.load.words import Phrases, Text
from gsapp.demo.content import Kind
from gsapp.vocabulary import MatchState, OfferState

# Enums are slow to compare and to write; here are their numbers.
PENDING, ACCEPTED, TURNED_DOWN, TAKEN_BACK = (int(state) for state in OfferState)
RUNNING, REPORTED, CONFIRMED = int(MatchState.RUNNING), int(MatchState.REPORTED), int(MatchState.CONFIRMED)
DROPPED_OUT, NO_SHOW = int(MatchState.DROPPED), int(MatchState.NO_SHOW)


@dataclass(frozen=True)
class Plan:
    """All that a town follows from. `kinds` are the ids of the kinds of help."""

    needs: int
    seed: int
    calendar: Calendar
    people: People
    kinds: tuple[tuple[int, Kind], ...]


@dataclass(slots=True)
class Need:
    """A need on its way, which begins on `day`. `published`, `starts` and `ends` are instants."""

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
    """An offer on its way; `decided` is 0 while it is pending."""

    id: int
    volunteer: int
    made: int
    state: int = PENDING
    decided: int = 0
    reason: str = ""
    reason_code: str = NULL


@dataclass(slots=True)
class Match:
    """A match on its way; times are 0 until they come."""

    id: int
    offer_id: int
    accepted: int
    state: int = RUNNING
    reported: int = 0
    confirmed: int = 0
    ended: int = 0
    reason: str = ""
