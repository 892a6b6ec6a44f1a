"""One way from an address to a view, for direct loads and for clicks.

A loader awaits everything first and returns a `View` whose `build` is synchronous, so that a click changes the page in
one message: no half-built page is ever seen, and of two quick clicks the newer wins.

Why not NiceGUI's `ui.sub_pages`: it clears the old view before an async one has loaded, so every click would show an
empty page first (docs/decisions/0001-own-router.md).
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from nicegui import ui
from nicegui.element import Element

from gsapp import logs
from gsapp.access import CoordinatorsOnly
from gsapp.errors import DomainError, NotFound, NotSignedIn
from gsapp.schemas.read_models import Page
from pages.components.lists import address
from pages.core import actions, theme
from pages.core.js import js_call
from pages.core.session import Ctx, Scope, Tab, split
from pages.live.debounce import Debouncer, RetryLater
from pages.shell import errors, onboarding

log = logging.getLogger(__name__)
A_WORD = "[A-Za-z0-9_.-]+"
SERVER_ERROR = 500
SET_ASIDE_SECONDS = 3.0  # seconds: longer than a press takes on a slow phone, from the finger to here


@dataclass(frozen=True)
class View:
    """What to show at an address. `build` must not await; it runs inside the page's main area."""

    title: str
    build: Callable[[], None]
    status: int = 200
    wide: bool = False  # the view brings its own margins, as the start page does
    bare: bool = False  # without header and footer, as on the wall; reached by loading its address only


@dataclass(frozen=True)
class Redirect:
    to: str


def last_page(ctx: Ctx, page: Page) -> Redirect | None:  # type: ignore[type-arg]
    """The way to the last page of a list, for a page number beyond it."""
    return Redirect(address(ctx, page=page.pages)) if page.page > page.pages else None


Loader = Callable[[Ctx], Awaitable[View | Redirect]]


class Route:
    """An address such as `/needs/{need_id}`; what stands in braces is a positive whole number.

    Only `{token}` may be any word: its view reads it from the path, for the token is no parameter to hand around.
    """

    def __init__(
        self, pattern: str, loader: Loader, *, members_only: bool = True, coordinators_only: bool = False
    ) -> None:
        self.pattern = pattern
        self.loader = loader
        self.members_only = members_only or coordinators_only
        self.coordinators_only = coordinators_only
        # At most 18 digits: beyond that no database knows the number, and no such record exists.
        numbered = re.sub(r"\{(\w+)\}", r"(?P<\1>[0-9]{1,18})", pattern.replace("{token}", A_WORD))
        self._regex = re.compile(numbered)

    def match(self, path: str) -> dict[str, int] | None:
        found = self._regex.fullmatch(path)
        return {name: int(value) for name, value in found.groupdict().items()} if found else None


async def resolve(routes: Sequence[Route], tab: Tab, url: str, scope: Scope) -> tuple[Ctx, View | Redirect]:
    """The view at an address for whoever sits at this tab now. Never raises: failures become views of their own."""
    path, query = split(url)
    ctx = Ctx(tab=tab, actor=None, path=path, query=query, url=url, scope=scope)
    try:
        ctx.actor = await actions.identify(tab)
        if ctx.actor and ctx.actor.language and not tab.language_chosen:
            tab.language = ctx.actor.language
        return ctx, await _guarded(routes, ctx)
    except NotSignedIn:
        scope.close()
        return ctx, Redirect(f"/login?next={quote(url, safe='')}")
    except DomainError as error:
        scope.close()
        return ctx, View(*errors.expected(ctx, error))
    except Exception:
        scope.close()
        log.exception("page load failed")
        return ctx, View(*errors.bug(ctx, logs.request_id.get()))
    except BaseException:  # cancelled, as a page is that takes too long: its subscriptions must not outlive it
        scope.close()
        raise


async def _guarded(routes: Sequence[Route], ctx: Ctx) -> View | Redirect:
    for route in routes:
        params = route.match(ctx.path)
        if params is None:
            continue
        if route.members_only and ctx.actor is None:
            raise NotSignedIn
        if route.coordinators_only and not ctx.me.is_coordinator:
            raise CoordinatorsOnly
        ctx.params = params
        await onboarding.been_here(ctx)
        return await route.loader(ctx)
    raise NotFound


