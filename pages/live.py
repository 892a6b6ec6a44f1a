"""Open pages follow what was committed elsewhere."""

import asyncio
from collections.abc import Callable

from gsapp import events
from gsapp.events import Event
from pages.session import Ctx, Scope, Tab

# Bursts become one refresh: the first event waits this long for others.
GATHER = 0.2  # seconds
SIGN_IN_AGAIN = "gsLeave('/login')"


def keep_fresh(ctx: Ctx, concerns: Callable[[Event], bool]) -> None:
    """Load this view anew after an event that concerns it. Call before loading, so that nothing is missed between.

    If something has been typed, the reader is told instead, and nothing typed is lost.
    """

    def refresh() -> None:
        if ctx.dirty:
            ctx.notice(ctx.t("Something has changed on this page. Reload it when you are ready."), "info")
        else:
            ctx.tab.reload()

    _on_loop(ctx.scope, concerns, refresh)


def close_with_session(tab: Tab, scope: Scope, session_id: int) -> None:
    """Send this tab to the sign-in page as soon as its session ends, wherever that happens."""

    def ended(event: Event) -> bool:
        return isinstance(event, events.SessionsEnded) and session_id in event.session_ids

    _on_loop(scope, ended, lambda: tab.client.run_javascript(SIGN_IN_AGAIN))


def _on_loop(scope: Scope, concerns: Callable[[Event], bool], react: Callable[[], object]) -> None:
    loop = asyncio.get_running_loop()
    waiting = False

    def due() -> None:
        nonlocal waiting
        waiting = False
        if not scope.closed:
            react()

    def wake() -> None:
        nonlocal waiting
        if not waiting and not scope.closed:
            waiting = True
            loop.call_later(GATHER, due)

    def heard(event: Event) -> None:  # in the thread that committed
        if concerns(event) and not loop.is_closed():
            loop.call_soon_threadsafe(wake)

    scope.add(events.subscribe(heard))
