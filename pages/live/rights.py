"""Revocation: a tab ends on the server as soon as its session, account, role or link ends, even if its browser stays.

An event that may end a right stops all data in the thread that committed it, before the right is looked up again. No
query runs for other events. What no event announces is found by a check twice a minute and when the session expires:
changes by a process that is not connected by Redis, and sessions that end by time.
"""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from urllib.parse import quote

from nicegui import background_tasks

from gsapp import access, clock, events
from gsapp.access import Actor
from gsapp.errors import DomainError
from gsapp.events import Event, MissedEvents
from pages.core.actions import load
from pages.core.js import js_call
from pages.core.session import Scope, Tab
from pages.live import sockets

log = logging.getLogger(__name__)
CHECK_SECONDS = 30.0  # seconds between checks that no event requests
RETRY_SECONDS = 2.0  # seconds until a check that failed is repeated
REVOKING = (events.SessionsEnded, events.RoleChanged, events.UserSuspended, events.UserLeft)


def end(tab: Tab, address: str) -> None:
    """End a tab: close its subscriptions, clear its content, send nothing more than the order to open `address`.

    The socket is closed soon after: a browser that ignores the order gets nothing.
    """
    if tab.ended_for:
        return
    tab.ended_for = address
    tab.scope.close()
    tab.questions.close()
    outbox = tab.client.outbox
    for waiting in (outbox.updates, outbox.messages, outbox.message_history):
        waiting.clear()
    tab.clear()
    outbox.enqueue_message("run_javascript", {"code": js_call("gs.navigation.replace", address)}, tab.client.id)
    # What is still running for this tab, such as a handler that waits for the database, must not send its result.
    outbox.enqueue_update = outbox.enqueue_message = _discard  # type: ignore[method-assign, assignment]
    sockets.end(tab.client)


class Right:
    """A right that a tab depends on. `check` returns the address to open if the right has ended, otherwise nothing.

    From an event for which `affects` is true until the check is done, the tab is sent nothing.
    """

    def __init__(
        self, tab: Tab, scope: Scope, *, affects: Callable[[Event], bool], check: Callable[[], Awaitable[str]]
    ) -> None:
        self._tab, self._affects, self._check = tab, affects, check
        self._loop = asyncio.get_running_loop()
        self._latest: object = None  # identifies the latest event
        self._closed = False
        self._task: asyncio.Task[None] | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._unsubscribe = events.subscribe(self._on_event)
        scope.add(self.close)

    def close(self) -> None:
        """Stop checking this right."""
        self._closed = True
        self._unsubscribe()
        if self._timer is not None:
            self._timer.cancel()
        self._tab.doubts.discard(self)

    def schedule(self, seconds: float | None = None) -> None:
        """Schedule the next check that no event requests, `seconds` from now at the latest."""
        if self._timer is not None:
            self._timer.cancel()
        pause = CHECK_SECONDS * random.uniform(0.8, 1.2)  # noqa: S311 - not for secrets
        if not self._closed:
            self._timer = self._loop.call_later(pause if seconds is None else min(pause, seconds), self._start)

    async def settled(self) -> None:
        """Wait for the check that the latest event has requested."""
        self._start()
        if self._task is not None:
            await asyncio.shield(self._task)

    def doubt(self) -> None:
        """Stop all data for the tab until the right was looked up again. May be called in any thread."""
        self._latest = object()  # before it is added, see `_run`
        self._tab.doubts.add(self)
        self._loop.call_soon_threadsafe(self._start)

    def _on_event(self, event: Event) -> None:  # in the thread that committed
        if (isinstance(event, MissedEvents) or self._affects(event)) and not self._loop.is_closed():
            self.doubt()

    def _start(self) -> None:
        if self._closed:
            self._tab.doubts.discard(self)
        elif self._task is None:
            self._task = background_tasks.create(self._run(), name="check of a right")

    async def _run(self) -> None:
        doubted = self in self._tab.doubts
        try:
            while not self._closed:
                checked = self._latest
                if (address := await self._checked()) is None:
                    await asyncio.sleep(RETRY_SECONDS)
                    continue
                if address:
                    end(self._tab, address)
                    return
                self._tab.doubts.discard(self)
                if checked is self._latest:
                    break
                self._tab.doubts.add(self)  # an event came during the check
                doubted = True
        finally:
            self._task = None
        if not self._closed:
            self.schedule()
        if doubted:
            self._tab.returned()

    async def _checked(self) -> str | None:
        try:
            return await self._check()
        except DomainError:
            log.warning("a right could not be checked yet")
        except Exception:
            log.exception("check of a right failed")
        return None


class SessionRight(Right):
    """The session of a tab, with the account and the role of its user."""

    def __init__(self, tab: Tab) -> None:
        self._actor: Actor | None = None
        self._is_known = False  # the first view has looked the session up
        self._url = ""
        super().__init__(tab, tab.scope, affects=self._is_affected_by, check=self._look_up)
        tab.identified = self._identified

    def _is_affected_by(self, event: Event) -> bool:
        if not isinstance(event, REVOKING):
            return False
        if not self._is_known:
            return True
        if self._actor is None or event.user_id != self._actor.user_id:
            return False
        return not isinstance(event, events.SessionsEnded) or self._actor.session_id in event.session_ids

    def _identified(self, actor: Actor | None, url: str) -> None:
        """A view of this tab has looked up its user."""
        if self._closed:
            return
        self._url = url
        if not self._is_known:
            self._is_known, self._actor = True, actor
            if self._latest is not None:  # an event came while the session was looked up
                self.doubt()
        elif self._actor is not None and (address := self._lost(actor, f"/login?next={quote(url, safe='')}")):
            end(self._tab, address)
        self.schedule()

    async def _look_up(self) -> str:
        before = self._actor
        if not self._is_known or before is None or self._tab.session_hash is None:
            return ""
        actor = await load(access.identify, token_hash=self._tab.session_hash)
        address = self._lost(actor, "/login")
        if not address and actor is not None and actor.role is not before.role:
            self._tab.refresh()
        return address

    def _lost(self, actor: Actor | None, sign_in: str) -> str:
        """The address to open if the session, or the role, that this tab was opened with has ended."""
        before, self._actor = self._actor, actor
        if actor is None:
            return self._tab.after_session or sign_in
        return self._url if before is not None and before.is_coordinator and not actor.is_coordinator else ""

    def schedule(self, seconds: float | None = None) -> None:
        """Schedule the next check: at the latest when the session expires, which it does without an event."""
        if self._actor is not None and self._actor.session_expires_at is not None:
            left = (self._actor.session_expires_at - clock.now()).total_seconds()
            super().schedule(max(left, 0.5))


def _discard(*_: object) -> None:
    """In place of sending."""
