"""Members who read pages, publish and change needs all the time, and count what goes wrong."""

import ssl
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from time import monotonic
from typing import Any

import httpx

PASSWORD = "Spring2026rain"
CLOCK = {"ps_begindate": "2031-03-01T09:00:00", "ps_enddate": "2031-03-01T11:00:00"}
_numbers = count(1)


class Client:
    """A member at the REST API of a site with TLS, by a connection for each request, as many visitors have."""

    def __init__(self, site: str, context: ssl.SSLContext, username: str) -> None:
        number = next(_numbers)
        self._http = httpx.Client(
            base_url=site,
            verify=context,
            headers={"Accept-Language": "en"},
            trust_env=False,
            timeout=30,
            limits=httpx.Limits(max_keepalive_connections=0),
        )
        shown = {"uname": username, "desc": "", "bname": f"{username} Wang", "phoneNo": f"136{number:08d}"}
        hidden = {"ctype": "身份证", "idno": f"1101011990{number:08d}", "bpwd": PASSWORD}
        self.send("POST", "/api/v1/auth/register", json=shown | hidden).raise_for_status()
        answer = self.send("POST", "/api/v1/auth/login", json={"username": username, "password": PASSWORD})
        self._http.headers["Authorization"] = f"Bearer {answer.json()['data']['token']}"

    def send(self, method: str, path: str, **content: Any) -> httpx.Response:
        return self._http.request(method, path, **content)

    def publish(self, title: str) -> int:
        need = {"ps_title": title, "ps_desc": "", "stype_id": 1, "cityID": 1} | CLOCK
        answer = self.send("POST", "/api/v1/service-requests", json=need)
        answer.raise_for_status()
        number: int = answer.json()["data"]["id"]
        return number

    def edit(self, need: int, description: str) -> None:
        self.send("PUT", f"/api/v1/service-requests/{need}", json={"ps_desc": description}).raise_for_status()


class Load:
    """What the members have done: `done` counts, `lost` says what went wrong, `longest` is the slowest in seconds."""

    def __init__(self, pause: float) -> None:
        self._pause = pause
        self.done: Counter[str] = Counter()
        self.lost: list[str] = []
        self.longest = 0.0
        self._over = threading.Event()

    def work(self, member: Client) -> None:
        """Until `stop`. Each answer must be a success; nothing is tried again."""
        need = 0

        def publish() -> None:
            nonlocal need
            need = member.publish("a lamp")

        acts: dict[str, Callable[[], object]] = {
            "publish": publish,
            "edit": lambda: member.edit(need, "the one in the hall"),
            "page": lambda: member.send("GET", "/login").raise_for_status(),
            "list": lambda: member.send("GET", "/api/v1/service-requests").raise_for_status(),
        }
        while not self._over.is_set():
            for name, act in acts.items():
                start = monotonic()
                try:
                    act()
                    self.done[name] += 1
                except httpx.HTTPError as error:
                    self.lost.append(f"{name}: {error!r}")
                self.longest = max(self.longest, monotonic() - start)
                self._over.wait(self._pause)

    def stop(self) -> None:
        self._over.set()


@contextmanager
def under_load(members: list[Client], *, pause: float = 0.02) -> Iterator[Load]:
    """All members at work in the background, until the block ends; `pause` seconds between two requests of each."""
    load = Load(pause)
    threads = [threading.Thread(target=load.work, args=(member,), daemon=True) for member in members]
    for thread in threads:
        thread.start()
    try:
        yield load
    finally:
        load.stop()
        for thread in threads:
            thread.join(60)
