"""Reload of open pages: subscribes a view to the events that invalidate its queries."""

import asyncio
from collections.abc import Callable
from typing import Any

from gsapp import events
from gsapp.events import Event
from gsapp.events.invalidation import invalidates
from pages.core.session import Ctx, Scope


def reload_on(ctx: Ctx, *queries: Callable[..., Any], **arguments: Any) -> None:
    """Reload this view when a committed event invalidates one of these queries with these arguments.

    `gsapp.events.invalidation.invalidated_by` declares on each query which events those are, and which of its
    arguments are needed here. Call before loading, so that no event is missed in between. If something has been typed,
    a message says that the view has changed, instead of the reload. `pages.live.debounce` limits how often it reloads.

    Not typed by the queries, because several with different arguments share one call: a missing argument raises
    `TypeError` when the page is loaded.
    """
    ctx.is_live = ctx.periodic = True
    on_loop(ctx.scope, invalidates(*queries, **arguments), ctx.tab.refresh)


def on_loop(scope: Scope, matches: Callable[[Event], bool], callback: Callable[[], object]) -> None:
    """Call `callback` on the event loop for each event for which `matches` is true, until the scope closes."""
    loop = asyncio.get_running_loop()

    def run() -> None:
        if not scope.closed:
            callback()

    def on_event(event: Event) -> None:  # in the thread that committed
        if matches(event) and not loop.is_closed():
            loop.call_soon_threadsafe(run)

    scope.add(events.subscribe(on_event))
