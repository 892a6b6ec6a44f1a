"""Members, and pages as their browsers keep them open, without the browsers: hundreds fit into one process."""

import asyncio
import json
import re
import uuid
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any
from urllib.parse import urlencode

import httpx
from websockets.asyncio.client import ClientConnection, connect

PASSWORD = "Spring2026rain"
CONFIRM_EVERY = 3.0  # seconds, as browsers do
Seen = Callable[[float, str], None]


class Member:
    """Somebody who is signed in at the site with this address, by the REST API and in a browser."""

    def __init__(self, site: str, username: str) -> None:
        self.site = site
        number = sum(map(ord, username))
        self.bearer: dict[str, str] = {}
        person = {"uname": username, "ctype": "护照", "idno": f"E{number:08d}", "bname": f"{username} Wang"}
        self.call("POST", "/auth/register", person | {"bpwd": PASSWORD, "phoneNo": f"138{number:08d}"})
        token = self.call("POST", "/auth/login", {"username": username, "password": PASSWORD})["token"]
        self.bearer = {"Authorization": f"Bearer {token}"}
        self.username = username
        self.cookies = self.sign_in()

    def sign_in(self) -> dict[str, str]:
        """The cookies of one more browser of this member."""
        with httpx.Client(base_url=self.site, trust_env=False, headers={"Origin": self.site}) as browser:
            browser.post("/auth/login", data={"username": self.username, "password": PASSWORD})
            return dict(browser.cookies)

    def call(self, method: str, path: str, body: dict[str, Any]) -> dict[str, Any]:
        address = f"{self.site}/api/v1{path}"
        answer = httpx.request(method, address, json=body, headers=self.bearer, trust_env=False, timeout=10)
        assert answer.is_success, answer.text
        data: dict[str, Any] = answer.json()["data"]
        return data


class NotOpened(Exception):
    """The page could not be opened; the text says why."""


class OpenPage:
    """One open page. `seen(monotonic time, message)` is called with every message that the page receives."""

    def __init__(self, site: str, path: str, cookies: Mapping[str, str], seen: Seen) -> None:
        self._site, self._path, self._cookies, self._seen = site, path, cookies, seen
        self._socket: ClientConnection | None = None
        self._client_id = ""
        self._next = 0
        self._tasks: list[asyncio.Task[None]] = []
        self.socket_cookies: Mapping[str, str] | None = None
        self.html = ""
        self.error: str | None = None

    async def open(self, http: httpx.AsyncClient) -> None:
        """Load the page and connect its socket."""
        answer = await http.get(self._site + self._path, headers={"Cookie": _header(self._cookies)})
        if answer.status_code != 200:
            raise NotOpened(f"{self._path} answered {answer.status_code}")
        self.html = answer.text
        known = re.search(r"query: (\{.*?\}),\n", self.html)
        if known is None:
            raise NotOpened("the page names no socket")
        query = json.loads(known[1].replace("'", '"').replace("True", "true").replace("False", "false"))
        self._client_id, self._next = query["client_id"], query["next_message_id"]
        socket = await self.connect()
        self._tasks = [asyncio.create_task(self._listen(socket)), asyncio.create_task(self._confirm(socket))]

    async def connect(self) -> ClientConnection:
        """Open a socket for the page that was loaded; `socket_cookies` are sent in place of its own, if given."""
        words = {
            "EIO": "4",
            "transport": "websocket",
            "client_id": self._client_id,
            "next_message_id": str(self._next),
            "implicit_handshake": "true",
            "document_id": str(uuid.uuid4()),
            "tab_id": str(uuid.uuid4()),
        }
        cookies = self._cookies if self.socket_cookies is None else self.socket_cookies
        socket = self._socket = await connect(
            self._site.replace("http", "ws", 1) + "/_nicegui_ws/socket.io/?" + urlencode(words),
            origin=self._site,  # type: ignore[arg-type]
            additional_headers={"Cookie": _header(cookies)} if cookies else {},
            max_size=None,
            proxy=None,
        )
        await socket.recv()  # what the engine offers
        await socket.send("40")
        answer_text = await socket.recv()
        if not str(answer_text).startswith("40"):
            raise NotOpened(f"the socket answered {answer_text!r}")
        return socket

    @property
    def client_id(self) -> str:
        return self._client_id

    async def emit(self, name: str, **message: Any) -> None:
        """Send what a browser, or a program that is none, may send."""
        await self.send("42" + json.dumps([name, {"client_id": self._client_id} | message]))

    async def send(self, frame: str) -> None:
        assert self._socket is not None
        await self._socket.send(frame)

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        if self._socket is not None:
            await self._socket.close()

    async def _listen(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                now, text = monotonic(), str(message)
                if text == "2":
                    await socket.send("3")
                elif text.startswith("42"):
                    self._next += 1
                    self._seen(now, text)
                else:
                    self.error = f"unexpected: {text[:100]}"
        except Exception as error:  # noqa: BLE001 - whatever ends a page is counted, and told at the end
            self.error = repr(error)
        else:
            self.error = "the server has closed the page"

    async def _confirm(self, socket: ClientConnection) -> None:
        while True:
            await asyncio.sleep(CONFIRM_EVERY)
            confirmed = {"client_id": self._client_id, "next_message_id": self._next}
            await socket.send("42" + json.dumps(["ack", confirmed]))


def _header(cookies: Mapping[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())
