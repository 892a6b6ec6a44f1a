"""Routing: resolves an address to a view, in the same way for direct loads and for clicks over the websocket.

The loader of a page awaits its queries and returns a `View`, whose `build` is synchronous. A click therefore changes
the page in one message: the browser never shows a half-built page, and of two quick clicks the later one wins.

Why not NiceGUI's `ui.sub_pages`: it clears the old view before an async one has loaded, so every click would show an
empty page first (docs/decisions/0001-own-router.md).
"""

import asyncio
import logging
from collections.abc import Sequence
from time import perf_counter
from urllib.parse import quote

from nicegui import ui
from nicegui.element import Element

from gsapp import logs
from gsapp.access import CoordinatorsOnly
from gsapp.errors import Busy, DomainError, NotFound, NotSignedIn
from gsapp.monitoring import counters
from pages.core import actions, theme
from pages.core.js import js_call
from pages.core.session import Ctx, Scope, Tab, split
from pages.live.debounce import Debouncer, RetryLater
from pages.live.sockets import Bucket
from pages.shell import errors, onboarding
from pages.shell.routes import Redirect, Route, View, pattern_of

log = logging.getLogger(__name__)
SERVER_ERROR = 500
FOUND = 303
LOAD_SECONDS = 12.0  # seconds for a page to load; NiceGUI would show its own bare error page after 20
CLICKS_PER_SECOND = 4.0  # in one tab, after `CLICKS_BURST`
CLICKS_BURST = 20
MAX_LOADS = 2  # of clicks in one tab at a time: one that has been superseded must not delay the click that followed
KEEP_REPLACED_SECONDS = 3.0  # seconds; longer than a click on a slow phone takes to arrive here


async def resolve(routes: Sequence[Route], tab: Tab, url: str, scope: Scope) -> tuple[Ctx, View | Redirect]:
    """Load the view at an address, as `_resolve` does, and count it."""
    started = perf_counter()
    ctx, view = await _resolve(routes, tab, url, scope)
    page = pattern_of(routes, ctx.path) or counters.UNKNOWN
    counters.count_view(page, view.status if isinstance(view, View) else FOUND, perf_counter() - started)
    return ctx, view


async def _resolve(routes: Sequence[Route], tab: Tab, url: str, scope: Scope) -> tuple[Ctx, View | Redirect]:
    """Identify the user, find the route, check access, and load the view. Failures become views or redirects.

    Raises nothing but the cancellation of the load. After a failure `scope` is closed.
    """
    path, query = split(url)
    ctx = Ctx(tab=tab, actor=None, path=path, query=query, url=url, scope=scope)
    view: View | Redirect | None = None
    try:
        async with asyncio.timeout(LOAD_SECONDS):
            ctx.actor = await actions.identify(tab)
            tab.identified(ctx.actor, url)
            if ctx.actor and ctx.actor.language and not tab.language_chosen:
                tab.language = ctx.actor.language
            view = await _guarded(routes, ctx)
            return ctx, view
    except TimeoutError:
        log.warning("page load took longer than %d seconds", LOAD_SECONDS)
        return ctx, View(*errors.expected(ctx, Busy()))
    except NotSignedIn:
        return ctx, Redirect(f"/login?next={quote(url, safe='')}")
    except DomainError as error:
        actions.note_refusal(ctx, error)
        return ctx, View(*errors.expected(ctx, error))
    except Exception:
        log.exception("page load failed")
        return ctx, View(*errors.bug(ctx, logs.request_id.get()))
    finally:
        if view is None:  # also when it is cancelled, for example by NiceGUI: its subscriptions must not outlive it
            scope.close()


async def _guarded(routes: Sequence[Route], ctx: Ctx) -> View | Redirect:
    """Load the first matching route. Raises `NotFound`, `NotSignedIn`, `CoordinatorsOnly`, and what it raises."""
    for route in routes:
        params = route.match(ctx.path)
        if params is None:
            continue
        if route.members_only and ctx.actor is None:
            raise NotSignedIn
        if route.coordinators_only and not ctx.me.is_coordinator:
            raise CoordinatorsOnly
        ctx.params = params
        await onboarding.mark_area_seen(ctx)
        return await route.loader(ctx)
    raise NotFound


