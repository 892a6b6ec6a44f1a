"""Live queries: many open pages share one query, rendered once per language; each gets only the regions that changed.

A loader calls `live = await subscribe(ctx, query, **kwargs)`, and the view `live.region(name, render)` wherever a part
of it may change. `render(t, data)` must be a pure function: its markup is shown to all subscribers of the query. Equal
regions are not sent. The browser merges new markup into the old, so that focus, selection and scroll position stay.
"""

import asyncio
import itertools
import logging
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Hashable
from dataclasses import dataclass, field
from functools import partial
from operator import itemgetter
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from markupsafe import Markup

from gsapp import events
from gsapp.access import Query
from gsapp.events import Event
from gsapp.events.invalidation import invalidates
from gsapp.i18n import Translator, translator
from pages.components.markup import put
from pages.core.actions import load
from pages.core.js import js_call
from pages.core.session import Ctx, Tab
from pages.live.debounce import Debouncer

log = logging.getLogger(__name__)
D = TypeVar("D")
P = ParamSpec("P")
Render: TypeAlias = Callable[[Translator, D], Markup]
# Backpressure: browsers acknowledge messages every 3 seconds; with more than this unacknowledged, a tab gets no more.
MAX_UNCONFIRMED = 100
RESEND_SECONDS = 1.0  # seconds until tabs that could not keep up are tried again

_shared_queries: dict[Hashable, "SharedQuery[Any]"] = {}
_numbers = itertools.count(1)


@dataclass
class Rendered:
    """The markup of one region in one language. `version` increases when it changes."""

    markup: Markup
    version: int = 0
    data_version: int = 0  # of the result that it was rendered from


@dataclass(eq=False)
class Subscriber(Generic[D]):
    """A view that subscribes to a `SharedQuery`; `has` are the versions of its regions that were sent last."""

    tab: Tab
    regions: dict[str, Render[D]] = field(default_factory=dict)
    has: dict[str, int] = field(default_factory=dict)

    @property
    def ready(self) -> bool:
        """Whether to send now: messages for a slow or hidden tab would queue up, and be outdated when they arrive.

        A tab whose rights have ended, or are being checked, is not `watched`, even if its browser says so.
        """
        return self.tab.watched and len(self.tab.client.outbox.message_history) <= MAX_UNCONFIRMED


class SharedQuery(Generic[D]):
    """A query whose result is shared by all views that subscribe to it. Ends with its last subscriber."""

    def __init__(
        self, query: Callable[[], Awaitable[D]], invalidated: Callable[[Event], bool], *, shared: bool = False
    ) -> None:
        self.number = next(_numbers)
        self.data: D
        self._query = query
        self._invalidated = invalidated
        self._loop = asyncio.get_running_loop()
        self._data_version = 0
        self._fresh = False
        self._loading: asyncio.Future[None] | None = None
        self._subscribers: set[Subscriber[D]] = set()
        self._rendered: dict[tuple[str, Render[D]], Rendered] = {}
        self._debouncer = Debouncer(self._refresh, watched=self._watched, limited=not shared)
        self._resend_timer: asyncio.TimerHandle | None = None
        self._unsubscribe = events.subscribe(self._on_event)

    def join(self, subscriber: Subscriber[D]) -> None:
        self._subscribers.add(subscriber)

    def leave(self, subscriber: Subscriber[D]) -> bool:
        """Remove a subscriber. Returns whether it was the last, with which this query ends."""
        self._subscribers.discard(subscriber)
        if self._subscribers:
            return False
        self._unsubscribe()
        self._debouncer.close()
        if self._resend_timer is not None:
            self._resend_timer.cancel()
        return True

    async def ensure_fresh(self) -> None:
        """Wait for a result that is as fresh as a page that is opened now must show it."""
        if self._loading is not None:  # began before this call, and may be outdated
            await asyncio.shield(self._loading)
        if not self._fresh:
            if self._loading is None:
                self._loading = asyncio.ensure_future(self._load())
            await asyncio.shield(self._loading)

    def rendered(self, language: str, render: Render[D]) -> Rendered:
        """The current markup of a region, rendered again only if the result is newer."""
        rendered = self._rendered.get((language, render))
        if rendered is None:
            rendered = Rendered(render(translator(language), self.data), data_version=self._data_version)
            self._rendered[language, render] = rendered
        elif rendered.data_version != self._data_version:
            rendered.data_version = self._data_version
            markup = render(translator(language), self.data)
            if markup != rendered.markup:
                rendered.markup = markup
                rendered.version += 1
        return rendered

    def send(self, to: Collection[Subscriber[D]] | None = None) -> None:
        """Send all subscribers, or those in `to`, the regions that changed since their last message."""
        messages: dict[tuple[str, tuple[tuple[str, Render[D]], ...]], list[Subscriber[D]]] = defaultdict(list)
        postponed = False
        for subscriber in self._subscribers if to is None else to:
            if not subscriber.regions or not subscriber.tab.watched:
                continue
            language = subscriber.tab.language
            changed = tuple(
                (name, render)
                for name, render in subscriber.regions.items()
                if self.rendered(language, render).version != subscriber.has[name]
            )
            if changed and subscriber.ready:
                messages[language, changed].append(subscriber)
            postponed = postponed or bool(changed and not subscriber.ready)
        for (language, changed), subscribers in messages.items():
            pieces = [(name, self.rendered(language, render)) for name, render in changed]
            call = [text for name, piece in pieces for text in (f"{self.number}-{name}", str(piece.markup))]
            script = js_call("gs.live.patch", *call)
            for subscriber in subscribers:
                subscriber.has.update({name: piece.version for name, piece in pieces})
                subscriber.tab.client.outbox.enqueue_message(
                    "run_javascript", {"code": script}, subscriber.tab.client.id
                )
        if postponed and self._resend_timer is None:
            self._resend_timer = self._loop.call_later(RESEND_SECONDS, self._resend)

    def resume(self, subscriber: Subscriber[D]) -> None:
        """A tab is visible again: send what it has missed, and run the query again if it was invalidated."""
        if self._fresh and self._loading is None:
            self.send([subscriber])
        self._debouncer.resume()

    def _resend(self) -> None:
        self._resend_timer = None
        self.send()

    def _watched(self) -> bool:
        return any(subscriber.tab.watched for subscriber in self._subscribers)

    def _on_event(self, event: Event) -> None:  # in the thread that committed
        if self._invalidated(event) and not self._loop.is_closed():
            self._fresh = False
            self._loop.call_soon_threadsafe(self._debouncer.trigger)

    async def _refresh(self) -> None:
        self._fresh = False
        await self.ensure_fresh()
        self.send()

    async def _load(self) -> None:
        self._fresh = True  # set before the query: an event while it runs invalidates its result
        try:
            self.data = await self._query()
            self._data_version += 1
        except BaseException:
            self._fresh = False
            raise
        finally:
            self._loading = None


