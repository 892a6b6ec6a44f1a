"""Open pages follow what was committed elsewhere."""

import asyncio
from collections.abc import Callable
from typing import Any

from gsapp import events
from gsapp.events import Event
from gsapp.events.invalidation import invalidates
from pages.core.js import js_call
from pages.core.session import Ctx, Scope, Tab


def reload_on(ctx: Ctx, *queries: Callable[..., Any], **arguments: Any) -> None:
    """Reload this view when a committed event invalidates one of these queries, asked with these arguments.

    `gsapp.events.invalidation.invalidated_by` declares on each query which events those are, and which of its
    arguments are needed here. Call before loading, so that no event is missed between. If something has been typed, a
    note says so instead, and nothing typed is lost. `pages.live.debounce` limits how often a view reloads.
    """
    ctx.is_live = ctx.periodic = True
    on_loop(ctx.scope, invalidates(*queries, **arguments), ctx.tab.refresh)


def close_with_session(tab: Tab, scope: Scope, session_id: int) -> None:
    """Send this tab to the sign-in page (`after_session`) as soon as its session ends, wherever that happens."""

    def ended(event: Event) -> bool:
        return isinstance(event, events.SessionsEnded) and session_id in event.session_ids

    on_loop(
        scope, ended, lambda: tab.client.run_javascript(js_call("gs.navigation.replace", tab.after_session or "/login"))
    )


def on_loop(scope: Scope, wanted: Callable[[Event], bool], react: Callable[[], object]) -> None:
    """React to events in the thread of the pages, until the scope closes."""
    loop = asyncio.get_running_loop()

    def due() -> None:
        if not scope.closed:
            react()

    def on_event(event: Event) -> None:  # in the thread that committed
        if wanted(event) and not loop.is_closed():
            loop.call_soon_threadsafe(due)

    scope.add(events.subscribe(on_event))
