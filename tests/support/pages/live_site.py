"""The real pages in this process, at an address that sockets can be opened at: tests may reach both of their ends."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI
from nicegui import Client

import pages
from gsapp import access, api, db, security
from gsapp.access import Actor
from gsapp.security.tokens import hash_token, new_token
from gsapp.services import sessions
from tests.support.api.people import make_settings
from tests.support.open_page import OpenPage

SOON = 5  # seconds


class StubbornPage:
    """An open page whose client does nothing that it is told, and says what it likes."""

    def __init__(self, site: str, path: str, cookies: Mapping[str, str]) -> None:
        self.got: list[str] = []
        self.page = OpenPage(site, path, cookies, lambda _, text: self.got.append(text))

    @property
    def client(self) -> Client:
        return Client.instances[self.page.client_id]

    @property
    def is_closed(self) -> bool:
        return self.page.error is not None

    async def says(self, event: str, *arguments: str) -> None:
        """Send an event that the page listens for; `arguments` are JSON."""
        layout = self.client.layout
        listeners = [key for key, each in layout._event_listeners.items() if each.type == event]
        await self.page.emit("event", id=layout.id, listener_id=(listeners or ["none"])[0], args=list(arguments))

    async def gets(self, words: str, *, seconds: float = SOON) -> None:
        async with asyncio.timeout(seconds):
            while not any(words in message for message in self.got):  # noqa: ASYNC110 - it has no event of its own
                await asyncio.sleep(0.01)


class LiveSite:
    """A running site; `open` opens a page of it, and `session` makes the cookie of somebody who is signed in."""

    def __init__(self, url: str, http: httpx.AsyncClient) -> None:
        self.url, self._http = url, http
        self.opened: list[StubbornPage] = []

    def session(self, actor: Actor, hours: int = 336) -> tuple[Actor, dict[str, str]]:
        token = new_token()
        db.write(sessions.open_session, user_id=actor.user_id, token_hash=hash_token(token), hours=hours)
        signed_in = db.read(access.identify, token_hash=hash_token(token))
        assert signed_in is not None
        cookie = security.vault().cookies.session(token)
        return signed_in, {cookie.key: cookie.value, "gs_lang": "en"}

    async def open(self, path: str, cookies: Mapping[str, str]) -> StubbornPage:
        page = StubbornPage(self.url, path, cookies)
        await page.page.open(self._http)
        self.opened.append(page)
        return page


@asynccontextmanager
async def live_site(folder: Path, **settings: Any) -> AsyncIterator[LiveSite]:
    """Serve the real pages over the database of this test. NiceGUI is a singleton: one at a time."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    chosen = make_settings(folder, base_url=url, **settings)
    security.configure(chosen, password_cost=4)
    app = FastAPI()
    api.install(app, chosen)
    pages.register(app, chosen)
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None))
    serving = asyncio.create_task(server._serve())
    async with asyncio.timeout(SOON):
        while not server.started:  # noqa: ASYNC110 - it has no event of its own
            await asyncio.sleep(0.01)
    before = set(Client.instances)
    async with httpx.AsyncClient(trust_env=False) as http:
        site = LiveSite(url, http)
        yield site
        for page in site.opened:
            await page.page.close()
    server.should_exit = True
    await serving
    for client_id in set(Client.instances) - before:  # their subscriptions belong to this event loop
        Client.instances[client_id].delete()
    security.forget()
