"""Open pages follow what was committed elsewhere."""

import asyncio
from collections.abc import Callable

from gsapp import events
from gsapp.events import Event, MissedEvents
from pages.core.js import js_call
from pages.core.session import Ctx, Scope, Tab


def keep_fresh(ctx: Ctx, concerns: Callable[[Event], bool]) -> None:
    """Load this view anew after an event that concerns it. Call before loading, so that nothing is missed between.

    If something has been typed, the reader is told instead, once, and nothing typed is lost. `pages.live.debounce`
    says when.
    """
    ctx.follows = ctx.slowly = True
    on_loop(ctx.scope, or_missed(concerns), ctx.tab.refresh)


def or_missed(concerns: Callable[[Event], bool]) -> Callable[[Event], bool]:
    """The same, or that anything may have happened."""
    return lambda event: isinstance(event, MissedEvents) or concerns(event)


def close_with_session(tab: Tab, scope: Scope, session_id: int) -> None:
    """Send this tab to the sign-in page (`after_session`) as soon as its session ends, wherever that happens."""

    def ended(event: Event) -> bool:
        return isinstance(event, events.SessionsEnded) and session_id in event.session_ids

    on_loop(scope, ended, lambda: tab.client.run_javascript(js_call("gsLeave", tab.after_session or "/login")))


def on_loop(scope: Scope, concerns: Callable[[Event], bool], react: Callable[[], object]) -> None:
    """React to events in the thread of the pages, until the scope closes."""
    loop = asyncio.get_running_loop()

    def due() -> None:
        if not scope.closed:
            react()

    def heard(event: Event) -> None:  # in the thread that committed
        if concerns(event) and not loop.is_closed():
            loop.call_soon_threadsafe(due)

    scope.add(events.subscribe(heard))
