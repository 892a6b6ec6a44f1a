"""Which events invalidate the answer of a query: declared once, on the query.

The shared cache drops answers by it, and open pages reload by it.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, fields
from typing import Any, TypeVar

from gsapp.events import Event, MissedEvents

F = TypeVar("F", bound=Callable[..., Any])
Query = Callable[..., Any]
NOT_GIVEN = object()


@dataclass(frozen=True)
class Invalidation:
    """Events of these kinds; `match` has, for a field of the event, the argument of the query that must equal it."""

    kinds: tuple[type[Event], ...]
    match: Mapping[str, str]
    shared: bool

    def matches(self, event: Event, arguments: Mapping[str, Any]) -> bool:
        return isinstance(event, self.kinds) and all(
            _equal(getattr(event, field), _value(path, arguments)) for field, path in self.match.items()
        )


def invalidated_by(*kinds: type[Event], shared: bool = False, **match: str) -> Callable[[F], F]:
    """Declare which events invalidate the answer of a query; subclasses of `kinds` included. Several add up.

    `match` narrows them to the events whose field equals an argument of the query, or an attribute of one, or is among
    an argument that is a collection:

        @invalidated_by(UserChanged, user_id="actor.user_id")

    The argument may also be one that only the page knows, such as the need of an offer. `shared` says that the answer
    is the same for everybody who asks with the same arguments, so that `gsapp.cache` may keep it.
    """
    for kind in kinds:
        if unknown := set(match) - {field.name for field in fields(kind)}:
            raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")

    def mark(query: F) -> F:
        query.__dict__["invalidations"] = (*invalidations_of(query), Invalidation(kinds, match, shared))
        return query

    return mark


def invalidations_of(query: Query) -> tuple[Invalidation, ...]:
    """What a query was marked with; empty for one that was not."""
    found: tuple[Invalidation, ...] = getattr(query, "invalidations", ())
    return found


def invalidates(*queries: Query, **arguments: Any) -> Callable[[Event], bool]:
    """A predicate: whether an event invalidates the answer of one of these queries, asked with these arguments.

    Arguments by which no query is narrowed may be left out. Raises `TypeError` if one is missing, or a query is not
    marked with `invalidated_by`.
    """
    declared: list[Invalidation] = []
    for query in queries:
        if not (marks := invalidations_of(query)):
            raise TypeError(f"{query.__name__} is not marked with invalidated_by")
        declared += marks
    for path in {path for mark in declared for path in mark.match.values()}:
        if _value(path, arguments) is NOT_GIVEN:
            raise TypeError(f"which {path} is asked for?")
    return lambda event: isinstance(event, MissedEvents) or any(mark.matches(event, arguments) for mark in declared)


def _value(path: str, arguments: Mapping[str, Any]) -> Any:
    name, *attributes = path.split(".")
    value = arguments.get(name, NOT_GIVEN)
    for attribute in attributes:
        value = getattr(value, attribute, NOT_GIVEN)
    return value


def _equal(value: object, wanted: object) -> bool:
    return value in wanted if isinstance(wanted, Collection) and not isinstance(wanted, str) else value == wanted
