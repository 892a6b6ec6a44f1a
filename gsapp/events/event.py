"""The base of all domain events, and those that are no part of the history."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Base of all domain events."""


@dataclass(frozen=True)
class InboxChanged(Event):
    """Notifications of this member were added or read. A consequence of another event, not part of the history."""

    user_id: int


@dataclass(frozen=True)
class MissedEvents(Event):
    """Events of other processes may have been lost: invalidate and reload everything."""
