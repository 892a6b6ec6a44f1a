"""The notification badge: the number of unread notifications, kept up to date in every open tab of its member."""

import logging

from nicegui.element import Element
from nicegui.elements.mixins.text_element import TextElement

from gsapp.access import Actor
from gsapp.errors import DomainError
from gsapp.events.invalidation import invalidates
from gsapp.queries import inbox as inbox_queries
from gsapp.services import inbox
from pages.components.basics import box, icon, text
from pages.core.actions import load as fetch
from pages.core.actions import try_to_save
from pages.core.session import Ctx, Scope, Tab
from pages.live.debounce import Debouncer, RetryLater
from pages.live.reload import on_loop

log = logging.getLogger(__name__)
MAX_COUNT_SHOWN = 99


class Bell:
    """The bell of one tab in the header, and the same number at the entry "Mine" of the bottom navigation."""

    def __init__(self, tab: Tab, actor: Actor) -> None:
        self._tab, self._actor, self._count = tab, actor, 0
        self._link: Element | None = None
        self._badges: list[TextElement] = []
        self._announcement: TextElement | None = None

    async def start(self, scope: Scope) -> None:
        """Subscribe to this member's notifications until the scope closes, and load the number for the first time."""
        debouncer = Debouncer(self._refresh, watched=lambda: self._tab.watched)
        scope.add(debouncer.close)
        scope.add(self._tab.on_return(debouncer.resume))
        on_loop(scope, invalidates(inbox_queries.unread, actor=self._actor), debouncer.trigger)
        try:
            self._count = await fetch(inbox_queries.unread, actor=self._actor)
        except DomainError:
            log.warning("unread count not available yet")
            debouncer.trigger()

    def link(self) -> None:
        """The link with the bell. Its accessible name contains the number; screen readers announce a higher number."""
        t = self._tab.t
        with box("q-btn gs-btn gs-linkbtn gs-bell", tag="a", href="/inbox", data_nav="") as self._link:
            icon("notifications")
            text(t("News"), "gs-long", tag="span")
            self.badge()
        self._announcement = text("", tag="span", hidden="", data_aloud="bell")
        self._show()

    def badge(self) -> None:
        """The number alone; hidden while it is zero."""
        self._badges.append(text("", "gs-badge", tag="span", aria_hidden="true"))
        self._show()

    async def _refresh(self) -> None:
        try:
            count = await fetch(inbox_queries.unread, actor=self._actor)
        except DomainError as error:
            raise RetryLater from error
        if not self._tab.may_read:
            raise RetryLater
        more, self._count = count > self._count, count
        self._show()
        if more and self._announcement is not None:
            self._announcement.text = self._label()

    def _show(self) -> None:
        words = "" if not self._count else str(self._count) if self._count <= MAX_COUNT_SHOWN else f"{MAX_COUNT_SHOWN}+"
        for badge in self._badges:
            # With the space, the visible words "News 3" are part of the accessible name "News: 3 unread".
            badge.text = f" {words}" if words else ""
            badge.set_visibility(bool(words))
        if self._link is not None:
            self._link.props["aria-label"] = self._label()
            self._link.update()

    def _label(self) -> str:
        t = self._tab.t
        return t("News: {n} unread", n=t.number(self._count)) if self._count else t("News: all read")


async def mark_read(ctx: Ctx, *, need_id: int | None) -> None:
    """Mark the notifications about a need, or (`None`) about the account, as read: the reader is looking at it.

    Best effort: the page is shown even if this fails.
    """
    try:
        if await fetch(inbox_queries.unread_about, actor=ctx.me, need_id=need_id):
            await try_to_save(inbox.mark_seen, ctx.me, need_id=need_id)
    except DomainError:
        log.info("could not mark notifications as read")
