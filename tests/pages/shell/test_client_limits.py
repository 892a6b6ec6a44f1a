"""How many pages may wait for the websocket of their browser: what goes, what stays, and what is refused."""

import gc
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import count
from typing import cast

import httpx
import pytest
from fastapi import FastAPI
from nicegui import Client, ui
from nicegui.page import page

import pages
from gsapp.security.throttle import network_of
from pages.shell import client_limits
from pages.shell.client_limits import PER_VISITOR, TOTAL, ClientLimits
from tests.support.api.people import browser, member, sign_in

_numbers = count()


@dataclass
class Tab:
    """As much of a NiceGUI client as the limits use."""

    id: str = field(default_factory=lambda: f"client {next(_numbers)}")
    elements: dict[int, object] = field(default_factory=dict)
    has_socket_connection: bool = False
    is_deleted: bool = False
    _connect: list[Callable[[], None]] = field(default_factory=list)
    _delete: list[Callable[[], None]] = field(default_factory=list)

    def on_connect(self, handler: Callable[[], None]) -> None:
        self._connect.append(handler)

    def on_delete(self, handler: Callable[[], None]) -> None:
        self._delete.append(handler)

    def connect(self) -> None:
        self.has_socket_connection = True
        for handler in self._connect:
            handler()

    def delete(self) -> None:
        self.is_deleted = True
        for handler in self._delete:
            handler()


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _load(limits: ClientLimits, visitor: str, *, sent: bool = True) -> Tab | None:
    tab = Tab()
    client = cast(Client, tab)
    if not limits.admit(client, visitor):
        return None
    if sent:
        limits.sent(client, visitor)
    return tab


def _loads(limits: ClientLimits, visitor: str, times: int) -> list[Tab | None]:
    return [_load(limits, visitor) for _ in range(times)]


def _alive(tabs: list[Tab | None]) -> int:
    return sum(tab is not None and not tab.is_deleted for tab in tabs)


def test_a_crawler_gets_a_thousand_pages_and_keeps_the_newest_hundred() -> None:
    limits = ClientLimits()
    tabs = _loads(limits, "203.0.113.7", 1000)
    assert None not in tabs
    assert (_alive(tabs), _alive(tabs[-PER_VISITOR:]), len(limits)) == (PER_VISITOR, PER_VISITOR, PER_VISITOR)


def test_thirty_tabs_that_connect_late_are_kept_beside_a_crawler() -> None:
    limits = ClientLimits()
    tabs = _loads(limits, "198.51.100.1", 30)
    _loads(limits, "203.0.113.7", 1000)
    assert _alive(tabs) == 30


def test_pages_that_have_connected_do_not_count() -> None:
    limits = ClientLimits(per_visitor=2)
    tabs = _loads(limits, "a", 2)
    for tab in tabs:
        assert tab is not None
        tab.connect()
    assert len(limits) == 0
    _loads(limits, "a", 2)
    assert _alive(tabs) == 2


def test_a_page_whose_browser_is_connecting_is_not_deleted() -> None:
    limits = ClientLimits(per_visitor=1)
    first = _load(limits, "a")
    assert first is not None
    first.has_socket_connection = True  # NiceGUI awaits something else before it calls the handlers of on_connect
    assert _load(limits, "a") is not None
    assert not first.is_deleted
    assert len(limits) == 1


def test_pages_that_are_being_built_are_not_deleted_and_their_number_is_limited() -> None:
    limits = ClientLimits(per_visitor=2)
    building = [_load(limits, "a", sent=False) for _ in range(2)]
    assert _load(limits, "a") is None
    assert _alive(building) == 2


def test_when_all_places_are_taken_the_one_who_has_most_is_refused_and_others_take_his_places() -> None:
    limits = ClientLimits(per_visitor=10, total=14)
    crawler, neighbour = _loads(limits, "crawler", 9), _loads(limits, "neighbour", 5)
    assert _load(limits, "crawler") is None
    assert _load(limits, "newcomer") is not None
    assert (_alive(crawler), _alive(neighbour), len(limits)) == (8, 5, 14)


def test_when_all_have_the_same_only_a_page_that_has_waited_long_makes_room(clock: Clock) -> None:
    limits = ClientLimits(total=3, now=clock)
    tabs = [_load(limits, f"visitor {n}") for n in range(3)]
    clock.now = 15
    assert _load(limits, "newcomer") is None
    clock.now = client_limits.LONG + 1
    assert _load(limits, "newcomer") is not None
    assert (_alive(tabs), len(limits)) == (2, 3)


def test_many_crawlers_together_keep_no_more_than_the_total() -> None:
    limits = ClientLimits()
    tabs = [_load(limits, f"crawler {n % 20}") for n in range(2000)]
    assert _alive(tabs) == len(limits) == TOTAL


