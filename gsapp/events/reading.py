"""Events of what coordinators read (audit): they change nothing, so no page reloads after them."""

from dataclasses import dataclass

from gsapp.events.event import Event


@dataclass(frozen=True)
class PeopleListed(Event):
    """A coordinator has opened a list with names of people."""


@dataclass(frozen=True)
class PersonSeen(Event):
    """A coordinator has opened the page of an account, with the person's name."""

    person_id: int


@dataclass(frozen=True)
class Exported(Event):
    """A coordinator has downloaded a list with names of people; `History.new` is its name."""
