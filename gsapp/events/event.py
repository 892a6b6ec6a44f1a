"""The base of all domain events."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Event:
    """Base of all domain events."""