class Router:
    """Moves one tab from view to view."""

    box: Element  # where views are put

    def __init__(self, routes: Sequence[Route], tab: Tab) -> None:
        self.routes, self.tab = routes, tab
        self.scope = Scope()
        self.url = ""
        self.latest = 0
        self.sent = False  # this program moves the reader: what it has just said must arrive with them
        tab.go = self._go
        self.ctx: Ctx | None = None
        self.pace = Debouncer(self._refresh, watched=self._waited_for, periodic=self._may_refresh_periodically)
        tab.refresh = self.pace.wake
        tab.on_return(self.pace.look)
        tab.client.on_delete(self._close)

    def _go(self, url: str, instead: bool) -> None:
        self.sent = True
        self._run("gs.navigation.go", url, instead)

    def _close(self) -> None:
        self.scope.close()
        self.pace.close()

    def _waited_for(self) -> bool:
        return self.tab.watched and not (self.ctx and self.ctx.acts)

    def _may_refresh_periodically(self) -> bool:
        return self._may_refresh() and self.ctx is not None and self.ctx.periodic

    def _may_refresh(self) -> bool:
        return self.ctx is not None and self.ctx.is_live and not self.ctx.dirty

    def mount(self, ctx: Ctx, view: View, *, again: bool = False) -> int:
        """Put a view in place of the one before and return its status. Nothing awaits: the browser gets one update.

        `again` is for the same address shown anew: what was pressed before that arrived is still done.
        """
        self.scope.close()
        if again and self.ctx is not None and not self.ctx.acted:
            self._set_aside()
        else:  # what was pressed twice is done once
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

    async def show(self, url: str, n: int) -> None:
        """A click: load the view and tell the browser when it is there."""
        self.latest = n
        ctx, view = await resolve(self.routes, self.tab, url, Scope())
        if n != self.latest or self.tab.client.is_deleted:  # a newer click won
            ctx.scope.close()
        elif isinstance(view, Redirect) or view.bare:
            ctx.scope.close()
            self._run("gs.navigation.replace", view.to if isinstance(view, Redirect) else url)
        else:
            self.tab.questions.close()
            self.tab.questions = Scope()
            if not self.sent:
                self.tab.clear_messages()
            self.sent = False
            self.mount(ctx, view)
            self._run("gs.navigation.loaded", n)

    async def _refresh(self) -> None:
        """Something changed elsewhere: show the same address anew, without moving the reader."""
        if self.ctx is not None and self.ctx.dirty:
            self.ctx.say_changed()
        if not self._may_refresh():
            return
        n, url = self.latest, self.url
        self._run("gs.focus.save")  # it must be there before the update, which overtakes what is sent together with it
        ctx, view = await resolve(self.routes, self.tab, url, Scope())
        if n != self.latest or url != self.url or self.tab.client.is_deleted or not self._may_refresh():
            ctx.scope.close()
        elif isinstance(view, Redirect):
            ctx.scope.close()
            # Who has just left for good is told so. Both this and the end of the session send the reader away.
            self._run("gs.navigation.replace", (ctx.actor is None and self.tab.after_session) or view.to)
        elif view.status >= SERVER_ERROR:
            ctx.scope.close()
            raise RetryLater  # what is shown is better than an error in its place
        else:
            self.mount(ctx, view, again=True)
            self._run("gs.unsaved.clear")  # what was typed has been sent, or this view would not have been replaced
            self._run("gs.focus.restore")

    def _set_aside(self) -> None:
        """Take the view from the browser, but hear it a little longer.

        A press may be on its way while the view is replaced, which the reader did not ask for and does not notice:
        NiceGUI drops what comes from a button that is gone.
        """
        aside = list(self.box.descendants())
        self.box.default_slot.children.clear()
        self.box.update()
        asyncio.get_running_loop().call_later(SET_ASIDE_SECONDS, self._forget, aside)

    def _forget(self, aside: Sequence[Element]) -> None:
        if not self.tab.client.is_deleted:
            self.tab.client.remove_elements([each for each in aside if not each.is_deleted])

    def _run(self, function: str, *values: str | int) -> None:
        self.tab.client.run_javascript(js_call(function, *values))
