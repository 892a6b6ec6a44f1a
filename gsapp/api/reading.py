"""Reading for endpoints that are `async`: a thread asks the database; what is kept needs neither."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from gsapp import db
from gsapp.cache import Claim, key_of, kinds_of

R = TypeVar("R")
Shape = Callable[[Any, Any], BaseModel]


async def ask_shared(query: Callable[..., R], /, **kwargs: Any) -> R:
    """The answer of a query marked with `cache.dropped_by`: at once if others have just asked it."""
    claim, mine = db.claim_shared(query, **kwargs)
    answer: R = await _answer(claim, mine, lambda: db.ask(query, **kwargs))
    return answer


async def sent(shape: Shape, model: Any, query: Callable[..., Any], /, **kwargs: Any) -> Response:
    """The answer of a query as JSON, `shape(model, answer)`. Raises what the query raises."""
    return _json(await run_in_threadpool(_made, shape, model, query, kwargs))


async def sent_shared(shape: Shape, model: Any, query: Callable[..., Any], /, **kwargs: Any) -> Response:
    """The same for a query marked with `cache.dropped_by`, down to the very bytes."""
    key = key_of("json", shape, model, query, *kwargs, *kwargs.values())
    claim, mine = db.current().cache.claim(key, kinds_of(query))
    return _json(await _answer(claim, mine, lambda: _made(shape, model, query, kwargs)))


async def _answer(claim: Claim, mine: bool, make: Callable[[], Any]) -> Any:
    if mine:
        # Others may wait for it, too: it goes on though this caller has gone.
        await asyncio.shield(run_in_threadpool(db.current().cache.fulfil, claim, make))
    return claim.answer.result() if claim.answer.done() else await asyncio.wrap_future(claim.answer)


def _made(shape: Shape, model: Any, query: Callable[..., Any], kwargs: dict[str, Any]) -> bytes:
    return shape(model, db.ask(query, **kwargs)).model_dump_json(by_alias=True).encode()


def _json(body: bytes) -> Response:
    return Response(body, media_type="application/json")
