"""Shared live data: one query for all tabs, one rendering per language, only differences are sent."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from markupsafe import Markup
from nicegui import Client
from nicegui.page import page
from sqlmodel import Session

from gsapp import events
from gsapp.access import Actor
from gsapp.events import Event, MissedEvents, NeedEdited, RoleChanged
from gsapp.events.invalidation import invalidated_by
from gsapp.i18n import Translator
from pages.core.session import Ctx, Scope, Tab
from pages.live import debounce, regions
from pages.live.regions import LiveQuery, subscribe, subscribe_private
from tests.support.api.people import make_settings
from tests.support.pages.idle import idle

SOON = 5  # seconds
WORDS = Markup("<p>{words} {number}</p>")


class Town:
    """What the pages of this test show, and how often somebody asked."""

    def __init__(self) -> None:
        self.needs, self.helpers, self.asked = 1, "anna", 0
        self.rendered: list[str] = []
        self.trouble: Exception | None = None
        self.gate = threading.Event()
        self.gate.set()

    @invalidated_by(NeedEdited)
    def ask(self, session: Session, *, city: int) -> tuple[int, str]:
        self.asked += 1
        self.gate.wait(SOON)
        if self.trouble:
            raise self.trouble
        return self.needs + city, self.helpers

    def numbers(self, t: Translator, data: tuple[int, str]) -> Markup:
        self.rendered.append(t.language)
        return WORDS.format(words=t("Board"), number=data[0])

    def people(self, t: Translator, data: tuple[int, str]) -> Markup:
        return WORDS.format(words=data[1], number="")


class Reader:
    """A tab without a browser: `got` is what it was sent."""

    def __init__(self, folder: Path, language: str = "en", actor: Actor | None = None) -> None:
        client = Client(page(""))
        client.tab_id = "connected"
        self.tab = Tab(
            client=client,
            settings=make_settings(folder),
            language=language,
            theme="auto",
            large=False,
            session_hash=None,
            cookies={},
            address="",
        )
        self.ctx = Ctx(tab=self.tab, actor=actor, path="/", query={}, url="/", scope=Scope())
        self.got: list[str] = []
        self.refreshed = 0
        self.tab.refresh = self._refresh
        client.outbox.enqueue_message = self._receive  # type: ignore[method-assign]

    def _receive(self, message_type: str, data: Any, target_id: str) -> None:
        assert (message_type, target_id) == ("run_javascript", self.tab.client.id)
        self.got.append(data["code"])

    def _refresh(self) -> None:
        self.refreshed += 1

    async def open(self, town: Town, *, city: int = 0) -> LiveQuery[tuple[int, str]]:
        live = await subscribe(self.ctx, town.ask, city=city)
        with self.tab.client:
            live.region("numbers", town.numbers)
            live.region("people", town.people)
        return live


class Doubt:
    """A check that is not done yet."""

    async def settled(self) -> None: ...


def edited(event: Event) -> bool:
    return isinstance(event, NeedEdited)


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(SOON):
        while not happened():  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.005)


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
async def reader(app: FastAPI, tmp_path: Path) -> AsyncIterator[Callable[..., Reader]]:
    made: list[Reader] = []
    before = set(regions._shared_queries)  # of pages that other tests asked for and never opened

    def make(language: str = "en", actor: Actor | None = None) -> Reader:
        made.append(Reader(tmp_path, language, actor))
        return made[-1]

    yield make
    for one in made:
        one.ctx.scope.close()
        one.tab.client.delete()
    assert set(regions._shared_queries) == before, "the last one has left"


async def test_one_question_serves_all_and_each_language_is_rendered_once(
    town: Town, reader: Callable[..., Reader]
) -> None:
    readers = [reader(language) for language in ("en", "zh-CN") * 10]
    await asyncio.gather(*(one.open(town) for one in readers))
    assert (town.asked, sorted(town.rendered)) == (1, ["en", "zh-CN"])
    town.needs = 2
    for _ in range(10):
        events.publish(NeedEdited(1))
    await until(lambda: all(one.got for one in readers))
    assert (town.asked, len(town.rendered)) == (2, 4)
    assert {len(one.got) for one in readers} == {1}
    assert len({one.got[0] for one in readers}) == 2, "one message a language"


async def test_who_comes_while_the_answer_is_on_its_way_waits_for_it(town: Town, reader: Callable[..., Reader]) -> None:
    town.gate.clear()
    first = asyncio.create_task(reader().open(town))
    await until(lambda: town.asked == 1)
    second = asyncio.create_task(reader().open(town))
    source = regions._shared_queries[town.ask, (), (("city", 0),)]
    await until(lambda: len(source._subscribers) == 2)
    town.gate.set()
    assert (await first).data == (await second).data == (1, "anna")
    assert town.asked == 1


async def test_a_page_that_is_cancelled_takes_the_answer_from_nobody(town: Town, reader: Callable[..., Reader]) -> None:
    town.gate.clear()
    leaving, staying = reader(), reader()
    first, second = asyncio.create_task(leaving.open(town)), asyncio.create_task(staying.open(town))
    await until(lambda: town.asked == 1)
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    leaving.ctx.scope.close()
    town.gate.set()
    assert (await second).data == (1, "anna")
    assert town.asked == 1


async def test_a_view_whose_page_is_gone_already_follows_nothing(town: Town, reader: Callable[..., Reader]) -> None:
    one, subscribers = reader(), len(events.process_bus)
    one.ctx.scope.close()
    await one.open(town)
    assert len(events.process_bus) == subscribers
    one.tab.returned()
    events.publish(NeedEdited(1))
    await asyncio.sleep(debounce.DEBOUNCE_SECONDS * 2)
    assert town.asked == 1


async def test_only_regions_that_differ_are_sent(town: Town, reader: Callable[..., Reader]) -> None:
    one = reader()
    await one.open(town)
    town.helpers = "anna <script>alert(1)</script>"
    events.publish(NeedEdited(1))
    await until(lambda: bool(one.got))
    (call,) = one.got
    assert "-people" in call
    assert "-numbers" not in call
    assert "<script>" not in call
    events.publish(NeedEdited(1))
    await until(lambda: town.asked == 3)
    await idle()
    assert len(one.got) == 1, "nothing has changed"


async def test_pages_that_ask_something_else_are_left_alone(town: Town, reader: Callable[..., Reader]) -> None:
    here, there = reader(), reader()
    await here.open(town)
    await there.open(town, city=5)
    assert town.asked == 2
    events.publish(RoleChanged(9))
    await idle()
    assert town.asked == 2


async def test_whoever_cannot_keep_up_gets_nothing_until_then_the_newest(
    town: Town, reader: Callable[..., Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(regions, "RESEND_SECONDS", 0.02)
    monkeypatch.setattr(debounce, "THROTTLE_SECONDS", 0.01)
    slow, quick = reader(), reader()
    await slow.open(town)
    await quick.open(town)
    history = slow.tab.client.outbox.message_history
    history.extend((number, 0.0, ("", "", {})) for number in range(regions.MAX_UNCONFIRMED + 1))
    for number in range(5, 10):
        town.needs = number
        events.publish(NeedEdited(1))
        await until(lambda number=number: f"Board {number}<" in "".join(quick.got))  # type: ignore[misc]
    assert slow.got == []
    history.clear()
    await until(lambda: bool(slow.got))
    assert len(slow.got) == 1
    assert "Board 9<" in slow.got[0]


async def test_a_tab_that_nobody_looks_at_waits_and_nobody_asks_for_it(
    town: Town, reader: Callable[..., Reader]
) -> None:
    one = reader()
    await one.open(town)
    one.tab.hidden = True
    town.needs = 7
    events.publish(NeedEdited(1))
    await idle()
    assert (town.asked, one.got) == (1, [])
    one.tab.hidden = False
    one.tab.returned()
    await until(lambda: bool(one.got))
    assert "Board 7<" in one.got[0]


async def test_a_question_that_fails_leaves_the_page_as_it_is_and_is_asked_again(
    town: Town, reader: Callable[..., Reader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debounce, "RETRY_SECONDS", 0.02)
    one = reader()
    await one.open(town)
    town.trouble, town.needs = RuntimeError("the database is away"), 8
    events.publish(NeedEdited(1))
    await until(lambda: town.asked >= 3)
    assert one.got == []
    town.trouble = None
    await until(lambda: bool(one.got))


async def test_when_events_may_have_been_missed_everybody_asks_again(town: Town, reader: Callable[..., Reader]) -> None:
    one = reader()
    await one.open(town)
    town.needs = 3
    events.deliver(MissedEvents())
    await until(lambda: bool(one.got))


async def test_a_tab_whose_rights_are_being_checked_waits_until_it_may_read_again(
    town: Town, reader: Callable[..., Reader]
) -> None:
    one, other = reader(), reader()
    await one.open(town)
    await other.open(town)
    one.tab.doubts.add(Doubt())
    town.needs = 7
    events.publish(NeedEdited(1))
    await until(lambda: bool(other.got))
    assert one.got == []
    one.tab.doubts.clear()
    one.tab.returned()
    await until(lambda: bool(one.got))


async def test_a_view_of_ones_own_shares_nothing(reader: Callable[..., Reader]) -> None:
    asked: list[str] = []

    async def ask() -> str:
        asked.append("once")
        return "mine"

    one = reader()
    live = await subscribe_private(one.ctx, ask, invalidated=edited)
    with one.tab.client:
        live.region("mine", lambda t, data: WORDS.format(words=data, number=len(asked)))
    events.publish(NeedEdited(1))
    await until(lambda: bool(one.got))
    one.ctx.scope.close()
    events.publish(NeedEdited(1))
    await idle()
    assert len(asked) == 2