class Router:
    """Shows views in one tab: one after each click, and the current one again after events that invalidate it."""

    box: Element  # the element that views are built in

    def __init__(self, routes: Sequence[Route], tab: Tab) -> None:
        self.routes, self.tab = routes, tab
        self.scope = Scope()
        self.url = ""
        self.latest = 0  # number of the latest click
        self._loads = 0  # clicks that are being handled
        self.clicks = Bucket(CLICKS_PER_SECOND, CLICKS_BURST)
        self._waiting: tuple[str, int] | None = None  # the latest click, while there are too many of them
        self.keep_messages = False  # the server itself is opening an address: its latest message stays
        tab.go = self._go
        self.ctx: Ctx | None = None
        self.debouncer = Debouncer(
            self._refresh, watched=self._is_visible_and_idle, periodic=self._may_refresh_periodically
        )
        tab.refresh = self.debouncer.trigger
        tab.clear = self._clear
        tab.on_return(self.debouncer.resume)
        tab.scope.add(self._close)

    def _go(self, url: str, instead: bool) -> None:
        self.keep_messages = True
        self._run("gs.navigation.go", url, instead)

    def _close(self) -> None:
        self.scope.close()
        self.debouncer.close()

    def _clear(self) -> None:
        if self.ctx is not None:  # otherwise nothing has been built yet
            self.box.clear()

    def _is_visible_and_idle(self) -> bool:
        return self.tab.watched and not (self.ctx and self.ctx.acts)

    def _may_refresh_periodically(self) -> bool:
        return self._may_refresh() and self.ctx is not None and self.ctx.periodic

    def _may_refresh(self) -> bool:
        return self.ctx is not None and self.ctx.is_live and not self.ctx.dirty

    def mount(self, ctx: Ctx, view: View, *, reloaded: bool = False) -> int:
        """Replace the current view and return the HTTP status. Awaits nothing, so the browser gets one update.

        `reloaded` is for the same address again: a click on the old view that is still on its way will be handled.
        """
        self.scope.close()
        if reloaded and self.ctx is not None and not self.ctx.acted:
            self._detach_view()
        else:  # the second click of a double click must not be handled
            self.box.clear()
        self.scope, self.url, self.ctx = ctx.scope, ctx.url, ctx
        self.box.classes(**({"remove": "gs-wrap"} if view.wide else {"add": "gs-wrap"}))
        with self.box:
            try:
                view.build()
            except Exception:
                log.exception("page build failed")
                ctx.scope.close()
                self.box.clear()
                view = View(*errors.bug(ctx, logs.request_id.get()))
                view.build()
        with self.tab.client:
            ui.page_title(theme.title(view.title))
        return view.status

    async def navigate(self, url: str, n: int) -> None:
        """Handle click number `n` without delay, unless there are too many of them: then only the latest waits.

        At most `MAX_LOADS` are handled at a time, and after a burst no more per second than a person makes.
        """
        self.latest = n
        self._waiting = (url, n)
        if self._loads >= MAX_LOADS:
            return
        self._loads += 1
        try:
            while self._waiting is not None:
                if not self.clicks.take():
                    await asyncio.sleep(self.clicks.pause())
                    continue
                (url, n), self._waiting = self._waiting, None
                await self.show(url, n)
        finally:
            self._loads -= 1

    async def show(self, url: str, n: int) -> None:
        """Load the view at `url` for click number `n`, mount it, and notify the browser."""
        self.latest = n
        ctx, view = await resolve(self.routes, self.tab, url, Scope())
        await self.tab.settled()
        if n != self.latest or self.tab.client.is_deleted or self.tab.ended_for:  # a later click wins
            ctx.scope.close()
        elif isinstance(view, Redirect) or view.bare:
            ctx.scope.close()
            self.scope.close()  # whether or not the browser follows
            self._run("gs.navigation.replace", view.to if isinstance(view, Redirect) else url)
        else:
            self.tab.questions.close()
            self.tab.questions = Scope()
            if not self.keep_messages:
                self.tab.clear_messages()
            self.keep_messages = False
            self.mount(ctx, view)
            self._run("gs.navigation.loaded", n)

    async def _refresh(self) -> None:
        """Reload the current address after an event, keeping focus and scroll position, unless the view was edited."""
        if self.ctx is not None and self.ctx.dirty:
            self.ctx.announce_change()
        if not self._may_refresh():
            return
        n, url = self.latest, self.url
        self._run("gs.focus.save")  # must arrive before the update, which overtakes what is sent together with it
        ctx, view = await resolve(self.routes, self.tab, url, Scope())
        await self.tab.settled()
        outdated = n != self.latest or url != self.url or self.tab.client.is_deleted or bool(self.tab.ended_for)
        if outdated or not self._may_refresh():
            ctx.scope.close()
        elif isinstance(view, Redirect):
            ctx.scope.close()
            self.scope.close()  # whether or not the browser follows
            self._run("gs.navigation.replace", (ctx.actor is None and self.tab.after_session) or view.to)
        elif view.status >= SERVER_ERROR:
            ctx.scope.close()
            raise RetryLater  # the current view is better than an error page in its place
        else:
            self.mount(ctx, view, reloaded=True)
            self._run("gs.unsaved.clear")  # what was typed has been sent, or this view would not have been replaced
            self._run("gs.focus.restore")

    def _detach_view(self) -> None:
        """Remove the view from the browser, but keep its elements on the server for `KEEP_REPLACED_SECONDS`.

        The reader did not request the reload and may click while it happens: NiceGUI drops events of deleted elements.
        """
        replaced = list(self.box.descendants())
        self.box.default_slot.children.clear()
        self.box.update()
        asyncio.get_running_loop().call_later(KEEP_REPLACED_SECONDS, self._delete, replaced)

    def _delete(self, elements: Sequence[Element]) -> None:
        if not self.tab.client.is_deleted:
            self.tab.client.remove_elements([each for each in elements if not each.is_deleted])

    def _run(self, function: str, *values: str | int) -> None:
        self.tab.client.run_javascript(js_call(function, *values))