def test_a_page_that_nicegui_deletes_is_forgotten() -> None:
    limits = ClientLimits()
    tab = _load(limits, "a")
    assert tab is not None
    tab.delete()
    assert len(limits) == 0


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("203.0.113.7", "203.0.113.8", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:203.0.113.7", "203.0.113.7", True),
    ],
)
def test_a_household_is_one_visitor(one: str, other: str, same: bool) -> None:
    assert (network_of(one) == network_of(other)) is same


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three pages for each visitor, five in all."""
    monkeypatch.setattr(pages, "ClientLimits", lambda: ClientLimits(per_visitor=3, total=5))


@pytest.fixture
def clients(_small: None, app: FastAPI) -> Iterator[Callable[[], int]]:
    """The number of clients that NiceGUI has made since the test began and still keeps."""
    before = set(Client.instances)
    yield lambda: len(set(Client.instances) - before)
    for client in [client for key, client in Client.instances.items() if key not in before]:
        client.delete()


async def test_a_crawler_leaves_three_clients_and_others_get_their_pages(
    clients: Callable[[], int], app: FastAPI
) -> None:
    async with browser(app) as crawler, browser(app, address="198.51.100.1") as neighbour:
        for _ in range(20):
            assert (await crawler.get("/quiet")).status_code == 200
        assert clients() == 3
        for _ in range(2):
            assert (await neighbour.get("/quiet")).status_code == 200
        assert clients() == 5
        refused = await crawler.get("/quiet")
        assert refused.status_code == 503
        assert refused.headers["retry-after"] == "10"
        assert "We are very busy right now." in refused.text
        assert "_nicegui" not in refused.text
        chinese = await crawler.get("/quiet", headers={"Accept-Language": "zh-CN"})
        assert "现在有点忙" in chinese.text
        assert clients() == 5


async def test_a_household_with_many_ipv6_addresses_has_one_share(clients: Callable[[], int], app: FastAPI) -> None:
    for n in range(6):
        async with browser(app, address=f"2001:db8:1:2::{n}") as visitor:
            assert (await visitor.get("/quiet")).status_code == 200
    assert clients() == 3


async def test_a_member_has_a_share_of_his_own_beside_strangers_of_his_network(
    clients: Callable[[], int], app: FastAPI
) -> None:
    member("anna")
    async with browser(app) as anna, browser(app) as stranger:
        await sign_in(anna)
        before = set(Client.instances)
        assert (await anna.get("/members")).status_code == 200
        own = set(Client.instances) - before
        for _ in range(6):
            await stranger.get("/quiet")
        assert own <= set(Client.instances)
    assert clients() == 4


@pytest.mark.parametrize(
    ("address", "status"),
    [("/nowhere", 404), ("/refused", 403), ("/moved", 303), ("/members", 303)],
)
async def test_errors_and_redirects_keep_no_client(
    clients: Callable[[], int], visitor: httpx.AsyncClient, address: str, status: int
) -> None:
    response = await visitor.get(address)
    assert response.status_code == status
    assert clients() == 0
    assert ("gs-no-socket" in response.text) is (status != 303)


@pytest.mark.parametrize("address", ["/broken", "/half-built"])
async def test_a_page_after_a_fault_keeps_its_socket_and_counts(
    clients: Callable[[], int], visitor: httpx.AsyncClient, address: str
) -> None:
    for _ in range(5):
        response = await visitor.get(address)
        assert response.status_code == 500
        assert "gs-no-socket" not in response.text
    assert clients() == 3


async def test_the_last_resort_keeps_no_client(
    clients: Callable[[], int], visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("pages.shell.layout.frame", fail)
    response = await visitor.get("/quiet")
    assert response.status_code == 500
    assert "gs-no-socket" in response.text
    assert clients() == 0


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;anonymous-client-ip"])
async def test_a_prefetch_is_refused_and_keeps_no_client(
    clients: Callable[[], int], visitor: httpx.AsyncClient, purpose: str
) -> None:
    assert (await visitor.get("/quiet", headers={"Sec-Purpose": purpose})).status_code == 503
    assert clients() == 0
    assert (await visitor.get("/quiet", headers={"Sec-Purpose": "prefetch;prerender"})).status_code == 200
    assert clients() == 1


async def test_a_head_request_keeps_no_client(clients: Callable[[], int], visitor: httpx.AsyncClient) -> None:
    await visitor.head("/quiet")
    assert clients() == 0


async def test_an_ordinary_page_opens_its_socket(clients: Callable[[], int], visitor: httpx.AsyncClient) -> None:
    response = await visitor.get("/quiet")
    assert "gs-no-socket" not in response.text
    assert clients() == 1


async def test_a_deleted_page_is_freed_without_a_garbage_collection(app: FastAPI) -> None:
    client = Client(page(""))
    with client:
        label = ui.label("words")
    parts = [weakref.ref(part) for part in (label.props, label.classes, label.style)]
    gc.collect()
    gc.disable()
    try:
        client_limits.delete(client)
        del client, label
        assert [part() for part in parts] == [None, None, None]
    finally:
        gc.enable()
