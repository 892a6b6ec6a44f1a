"""The only bridge from pages to the database: `load` reads, `do` acts. Neither blocks the event loop."""

import asyncio
import logging
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, partial
from typing import Concatenate, ParamSpec, TypeVar

from gsapp import access, db
from gsapp.access import Actor, Query, UseCase
from gsapp.errors import DomainError, NotSignedIn
from gsapp.services import sessions
from gsapp.services.on_behalf import act_for
from pages.core.session import Ctx, Tab

log = logging.getLogger(__name__)
P = ParamSpec("P")
R = TypeVar("R")
# As many as the database's pool is made for; the default executor has 6 threads on 2 cores, which one stall uses up.
THREADS = 32
SAVE_SECONDS = 1.0  # seconds that a page waits for a best-effort write
MAX_SAVING = 4  # so many at a time: a database that takes no writes must not hold the threads that read

_saving: set[asyncio.Task[None]] = set()


@cache
def _executor() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="pages")


async def in_thread(work: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a blocking function in the pages' own threads. Raises what it raises."""
    return await asyncio.get_running_loop().run_in_executor(_executor(), partial(work, *args, **kwargs))


async def load(query: Query[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The answer of a query, read in a session of its own."""
    return await in_thread(db.read, query, *args, **kwargs)


async def load_shared(query: Query[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The same for a query marked as `shared` by `invalidated_by`: asked once for all pages that ask together."""
    entry, mine = db.shared_entry(query, *args, **kwargs)
    answer: R = await db.current().cache.wait_for(entry, mine, partial(db.read, query, *args, **kwargs), in_thread)
    return answer


async def do(ctx: Ctx, use_case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """Run a use case as the reader of this page, in a transaction of its own.

    Who that is is looked up again, for the socket does not check. Raises `NotSignedIn` when the session is over, and
    whatever the use case raises.
    """
    with ctx.acting():
        result = await do_beside(ctx, use_case, *args, **kwargs)
        ctx.dirty = False  # what was typed has been sent
        return result


async def do_beside(ctx: Ctx, use_case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The same for a button beside the forms of a page: what is typed there was not sent, and is kept."""

    def work() -> R:
        return db.write(use_case, _actor_now(ctx), *args, **kwargs)

    with ctx.acting():
        return await in_thread(work)


async def do_for(ctx: Ctx, resident_id: int | None, use_case: UseCase[P, R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The same in the name of a resident without the internet; `None` means the reader's own.

    Raises what `access.on_behalf` does, too.
    """
    if resident_id is None:
        return await do(ctx, use_case, *args, **kwargs)
    return await do(ctx, act_for, resident_id, use_case, *args, **kwargs)


async def do_slowly(ctx: Ctx, flow: Callable[Concatenate[Actor, P], R], /, *args: P.args, **kwargs: P.kwargs) -> R:
    """The same for a flow of `gsapp.flows.authentication`, which opens its transactions itself."""

    def work() -> R:
        return flow(_actor_now(ctx), *args, **kwargs)

    return await in_thread(work)


async def try_to_save(use_case: UseCase[P, None], actor: Actor, /, *args: P.args, **kwargs: P.kwargs) -> bool:
    """A best-effort write while a page is loaded: the page neither fails nor waits long because of it.

    Returns whether it is saved by now; if not, the page goes without, and the next visit tries again. What fails is
    logged.
    """
    name = getattr(use_case, "__name__", "")
    if len(_saving) >= MAX_SAVING:
        log.warning("skipped %s: too many writes are waiting for the database", name)
        return False
    task = asyncio.create_task(in_thread(db.write, use_case, actor, *args, **kwargs), name=name)
    _saving.add(task)
    task.add_done_callback(_saved)
    await asyncio.wait([task], timeout=SAVE_SECONDS)  # which does not cancel it
    return task.done() and not task.cancelled() and task.exception() is None


def _saved(task: asyncio.Task[None]) -> None:
    _saving.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        trace = None if isinstance(error, DomainError) else error
        log.warning("background write %s failed: %s", task.get_name(), type(error).__name__, exc_info=trace)


async def identify(tab: Tab) -> Actor | None:
    """Who sits at this tab now; whoever comes by lets their session live on."""
    if tab.session_hash is None:
        return None
    actor = await load(access.identify, token_hash=tab.session_hash)
    hours = tab.settings.session_hours
    if actor is not None and sessions.due(actor, hours=hours):
        await try_to_save(sessions.prolong_session, actor, hours=hours)
    return actor


@contextmanager
def errors_shown(ctx: Ctx) -> Iterator[None]:
    """Show an expected failure as a message; one whose session is over goes to the sign-in page. Bugs pass through."""
    try:
        yield
    except NotSignedIn:
        ctx.go(f"/login?next={ctx.path}")
    except DomainError as error:
        ctx.show_message(error.text(ctx.t), "bad")


def _actor_now(ctx: Ctx) -> Actor:
    actor = db.read(access.identify, token_hash=ctx.tab.session_hash) if ctx.tab.session_hash else None
    if actor is None:
        raise NotSignedIn
    return actor