class LiveQuery(Generic[D]):
    """The subscription of one view. `data` is the result at load time."""

    def __init__(self, shared_query: SharedQuery[D], subscriber: Subscriber[D]) -> None:
        self._shared_query, self._subscriber = shared_query, subscriber
        self.data = shared_query.data

    def region(self, name: str, render: Render[D], *, classes: str = "", tag: str = "div", **props: str) -> None:
        """Show `render(t, data)` here, and patch it whenever its markup changes. `props` become attributes."""
        rendered = self._shared_query.rendered(self._subscriber.tab.language, render)
        element = put(rendered.markup, tag=tag)
        element.props["data-live"] = f"{self._shared_query.number}-{name}"
        if classes:  # then the element takes part in the layout
            element.classes(classes, remove="gs-put")
        for prop, value in props.items():
            element.props[prop.replace("_", "-")] = value
        self._subscriber.regions[name] = render
        self._subscriber.has[name] = rendered.version


async def subscribe(ctx: Ctx, query: Query[P, D], /, *args: P.args, **kwargs: P.kwargs) -> LiveQuery[D]:
    """Subscribe a view to a query that it shares with all views with equal arguments, and load the result.

    `query` is marked with `invalidated_by`. Subscribes before loading, so that no event is missed in between. Raises
    what the query raises.
    """
    key = (query, args, tuple(sorted(kwargs.items(), key=itemgetter(0))))
    shared_query: SharedQuery[D] | None = _shared_queries.get(key)
    if shared_query is None:
        shared_query = _shared_queries[key] = SharedQuery(
            lambda: load(query, *args, **kwargs), invalidates(query, **kwargs), shared=True
        )
    return await _subscribe(ctx, shared_query, lambda: _shared_queries.pop(key, None))


async def subscribe_private(
    ctx: Ctx, query: Callable[[], Awaitable[D]], *, invalidated: Callable[[Event], bool]
) -> LiveQuery[D]:
    """The same without sharing: `query` and the functions of the regions may depend on the reader.

    `invalidated` is the result of `invalidates` for the queries that `query` runs.
    """
    return await _subscribe(ctx, SharedQuery(query, invalidated), lambda: None)


async def _subscribe(ctx: Ctx, shared_query: SharedQuery[D], on_last: Callable[[], object]) -> LiveQuery[D]:
    subscriber: Subscriber[D] = Subscriber(ctx.tab)
    shared_query.join(subscriber)

    def leave() -> None:
        if shared_query.leave(subscriber):
            on_last()

    ctx.scope.add(leave)
    ctx.scope.add(ctx.tab.on_return(partial(shared_query.resume, subscriber)))
    ctx.is_live = True
    await shared_query.ensure_fresh()
    return LiveQuery(shared_query, subscriber)
