"""One set of data on many open pages: asked for once, rendered once a language, sent only where it differs.

A view says `live = await follow(ctx, query, **kwargs)` and puts `live.region(name, render)` wherever a
part of it may change. `render(t, data)` must be a pure function: what it returns is shown to everybody who asked the
same. Parts that are equal are not sent; in the browser new markup is laid over the old, so that focus, selection and
scroll stay.
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
from pages.live.reload import on_loop

log = logging.getLogger(__name__)
D = TypeVar("D")
P = ParamSpec("P")
Render: TypeAlias = Callable[[Translator, D], Markup]
# A browser confirms every 3 seconds what it has received; one that owes more than this gets nothing until it does.
MAX_UNCONFIRMED = 100
LOOK_AGAIN = 1.0  # seconds

_shared_queries: dict[Hashable, "SharedQuery[Any]"] = {}
_numbers = itertools.count(1)


@dataclass
class Rendered:
    """What one region shows in one language; `version` moves when that changes."""

    markup: Markup
    version: int = 0
    data_number: int = 0


@dataclass(eq=False)
class Subscriber(Generic[D]):
    """One view on one tab, and which version of each region it has."""

    tab: Tab
    regions: dict[str, Render[D]] = field(default_factory=dict)
    has: dict[str, int] = field(default_factory=dict)

    @property
    def free(self) -> bool:
        """Whether something can be sent now: a slow reader must not pile up what nobody will look at any more."""
        return self.tab.watched and len(self.tab.client.outbox.message_history) <= MAX_UNCONFIRMED


class SharedQuery(Generic[D]):
    """The data behind one or more views. Lives as long as somebody follows it."""

    def __init__(
        self, ask: Callable[[], Awaitable[D]], invalidated: Callable[[Event], bool], *, shared: bool = False
    ) -> None:
        self.number = next(_numbers)
        self.data: D
        self._ask = ask
        self._invalidated = invalidated
        self._loop = asyncio.get_running_loop()
        self._data_number = 0
        self._fresh = False
        self._asking: asyncio.Future[None] | None = None
        self._subscribers: set[Subscriber[D]] = set()
        self._rendered: dict[tuple[str, Render[D]], Rendered] = {}
        self._pace = Debouncer(self._refresh, watched=self._watched, waits=not shared)
        self._again: asyncio.TimerHandle | None = None
        self._unsubscribe = events.subscribe(self._on_event)

    def join(self, subscriber: Subscriber[D]) -> None:
        self._subscribers.add(subscriber)

    def leave(self, subscriber: Subscriber[D]) -> bool:
        """Whether that was the last one; the source has ended then."""
        self._subscribers.discard(subscriber)
        if self._subscribers:
            return False
        self._unsubscribe()
        self._pace.close()
        if self._again is not None:
            self._again.cancel()
        return True

    async def opened(self) -> None:
        """Wait until the data are there, as fresh as they must be for a page that is just being opened."""
        if self._asking is not None:  # that began before this call, and may be too old
            await asyncio.shield(self._asking)
        if not self._fresh:
            if self._asking is None:
                self._asking = asyncio.ensure_future(self._renew())
            await asyncio.shield(self._asking)

    def rendered(self, language: str, render: Render[D]) -> Rendered:
        """What a region shows now, from memory unless the data are newer."""
        known = self._rendered.get((language, render))
        if known is None:
            known = Rendered(render(translator(language), self.data), data_number=self._data_number)
            self._rendered[language, render] = known
        elif known.data_number != self._data_number:
            known.data_number = self._data_number
            markup = render(translator(language), self.data)
            if markup != known.markup:
                known.markup = markup
                known.version += 1
        return known

    def send(self, to: Collection[Subscriber[D]] | None = None) -> None:
        """Send each watcher the regions in which its copy differs; those who need the same share one message."""
        alike: dict[tuple[str, tuple[tuple[str, Render[D]], ...]], list[Subscriber[D]]] = defaultdict(list)
        late = False
        for subscriber in self._subscribers if to is None else to:
            if not subscriber.regions or not subscriber.tab.watched:
                continue
            language = subscriber.tab.language
            changed = tuple(
                (name, render)
                for name, render in subscriber.regions.items()
                if self.rendered(language, render).version != subscriber.has[name]
            )
            if changed and subscriber.free:
                alike[language, changed].append(subscriber)
            late = late or bool(changed and not subscriber.free)
        for (language, changed), subscribers in alike.items():
            pieces = [(name, self.rendered(language, render)) for name, render in changed]
            call = [text for name, piece in pieces for text in (f"{self.number}-{name}", str(piece.markup))]
            script = js_call("gs.live.patch", *call)
            for subscriber in subscribers:
                subscriber.has.update({name: piece.version for name, piece in pieces})
                subscriber.tab.client.outbox.enqueue_message(
                    "run_javascript", {"code": script}, subscriber.tab.client.id
                )
        if late and self._again is None:
            self._again = self._loop.call_later(LOOK_AGAIN, self._send_again)

    def look(self, subscriber: Subscriber[D]) -> None:
        """A tab is watched again: send what it has missed, and ask anew if something has happened."""
        if self._fresh and self._asking is None:
            self.send([subscriber])
        self._pace.look()

    def _send_again(self) -> None:
        self._again = None
        self.send()

    def _watched(self) -> bool:
        return any(subscriber.tab.watched for subscriber in self._subscribers)

    def _on_event(self, event: Event) -> None:  # in the thread that committed
        if self._invalidated(event) and not self._loop.is_closed():
            self._fresh = False
            self._loop.call_soon_threadsafe(self._pace.wake)

    async def _refresh(self) -> None:
        self._fresh = False
        await self.opened()
        self.send()

    async def _renew(self) -> None:
        self._fresh = True  # before asking: a change that is committed meanwhile asks once more
        try:
            self.data = await self._ask()
            self._data_number += 1
        except BaseException:
            self._fresh = False
            raise
        finally:
            self._asking = None


class LiveQuery(Generic[D]):
    """What `subscribe` gives to one view. `data` is the answer at load time."""

    def __init__(self, source: SharedQuery[D], subscriber: Subscriber[D]) -> None:
        self._source, self._subscriber = source, subscriber
        self.data = source.data

    def region(self, name: str, render: Render[D], *, classes: str = "", tag: str = "div", **props: str) -> None:
        """Show `render(t, data)` here, and again whenever its markup has changed."""
        rendered = self._source.rendered(self._subscriber.tab.language, render)
        place = put(rendered.markup, tag=tag)
        place.props["data-live"] = f"{self._source.number}-{name}"
        if classes:  # then it takes part in the layout itself
            place.classes(classes, remove="gs-put")
        for prop, value in props.items():
            place.props[prop.replace("_", "-")] = value
        self._subscriber.regions[name] = render
        self._subscriber.has[name] = rendered.version


async def subscribe(ctx: Ctx, query: Query[P, D], /, *args: P.args, **kwargs: P.kwargs) -> LiveQuery[D]:
    """Load what everybody sees who asks the same, and follow it. `query` is marked with `invalidated_by`.

    Subscribes before it loads, so that nothing is missed between.
    """
    key = (query, args, tuple(sorted(kwargs.items(), key=itemgetter(0))))
    source: SharedQuery[D] | None = _shared_queries.get(key)
    if source is None:
        source = _shared_queries[key] = SharedQuery(
            lambda: load(query, *args, **kwargs), invalidates(query, **kwargs), shared=True
        )
    return await _subscribe(ctx, source, lambda: _shared_queries.pop(key, None))


async def subscribe_alone(
    ctx: Ctx, ask: Callable[[], Awaitable[D]], *, invalidated: Callable[[Event], bool]
) -> LiveQuery[D]:
    """The same for what only this reader sees: `ask` and the regions' functions may know who that is.

    `invalidated` is what `invalidates` makes of the queries that `ask` reads.
    """
    return await _subscribe(ctx, SharedQuery(ask, invalidated), lambda: None)


def _changes_rights(ctx: Ctx, event: Event) -> bool:
    """What the reader may see is decided when the view is loaded: after these it is loaded anew."""
    return (
        isinstance(event, events.RoleChanged | events.UserSuspended)
        and ctx.actor is not None
        and event.user_id == ctx.actor.user_id
    )


async def _subscribe(ctx: Ctx, source: SharedQuery[D], ended: Callable[[], object]) -> LiveQuery[D]:
    subscriber: Subscriber[D] = Subscriber(ctx.tab)
    source.join(subscriber)

    def leave() -> None:
        if source.leave(subscriber):
            ended()

    ctx.scope.add(leave)
    ctx.scope.add(ctx.tab.on_return(partial(source.look, subscriber)))
    ctx.is_live = True
    on_loop(ctx.scope, partial(_changes_rights, ctx), ctx.tab.refresh)
    await source.opened()
    return LiveQuery(source, subscriber)
