"""Limits memory: how many pages may wait for the websocket of their browser, for each visitor and in all.

NiceGUI keeps the elements of a page, up to 1 MB, for a minute if no browser connects. Crawlers, link checkers and load
generators never connect, so that a single one could take all memory. A page that was deleted before its browser
connected is loaded again by `connection.js`, with what was typed.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import monotonic

from nicegui import Client

PER_VISITOR = 100
"""Pages of one visitor that wait: a hundred people behind one address, each on a network that needs many seconds."""
TOTAL = 400
LONG = 20.0  # seconds; a page on a slow network (3G, 400 kbit/s) connects after 9


@dataclass
class _Waiting:
    """A page whose browser has not connected yet. Without `sent` it is being built, and is not deleted."""

    client: Client
    visitor: str
    since: float
    sent: bool = False


class ClientLimits:
    """Counts the waiting pages of a process and decides which one is deleted, or which load is refused.

    One object for each application, in `app.state.client_limits`. It is used on the event loop only.
    """

    def __init__(self, per_visitor: int = PER_VISITOR, total: int = TOTAL, now: Callable[[], float] = monotonic):
        self._per_visitor, self._total, self._now = per_visitor, total, now
        self._waiting: dict[str, OrderedDict[str, _Waiting]] = {}  # by visitor, and by client, the oldest first
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def admit(self, client: Client, visitor: str) -> bool:
        """Count a page that is about to be built. Returns False if it must be refused for lack of memory.

        `visitor` is a network or a session. A visitor with too many waiting pages loses the oldest one.
        """
        if not self._make_room(visitor):
            return False
        self._waiting.setdefault(visitor, OrderedDict())[client.id] = _Waiting(client, visitor, self._now())
        self._count += 1
        forget = partial(self._forget, client.id, visitor)
        client.on_connect(forget)
        client.on_delete(forget)
        return True

    def sent(self, client: Client, visitor: str) -> None:
        """The page is built: from now on it may be deleted."""
        own = self._waiting.get(visitor)
        if own is not None and client.id in own:
            own[client.id].sent = True

    def _make_room(self, visitor: str) -> bool:
        own = len(self._waiting.get(visitor, ()))
        if self._count < self._total:
            return own < self._per_visitor or self._delete_oldest(visitor)
        # A visitor with few pages takes the place of one with many, who is refused. If all have the same, the page that
        # has waited longest goes, unless it may still connect: deleting it would help one visitor and harm another.
        most = max(self._waiting, key=lambda each: len(self._waiting[each]))
        if len(self._waiting[most]) > own + 1:
            return self._delete_oldest(most)
        oldest = min((next(iter(pages.values())) for pages in self._waiting.values()), key=lambda each: each.since)
        return self._now() - oldest.since > LONG and self._delete_oldest(oldest.visitor)

    def _delete_oldest(self, visitor: str) -> bool:
        for waiting in list(self._waiting[visitor].values()):
            if waiting.client.has_socket_connection:  # it is connecting: the handlers of on_connect run soon
                self._forget(waiting.client.id, visitor)
                return True
            if waiting.sent:
                delete(waiting.client)
                return True
        return False

    def _forget(self, client_id: str, visitor: str) -> None:
        own = self._waiting.get(visitor)
        if own is None or own.pop(client_id, None) is None:
            return
        self._count -= 1
        if not own:
            del self._waiting[visitor]


def delete(client: Client) -> None:
    """Delete a page and free its memory, without waiting for a garbage collection, which would stop all users.

    Only for a page that no browser has connected to: events that still arrive would find broken elements.
    """
    if client.is_deleted:
        return
    elements = list(client.elements.values())
    client.delete()
    for element in elements:
        # Each has a handler that refers back to it. Most objects of a page are in such a cycle.
        for part in (element.props, element.classes, element.style):
            vars(part).clear()
