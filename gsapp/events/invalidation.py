"""Cache invalidation rules: which events invalidate the result of a query, declared once on the query.

The shared cache and the live reload of open pages both read them.
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
    """A rule: events of `kinds` invalidate; `match` maps a field of the event to the query argument it must equal."""

    kinds: tuple[type[Event], ...]
    match: Mapping[str, str]
    shared: bool

    def matches(self, event: Event, arguments: Mapping[str, Any]) -> bool:
        return isinstance(event, self.kinds) and all(
            _equal(getattr(event, field), _value(path, arguments)) for field, path in self.match.items()
        )


def invalidated_by(*kinds: type[Event], shared: bool = False, **match: str) -> Callable[[F], F]:
    """Decorator: declare which events, including subclasses, invalidate the result of a query. Repeated uses add up.

    `match` narrows the rule to events whose field equals an argument of the query or an attribute of one, or is
    contained in an argument that is a collection:

        @invalidated_by(UserChanged, user_id="actor.user_id")

    The argument may also be one that only the page knows, such as the need of an offer. `shared` declares that the
    result depends on the arguments alone, not on the reader, so that `gsapp.cache` may share it. Raises `TypeError` for
    a field that the event does not have.
    """
    for kind in kinds:
        if unknown := set(match) - {field.name for field in fields(kind)}:
            raise TypeError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")

    def declare(query: F) -> F:
        query.__dict__["invalidations"] = (*invalidations_of(query), Invalidation(kinds, match, shared))
        return query

    return declare


def invalidations_of(query: Query) -> tuple[Invalidation, ...]:
    """The rules declared on a query; empty if there are none."""
    rules: tuple[Invalidation, ...] = getattr(query, "invalidations", ())
    return rules


def invalidates(*queries: Query, **arguments: Any) -> Callable[[Event], bool]:
    """A predicate: whether an event invalidates the result of one of `queries`, called with `arguments`.

    Arguments that no rule matches on may be omitted. Raises `TypeError` if one is missing, or if a query is not marked
    with `invalidated_by`.
    """
    declared: list[Invalidation] = []
    for query in queries:
        if not (rules := invalidations_of(query)):
            raise TypeError(f"{query.__name__} is not marked with invalidated_by")
        declared += rules
    for path in {path for rule in declared for path in rule.match.values()}:
        if _value(path, arguments) is NOT_GIVEN:
            raise TypeError(f"which {path} is asked for?")
    return lambda event: isinstance(event, MissedEvents) or any(rule.matches(event, arguments) for rule in declared)


def _value(path: str, arguments: Mapping[str, Any]) -> Any:
    name, *attributes = path.split(".")
    value = arguments.get(name, NOT_GIVEN)
    for attribute in attributes:
        value = getattr(value, attribute, NOT_GIVEN)
    return value


def _equal(value: object, wanted: object) -> bool:
    return value in wanted if isinstance(wanted, Collection) and not isinstance(wanted, str) else value == wanted
