"""Reading for endpoints that are `async`: a thread asks the database; what is kept needs neither."""

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
"""So many records are asked for at once."""


async def read_shared(query: Query[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The answer of a query marked as `shared` by `invalidated_by`: at once if others have just asked it."""
    entry, mine = db.shared_entry(query, *args, **kwargs)
    make = partial(db.read, query, *args, **kwargs)
    answer: R = await db.current().cache.wait_for(entry, mine, make, run_in_threadpool)
    return answer


async def sent(
    shape: Callable[[type[M], R], BaseModel],
    model: type[M],
    query: Query[P, R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    """The answer of a query as JSON, `shape(model, answer)`. Raises what the query raises."""
    return _json(await run_in_threadpool(_made, shape, model, query, *args, **kwargs))


async def sent_shared(
    shape: Callable[[type[M], R], BaseModel],
    model: type[M],
    query: Query[P, R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> Response:
    """The same for a query marked as `shared` by `invalidated_by`, down to the very bytes."""
    key = key_of("json", shape, model, query, *args, *kwargs, *kwargs.values())
    cache = db.current().cache
    entry, mine = cache.entry(key, kinds_of(query))
    return _json(
        await cache.wait_for(entry, mine, partial(_made, shape, model, query, *args, **kwargs), run_in_threadpool)
    )


class RequestBatcher(Generic[R]):
    """Batches concurrent reads of single records: requests that arrive during a query share the next one.

    A lone request does not wait. With eight connections it saves a third of the processor time of a request
    (docs/performance.md, "Is the batching needed?").
    """

    def __init__(self, find: Callable[[list[int]], Mapping[int, R]]) -> None:
        """`find` is called in a thread; what it leaves out does not exist."""
        self._find = find
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._asking: asyncio.Task[None] | None = None

    async def get(self, record_id: int) -> R | None:
        """The record, or `None` where there is none. Raises what `find` raises."""
        waiting = self._waiting.get(record_id)
        if waiting is None:
            waiting = self._waiting[record_id] = asyncio.get_running_loop().create_future()
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        found: R | None = await asyncio.shield(waiting)  # others may wait for the same
        return found

    async def _ask(self) -> None:
        try:
            while self._waiting:
                asked = {record_id: self._waiting.pop(record_id) for record_id in list(self._waiting)[:MAX_BATCH]}
                try:
                    found = await run_in_threadpool(self._find, list(asked))
                except Exception as error:  # noqa: BLE001 - raised again in each who waits
                    for waiting in asked.values():
                        waiting.set_exception(error)
                        waiting.exception()  # those who wait may have gone
                else:
                    for record_id, waiting in asked.items():
                        waiting.set_result(found.get(record_id))
        finally:
            self._asking = None


def _made(
    shape: Callable[[type[M], R], BaseModel],
    model: type[M],
    query: Query[P, R],
    /,
    *args: P.args,
    **kwargs: P.kwargs,
) -> bytes:
    return shape(model, db.read(query, *args, **kwargs)).model_dump_json(by_alias=True).encode()


def as_json(body: BaseModel) -> Response:
    return _json(body.model_dump_json(by_alias=True).encode())


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")
