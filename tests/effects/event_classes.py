"""The event classes that are recorded in the history."""

from collections.abc import Iterator

from gsapp import events

BASES = {
    "NeedChanged",
    "OfferChanged",
    "MatchChanged",
    "UserChanged",
    "TypeChanged",
    "CityChanged",
    "ReportChanged",
    "WallLinkChanged",
    "InboxChanged",  # follows from the news itself
    "MissedEvents",
}


def recorded_events(base: type[events.Event] = events.Event) -> Iterator[type[events.Event]]:
    """Every subclass of `base` that is not merely the base of others."""
    for event in base.__subclasses__():
        if event.__module__.startswith("gsapp.events"):
            yield from recorded_events(event)
            if event.__name__ not in BASES:
                yield event
