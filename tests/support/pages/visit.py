"""One tab, without a browser."""

import asyncio
from collections.abc import Callable

from nicegui import ui
from nicegui.element import Element

from gsapp import events
from gsapp.errors import NotFound
from gsapp.events import Event, NeedEdited
from gsapp.events.invalidation import invalidated_by
from pages.core.session import Ctx, Tab
from pages.live import reload
from pages.shell.router import Router
from pages.shell.routes import Redirect, Route, View

SOON = 5  # seconds within which anything must have happened


@invalidated_by(NeedEdited, need_id="need_id")
def edited_need() -> None:
    """What the page that follows shows."""


class Visit:
    """A tab without a browser: `sent` is what the browser would have been told to run."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.sent: list[str] = []
        self.shown: list[str] = []
        self.gate, self.loading = asyncio.Event(), asyncio.Event()
        self.heard: list[Event] = []
        self.loads = 0  # of the slow page
        self.gone = False
        self.trouble: Exception | None = None
        self.pressed = 0
        self.ctx: Ctx
        self.button: ui.button
        with tab.client:
            self.box = ui.element("div")
        routes = [
            Route("/quick/{number}", self.quick, members_only=False),
            Route("/slow/{number}", self._slow, members_only=False),
            Route("/away", self._away, members_only=False),
            Route("/following/{number}", self._following, members_only=False),
        ]
        self.router = Router(routes, tab)
        self.router.box = self.box

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(SOON):
            while not happened():  # noqa: ASYNC110 - what is waited for has no event of its own
                await asyncio.sleep(0.01)

    def _press(self) -> None:
        with self.ctx.acting():
            self.pressed += 1

    def finger(self) -> Callable[[], None]:
        """Presses the button that is shown now, whatever is shown by then."""
        return on_its_way(self.button, "click")

    def _view(self, ctx: Ctx) -> View:
        self.ctx = ctx

        def build() -> None:
            self.shown.append(ctx.path)
            self.button = ui.button(ctx.path, on_click=self._press)

        return View(ctx.path, build)

    async def quick(self, ctx: Ctx) -> View:
        return self._view(ctx)

    async def _slow(self, ctx: Ctx) -> View:
        ctx.scope.add(events.subscribe(self.heard.append))
        self.loads += 1
        self.loading.set()
        await self.gate.wait()
        return self._view(ctx)

    async def _away(self, ctx: Ctx) -> Redirect:
        return Redirect("/quick/1")

    async def _following(self, ctx: Ctx) -> View:
        reload.reload_on(ctx, edited_need, need_id=ctx.params["number"])
        if self.gone:
            raise NotFound
        if (trouble := self.trouble) is not None:
            self.trouble = None
            raise trouble
        return self._view(ctx)


def on_its_way(element: Element, event: str) -> Callable[[], None]:
    """What makes this event of a browser arrive, also when the element is gone by then."""
    listener = next(key for key, one in element._event_listeners.items() if one.type == event)
    message = {"id": element.id, "listener_id": listener, "args": []}
    return lambda: element.client.handle_event(dict(message))
