"""Cached queries: callers that run the same query within a few seconds share its result (see `gsapp.cache`)."""

from collections.abc import Callable
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from gsapp.cache import Entry, key_of, kinds_of
from gsapp.db.transactions import current, read

P = ParamSpec("P")
R = TypeVar("R")


def read_shared(query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The cached result of a query, or run it. Blocks; the query must be marked `invalidated_by(..., shared=True)`.

    Raises what the query raises, and `TypeError` for one that is not marked so.
    """
    entry, is_owner = shared_entry(query, *args, **kwargs)
    if is_owner:
        current().cache.fill(entry, partial(read, query, *args, **kwargs))
    result: R = entry.future.result()
    return result


def shared_entry(
    query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
) -> tuple[Entry, bool]:
    """The cache entry of a query, to await on an event loop, and whether the caller owns it and must fill it."""
    return current().cache.entry(key_of(query, *args, *kwargs, *kwargs.values()), kinds_of(query))
