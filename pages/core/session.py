"""State of a browser tab (`Tab`) and of one view in it (`Ctx`), with the cleanup of that view (`Scope`)."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import parse_qsl

from nicegui import Client
from starlette.requests import Request

from gsapp.access import Actor
from gsapp.config import Settings
from gsapp.errors import NotSignedIn
from gsapp.i18n import Translator, best_language, translator
from gsapp.security import vault
from gsapp.security.cookies import preferences

log = logging.getLogger(__name__)
THEMES = {"light": False, "dark": True, "auto": None}


class Scope:
    """Cleanup callbacks of a view, which end its subscriptions and timers when it is replaced or the tab closes.

    All of them run, the latest first, even if one raises. A callback added to a closed scope runs immediately: a load
    that finishes after its page has gone must leave no subscription.
    """

    def __init__(self) -> None:
        self.closed = False
        self._ends = ExitStack()

    def add(self, end: Callable[[], object]) -> None:
        if self.closed:
            end()
        else:
            self._ends.callback(end)

    def close(self) -> None:
        self.closed = True
        try:
            self._ends.close()
        except Exception:
            log.exception("cleanup of a view failed")  # the next view must not suffer from it


class Doubt(Protocol):
    """A right of the reader that an event may have ended, and that is being checked."""

    async def settled(self) -> None: ...


@dataclass
class Tab:
    """State that a browser tab keeps while it moves from page to page.

    `session_hash` is looked up in the database for each view and action, because the websocket is only authenticated
    when it connects. The router sets `go`, `refresh` and `clear`; the layout sets `show_message` and `clear_messages`;
    `pages.live.rights` sets `identified`.
    """

    client: Client
    settings: Settings
    language: str
    theme: str
    large: bool
    session_hash: str | None
    cookies: Mapping[str, str]
    address: str
    keys: bool = True  # whether the key / moves the focus to the search
    language_chosen: bool = True  # in this browser; otherwise the language of the account is used
    go: Callable[[str, bool], None] = lambda url, instead: None
    refresh: Callable[[], None] = lambda: None
    clear: Callable[[], None] = lambda: None
    identified: Callable[[Actor | None, str], None] = lambda actor, url: None
    show_message: Callable[[str, str], None] = lambda text, kind: None
    clear_messages: Callable[[], None] = lambda: None
    questions: Scope = field(default_factory=Scope)  # open dialogs, closed when the tab moves to another address
    after_session: str = ""  # address to open when the session ends; empty: the sign-in page
    scope: Scope = field(default_factory=Scope)  # what runs as long as the tab, such as its notification badge
    ended_for: str = ""  # the tab has ended on the server, and its browser got the order to open this address
    doubts: set[Doubt] = field(default_factory=set)  # rights that are being checked: nothing is sent until then
    hidden: bool = False  # in a background tab, or the screen is off, says the browser
    _returns: dict[object, Callable[[], None]] = field(default_factory=dict)

    @property
    def may_read(self) -> bool:
        """Whether data may be sent: the rights that the page was opened with hold. May be read in any thread."""
        return not self.ended_for and not self.doubts

    @property
    def watched(self) -> bool:
        """Whether the page may be visible, and may be sent data: other tabs are not refreshed."""
        return self.client.has_socket_connection and not self.hidden and self.may_read

    async def settled(self) -> None:
        """Wait for the checks of rights that are under way; then see `ended_for`."""
        while self.doubts:
            for doubt in tuple(self.doubts):
                await doubt.settled()

    def on_return(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call `callback` whenever the tab becomes visible or reconnects. Returns the function that unsubscribes."""
        key = object()
        self._returns[key] = callback

        def end() -> None:
            self._returns.pop(key, None)

        return end

    def returned(self) -> None:
        """Run the callbacks of `on_return`, if the page may be visible."""
        if self.watched:
            for callback in list(self._returns.values()):
                callback()

    @property
    def t(self) -> Translator:
        return translator(self.language)


@dataclass
class Ctx:
    """One visit to one address. `query` has the first value of each name, `params` the numbers in the path."""

    tab: Tab
    actor: Actor | None
    path: str
    query: Mapping[str, str]
    url: str
    scope: Scope
    params: Mapping[str, int] = field(default_factory=dict)
    dirty: bool = False  # something was typed that a refresh would lose
    is_live: bool = False  # this view may be reloaded at any time
    periodic: bool = False  # ... and is, every half minute, also without an event
    acts: int = 0  # the reader's actions in progress: the view is reloaded when they are done
    acted: bool = False  # the reader has done something here
    outdated: bool = False  # a message says that this view has changed

    @property
    def t(self) -> Translator:
        return self.tab.t

    @property
    def client(self) -> Client:
        return self.tab.client

    @property
    def me(self) -> Actor:
        """The signed-in reader, on pages that only members reach. Raises `NotSignedIn` anywhere else."""
        if self.actor is None:
            raise NotSignedIn
        return self.actor

    def go(self, url: str, *, instead: bool = False) -> None:
        """Move this tab to a local address; `instead` replaces the history entry, so that Back does not return here."""
        self.tab.go(url, instead)

    def show_message(self, text: str, kind: str = "ok") -> None:
        """Show a message that stays until it is closed; `kind` is ok, info or bad."""
        self.tab.show_message(text, kind)

    @contextmanager
    def acting(self) -> Iterator[None]:
        """Postpone reloads of the view until an action of the reader is done."""
        self.acts += 1
        self.acted = True
        try:
            yield
        finally:
            self.acts -= 1
            self.tab.returned()

    def announce_change(self) -> None:
        """Show, once, that the view is out of date: it is not reloaded, because something was typed."""
        if not self.outdated:
            self.outdated = True
            self.show_message(self.t("Something has changed on this page. Reload it when you are ready."), "info")

    def reload_if_outdated(self) -> None:
        """Reload a view that `announce_change` was called for, if nothing typed would be lost."""
        if self.outdated and not self.dirty:
            self.outdated = False
            self.tab.refresh()

    def touched(self) -> None:
        """Something was typed: do not reload this view over it."""
        self.dirty = True


def tab_of(request: Request, client: Client, settings: Settings) -> Tab:
    """The tab that a request opens, with the preferences in its cookies. The session is not looked up yet."""
    kept = preferences(request.cookies)
    accepted = request.headers.get("accept-language", "")
    return Tab(
        client=client,
        settings=settings,
        language=kept.get("lang") or best_language(accepted, settings.language),
        language_chosen="lang" in kept,
        theme=kept.get("theme", "auto"),
        large=kept.get("large") == "1",
        keys=kept.get("keys") != "0",
        session_hash=vault().cookies.session_hash(request.cookies),
        cookies=request.cookies,
        address=request.client.host if request.client else "",
    )


def split(url: str) -> tuple[str, dict[str, str]]:
    """Path and first query values of a local address. Accepts any text; `//host` is a path like any other."""
    path, _, rest = url.partition("#")[0].partition("?")
    query: dict[str, str] = {}
    for name, value in parse_qsl(rest):
        query.setdefault(name, value)
    return path, query
