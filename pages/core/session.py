"""What a view knows about its reader: who, in which language, at which address."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
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
    """Ends what a view started, such as subscriptions and timers, when the next view replaces it or the tab closes.

    Each end runs, the latest first, whatever another one raises. What is added to a closed scope ends immediately: a
    load that continues after its page has gone leaves nothing behind.
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


@dataclass
class Tab:
    """What stays the same while a browser tab moves from page to page.

    `session_hash` is looked up in the database at each step: the socket itself never asks who is there. `go` and
    `refresh` are the router's; `messages` shows messages above the view.
    """

    client: Client
    settings: Settings
    language: str
    theme: str
    large: bool
    session_hash: str | None
    cookies: Mapping[str, str]
    address: str
    keys: bool = True  # the key / leads to the search
    language_chosen: bool = True  # in this browser; otherwise what the member chose elsewhere counts
    go: Callable[[str, bool], None] = lambda url, instead: None
    refresh: Callable[[], None] = lambda: None
    show_message: Callable[[str, str], None] = lambda text, kind: None
    clear_messages: Callable[[], None] = lambda: None
    questions: Scope = field(default_factory=Scope)  # open dialogs, which a move to another address ends
    after_session: str = ""  # where to go when the session ends, if that is not the sign-in page
    hidden: bool = False  # behind another tab, or the phone is in a pocket
    _returns: dict[object, Callable[[], None]] = field(default_factory=dict)

    @property
    def watched(self) -> bool:
        """Whether somebody may be looking, so that refreshing is worth it."""
        return self.client.has_socket_connection and not self.hidden

    def on_return(self, callback: Callable[[], None]) -> Callable[[], None]:
        """Call back whenever somebody looks again, or the connection is there again. Returns what ends it."""
        key = object()
        self._returns[key] = callback

        def end() -> None:
            self._returns.pop(key, None)

        return end

    def returned(self) -> None:
        if self.watched:
            for callback in list(self._returns.values()):
                callback()

    @property
    def t(self) -> Translator:
        return translator(self.language)


@dataclass
class Ctx:
    """One visit to one address. `query` has the first value of each name, `params` what the pattern caught."""

    tab: Tab
    actor: Actor | None
    path: str
    query: Mapping[str, str]
    url: str
    scope: Scope
    params: Mapping[str, int] = field(default_factory=dict)
    dirty: bool = False  # something was typed that a refresh would lose
    is_live: bool = False  # this view may be loaded anew at any time
    periodic: bool = False  # ... and is, every half minute, whatever happens
    acts: int = 0  # how many acts of the reader are under way: their own change is shown when they are done
    acted: bool = False  # the reader has done something here
    told: bool = False  # that this view is no longer what it was

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
        """Move this tab to a local address; `instead` of this one, to which the back button then does not return."""
        self.tab.go(url, instead)

    def show_message(self, text: str, kind: str = "ok") -> None:
        """Show a message that stays until it is closed; `kind` is ok, info or bad."""
        self.tab.show_message(text, kind)

    @contextmanager
    def acting(self) -> Iterator[None]:
        self.acts += 1
        self.acted = True
        try:
            yield
        finally:
            self.acts -= 1
            self.tab.returned()

    def say_changed(self) -> None:
        """Something was typed, so the view stays; once is enough."""
        if not self.told:
            self.told = True
            self.show_message(self.t("Something has changed on this page. Reload it when you are ready."), "info")

    def catch_up(self) -> None:
        """What was typed is gone: show what changed meanwhile."""
        if self.told and not self.dirty:
            self.told = False
            self.tab.refresh()

    def touched(self) -> None:
        """Something was typed: do not refresh this view under the reader's hands."""
        self.dirty = True


def tab_of(request: Request, client: Client, settings: Settings) -> Tab:
    """The tab that a request opens, before its reader is known."""
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
    """Path and first query values of a local address, whatever was typed there; `//host` is a path like any other."""
    path, _, rest = url.partition("#")[0].partition("?")
    query: dict[str, str] = {}
    for name, value in parse_qsl(rest):
        query.setdefault(name, value)
    return path, query
