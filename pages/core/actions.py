"""The only bridge from pages to the database: `load` runs queries, `do` runs use cases, each in a worker thread.

Database calls block, and one event loop serves all open pages: a blocking call on it would stop them all.
"""

import asyncio
import logging
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from functools import cache, partial
from operator import itemgetter
from typing import Concatenate, ParamSpec, TypeVar

from gsapp import access, db
from gsapp.access import Actor, Query, UseCase
from gsapp.errors import DomainError, NotSignedIn
from gsapp.security import refusals
from gsapp.services import sessions
from gsapp.services.on_behalf import act_for
from gsapp.services.reauthentication import is_recent
from pages.core.session import Ctx, Tab

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
# The database's connection pool is sized for these. asyncio's default executor has 6 threads on 2 cores, which a
# single stall of the database would occupy.
THREADS = 32
STEP_TAKES = timedelta(minutes=2)  # to read and answer the dialog of a step
SAVE_SECONDS = 1.0  # seconds that a page waits for a best-effort write
MAX_SAVING = 4  # best-effort writes at a time: while the database takes no writes, threads must be left for reading

_saving: dict[Hashable, asyncio.Task[None]] = {}


@cache
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="pages")


async def in_thread(work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a blocking function in the pages' thread pool and return its result. Raises what it raises."""
    return await asyncio.get_running_loop().run_in_executor(_executor(), partial(work, *args, **kwargs))


async def load(query: Query[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a query in a read-only session and return its result. Raises what the query raises."""
    return await in_thread(db.read, query, *args, **kwargs)


async def load_shared(query: Query[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """`load` through the single-flight cache: pages that send the same query at the same time share one result.

    Raises `TypeError` for a query that `invalidated_by` does not mark as `shared`.
    """
    entry, is_owner = db.shared_entry(query, *args, **kwargs)
    answer: R = await db.current().cache.wait_for(entry, is_owner, partial(db.read, query, *args, **kwargs), in_thread)
    return answer


async def do(ctx: Ctx, use_case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a use case as the reader of this page, in one transaction, and return its result.

    The session is looked up again: it may have ended since the websocket connected. What was typed counts as sent
    (`ctx.dirty`). Raises `NotSignedIn` when the session is over, and what the use case raises.
    """
    with ctx.acting():
        result = await do_outside_form(ctx, use_case, *args, **kwargs)
        ctx.dirty = False  # what was typed has been sent
        return result


async def do_outside_form(ctx: Ctx, use_case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """`do` for a control outside the page's forms: what is typed in them was not sent, and still counts as unsaved."""

    def work() -> R:
        return db.write(use_case, _actor_now(ctx), *args, **kwargs)

    with ctx.acting():
        return await in_thread(work)


async def do_for(ctx: Ctx, resident_id: int | None, use_case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """`do` on behalf of a resident without internet access, or for the reader if `resident_id` is `None`.

    Also raises what `access.on_behalf` raises.
    """
    if resident_id is None:
        return await do(ctx, use_case, *args, **kwargs)
    return await do(ctx, act_for, resident_id, use_case, *args, **kwargs)


async def run_flow(ctx: Ctx, flow: Callable[Concatenate[Actor, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a flow of `gsapp.flows`, which opens its own transactions, as the reader. Raises as `do` does."""

    def work() -> R:
        return flow(_actor_now(ctx), *args, **kwargs)

    return await in_thread(work)


async def recently_authenticated(ctx: Ctx) -> bool:
    """Whether the reader has given the password recently enough for a step that needs it. Raises `NotSignedIn`."""

    def work() -> bool:
        return is_recent(_actor_now(ctx), margin=STEP_TAKES)

    return await in_thread(work)


async def try_to_save(use_case: UseCase[P, None], actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> bool:
    """Best-effort write while a page is loaded: the page does not fail because of it and waits `SAVE_SECONDS` at most.

    Returns whether it is committed by now. If not, the write may still complete in the background, or the next visit
    tries again. Several pages that save the same share one write. Failures are logged.
    """
    name = getattr(use_case, "__name__", "")
    key = (use_case, actor.user_id, args, tuple(sorted(kwargs.items(), key=itemgetter(0))))
    task = _saving.get(key)
    if task is None:
        if len(_saving) >= MAX_SAVING:
            log.warning("skipped %s: too many writes are waiting for the database", name)
            return False
        task = _saving[key] = asyncio.create_task(in_thread(db.write, use_case, actor, *args, **kwargs), name=name)
        task.add_done_callback(partial(_saved, key))
    await asyncio.wait([task], timeout=SAVE_SECONDS)  # unlike wait_for, does not cancel it
    return task.done() and not task.cancelled() and task.exception() is None


def _saved(key: Hashable, task: asyncio.Task[None]) -> None:
    del _saving[key]
    if not task.cancelled() and (error := task.exception()) is not None:
        trace = None if isinstance(error, DomainError) else error
        log.warning("background write %s failed: %s", task.get_name(), type(error).__name__, exc_info=trace)


async def identify(tab: Tab) -> Actor | None:
    """The user who is signed in at this tab, or `None`. Extends the session when that is due."""
    if tab.session_hash is None:
        return None
    actor = await load(access.identify, token_hash=tab.session_hash)
    hours = tab.settings.session_hours
    if actor is not None and sessions.due(actor, hours=hours):
        await try_to_save(sessions.prolong_session, actor, hours=hours)
    return actor


@contextmanager
def errors_shown(ctx: Ctx) -> Iterator[None]:
    """Show a `DomainError` as a message; on `NotSignedIn`, open the sign-in page. Lets other exceptions, bugs, pass."""
    try:
        yield
    except NotSignedIn:
        ctx.go(f"/login?next={ctx.path}")
    except DomainError as error:
        note_refusal(ctx, error)
        ctx.show_message(error.text(ctx.t), "bad")


def note_refusal(ctx: Ctx, error: DomainError) -> None:
    """Count a refusal that is shown to the reader of this page."""
    refusals.refused(error, address=ctx.tab.address, user_id=ctx.actor.user_id if ctx.actor else None)


def _actor_now(ctx: Ctx) -> Actor:
    actor = db.read(access.identify, token_hash=ctx.tab.session_hash) if ctx.tab.session_hash else None
    if actor is None:
        raise NotSignedIn
    return actor
