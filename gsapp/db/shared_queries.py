"""Cached queries: one answer for all readers who send the same query within a few seconds (see `gsapp.cache`)."""

from collections.abc import Callable
from functools import partial
from typing import Concatenate, ParamSpec, TypeVar

from sqlmodel import Session

from gsapp.cache import Entry, key_of, kinds_of
from gsapp.db.transactions import current, read

P = ParamSpec("P")
R = TypeVar("R")


def read_shared(query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a query marked as `shared` by `invalidated_by`, or return its cached answer. Blocks meanwhile."""
    entry, mine = shared_entry(query, *args, **kwargs)
    if mine:
        current().cache.fill(entry, partial(read, query, *args, **kwargs))
    result: R = entry.result.result()
    return result


def shared_entry(
    query: Callable[Concatenate[Session, P], R], /, *args: P.args, **kwargs: P.kwargs
) -> tuple[Entry, bool]:
    """The cache entry of a query, for an event loop; the second value is true if the caller has to fill it."""
    return current().cache.entry(key_of(query, *args, *kwargs, *kwargs.values()), kinds_of(query))
