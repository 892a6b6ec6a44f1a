"""Reads for `async` endpoints: queries run in a thread; cached results need no thread and no database."""

import asyncio
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Generic, ParamSpec, TypeVar

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gsapp import db
from gsapp.access import Query
from gsapp.cache import key_of, kinds_of

M = TypeVar("M")
P = ParamSpec("P")
R = TypeVar("R")
MAX_BATCH = 100
"""Upper limit of records in one query."""


async def read_shared(query: Query[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The result of a query marked `invalidated_by(..., shared=True)`: from the cache, or else run in a thread."""
    entry, is_owner = db.shared_entry(query, *args, **kwargs)
    run = partial(db.read, query, *args, **kwargs)
    result: R = await db.current().cache.wait_for(entry, is_owner, run, run_in_threadpool)
    return result


async def json_response(
    shape: Callable[[type[M], R], BaseModel],
    model: type[M],
    query: Query[P, R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    """Run a query in a thread and respond with `shape(model, result)` as JSON. Raises what the query raises."""
    return _json(await run_in_threadpool(_serialised, shape, model, query, *args, **kwargs))


async def cached_json_response(
    shape: Callable[[type[M], R], BaseModel],
    model: type[M],
    query: Query[P, R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    """The same for a query marked `invalidated_by(..., shared=True)`: the serialised bytes are cached."""
    key = key_of("json", shape, model, query, *args, *kwargs, *kwargs.values())
    cache = db.current().cache
    entry, is_owner = cache.entry(key, kinds_of(query))
    return _json(
        await cache.wait_for(
            entry, is_owner, partial(_serialised, shape, model, query, *args, **kwargs), run_in_threadpool
        )
    )


class RequestBatcher(Generic[R]):
    """Batches concurrent reads of single records: requests that arrive during a query share the next one.

    A lone request does not wait. With eight connections it saves a third of the processor time of a request
    (docs/performance.md, "Is the batching needed?").
    """

    def __init__(self, find: Callable[[list[int]], Mapping[int, R]]) -> None:
        """`find` loads records by their ids, in a thread; an id missing in its result does not exist."""
        self._find = find
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._task: asyncio.Task[None] | None = None

    async def get(self, record_id: int) -> R | None:
        """The record, or `None` if it does not exist. Raises what `find` raises."""
        waiting = self._waiting.get(record_id)
        if waiting is None:
            waiting = self._waiting[record_id] = asyncio.get_running_loop().create_future()
        if self._task is None:
            self._task = asyncio.create_task(self._run_batches())
        found: R | None = await asyncio.shield(waiting)  # other requests may await the same record
        return found

    async def _run_batches(self) -> None:
        try:
            while self._waiting:
                batch = {record_id: self._waiting.pop(record_id) for record_id in list(self._waiting)[:MAX_BATCH]}
                try:
                    found = await run_in_threadpool(self._find, list(batch))
                except Exception as error:  # noqa: BLE001 - raised again in each waiting request
                    for waiting in batch.values():
                        waiting.set_exception(error)
                        waiting.exception()  # marked as retrieved, because the waiting requests may have been cancelled
                else:
                    for record_id, waiting in batch.items():
                        waiting.set_result(found.get(record_id))
        finally:
            self._task = None


def _serialised(
    shape: Callable[[type[M], R], BaseModel],
    model: type[M],
    query: Query[P, R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> bytes:
    return shape(model, db.read(query, *args, **kwargs)).model_dump_json(by_alias=True).encode()


def as_json(body: BaseModel) -> Response:
    """A response with `body` as JSON."""
    return _json(body.model_dump_json(by_alias=True).encode())


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")
