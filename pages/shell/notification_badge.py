"""The bell: how much news is unread. It belongs to the frame, and moves by itself in every tab of its member."""

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
    """One tab's bell in the header, and the same number on the place of one's own in the bottom navigation."""

    def __init__(self, tab: Tab, actor: Actor) -> None:
        self._tab, self._actor, self._count = tab, actor, 0
        self._link: Element | None = None
        self._badges: list[TextElement] = []
        self._said: TextElement | None = None

    async def start(self, scope: Scope) -> None:
        """Follow this member's news until the scope closes, and look for the first time."""
        pace = Debouncer(self._refresh, watched=lambda: self._tab.watched)
        scope.add(pace.close)
        scope.add(self._tab.on_return(pace.look))
        on_loop(scope, invalidates(inbox_queries.unread, actor=self._actor), pace.wake)
        try:
            self._count = await fetch(inbox_queries.unread, actor=self._actor)
        except DomainError:
            log.warning("unread count not available yet")
            pace.wake()

    def link(self) -> None:
        """The bell itself; its name says the number, and a new one is read aloud."""
        t = self._tab.t
        with box("q-btn gs-btn gs-linkbtn gs-bell", tag="a", href="/inbox", data_nav="") as self._link:
            icon("notifications")
            text(t("News"), "gs-long", tag="span")
            self.badge()
        self._said = text("", tag="span", hidden="", data_aloud="bell")
        self._show()

    def badge(self) -> None:
        """The number alone; nothing while there is none."""
        self._badges.append(text("", "gs-badge", tag="span", aria_hidden="true"))
        self._show()

    async def _refresh(self) -> None:
        try:
            count = await fetch(inbox_queries.unread, actor=self._actor)
        except DomainError as error:
            raise RetryLater from error
        more, self._count = count > self._count, count
        self._show()
        if more and self._said is not None:
            self._said.text = self._words()

    def _show(self) -> None:
        words = "" if not self._count else str(self._count) if self._count <= MAX_COUNT_SHOWN else f"{MAX_COUNT_SHOWN}+"
        for badge in self._badges:
            badge.text = words
            badge.set_visibility(bool(words))
        if self._link is not None:
            self._link.props["aria-label"] = self._words()
            self._link.update()

    def _words(self) -> str:
        t = self._tab.t
        return t("News: {n} unread", n=t.number(self._count)) if self._count else t("News: all read")


async def seen(ctx: Ctx, *, need_id: int | None) -> None:
    """The reader looks at a need, or (`None`) at the own account: what is told about it is no longer news."""
    try:
        if await fetch(inbox_queries.unread_about, actor=ctx.me, need_id=need_id):
            await try_to_save(inbox.mark_seen, ctx.me, need_id=need_id)
    except DomainError:
        log.info("could not mark notifications as read")  # the page itself is what the reader came for
