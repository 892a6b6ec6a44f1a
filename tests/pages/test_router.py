"""How one tab moves, what ends with a view, and what follows a change made elsewhere."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Coroutine
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI
from nicegui import Client, ui
from nicegui.page import page

from gsapp import events
from gsapp.errors import Busy, NotFound, NotSignedIn
from gsapp.events import Event, NeedEdited, SessionsEnded
from pages import live, pace
from pages.components.basics import once
from pages.components.dialogs import confirm
from pages.router import Redirect, Route, Router, View
from pages.session import Ctx, Scope, Tab
from tests.api.people import make_settings

SOON = 5  # seconds within which anything must have happened


class Visit:
    """A tab without a browser: `sent` is what the browser would have been told to run."""

    def __init__(self, tab: Tab) -> None:
        self.tab = tab
        self.sent: list[str] = []
        self.shown: list[str] = []
        self.gate = asyncio.Event()
        self.heard: list[Event] = []
        self.gone = False
        self.trouble: Exception | None = None
        self.ctx: Ctx
        with tab.client:
            self.box = ui.element("div")
        routes = [
            Route("/quick/{number}", self.quick, members_only=False),
            Route("/slow/{number}", self._slow, members_only=False),
            Route("/away", self._away, members_only=False),
            Route("/following/{number}", self._following, members_only=False),
        ]
        self.router = Router(routes, tab)
        self.router.box = self.box

    async def until(self, happened: Callable[[], bool]) -> None:
        async with asyncio.timeout(SOON):
            while not happened():  # noqa: ASYNC110 - what is waited for has no event of its own
                await asyncio.sleep(0.01)

    def _view(self, ctx: Ctx) -> View:
        self.ctx = ctx

        def build() -> None:
            self.shown.append(ctx.path)
            ui.label(ctx.path)

        return View(ctx.path, build)

    async def quick(self, ctx: Ctx) -> View:
        return self._view(ctx)

    async def _slow(self, ctx: Ctx) -> View:
        ctx.scope.add(events.subscribe(self.heard.append))
        await self.gate.wait()
        return self._view(ctx)

    async def _away(self, ctx: Ctx) -> Redirect:
        return Redirect("/quick/1")

    async def _following(self, ctx: Ctx) -> View:
        live.keep_fresh(ctx, lambda event: isinstance(event, NeedEdited) and event.need_id == ctx.params["number"])
        if self.gone:
            raise NotFound
        if (trouble := self.trouble) is not None:
            self.trouble = None
            raise trouble
        return self._view(ctx)


@pytest.fixture
async def visit(app: FastAPI, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Visit]:
    client = Client(page(""))
    client.tab_id = "connected"
    tab = Tab(
        client=client,
        settings=make_settings(tmp_path),
        language="en",
        theme="auto",
        large=False,
        session_hash=None,
        cookies={},
        address="",
    )
    made = Visit(tab)
    monkeypatch.setattr(client, "run_javascript", made.sent.append)
    yield made
    if not client.is_deleted:
        client.delete()


async def test_a_newer_click_wins_over_one_still_loading(visit: Visit) -> None:
    older = asyncio.create_task(visit.router.show("/slow/1", 1))
    await asyncio.sleep(0)
    await visit.router.show("/quick/2", 2)
    visit.gate.set()
    await older
    assert visit.shown == ["/quick/2"]
    assert [call for call in visit.sent if "gsDone" in call] == ["gsDone(2)"]


async def test_a_view_that_lost_leaves_nothing_behind(visit: Visit) -> None:
    older = asyncio.create_task(visit.router.show("/slow/1", 1))
    await asyncio.sleep(0.05)
    await visit.router.show("/quick/2", 2)
    visit.gate.set()
    await older
    events.publish(NeedEdited(need_id=1))
    assert visit.heard == []


async def test_a_redirect_is_a_load_of_its_own(visit: Visit) -> None:
    await visit.router.show("/away", 1)
    assert visit.sent == ['gsLeave("/quick/1")']
    assert visit.shown == []


async def test_a_page_for_members_sends_a_visitor_to_sign_in(visit: Visit) -> None:
    visit.router.routes = [Route("/members", visit.quick)]
    await visit.router.show("/members?page=2", 1)
    assert visit.sent == ['gsLeave("/login?next=%2Fmembers%3Fpage%3D2")']


async def test_who_has_left_for_good_is_not_asked_to_sign_in(visit: Visit) -> None:
    await visit.router.show("/following/1", 1)
    visit.trouble, visit.tab.after_session = NotSignedIn(), "/goodbye"
    events.publish(NeedEdited(need_id=1))
    await visit.until(lambda: any("gsLeave" in call for call in visit.sent))
    assert visit.sent[-1] == 'gsLeave("/goodbye")'


async def test_views_replace_each_other_and_take_their_subscriptions_along(visit: Visit) -> None:
    before = len(visit.tab.client.elements)
    for n in range(1, 21):
        await visit.router.show(f"/following/{n}", n)
    await visit.router.show("/quick/1", 21)
    assert len(visit.tab.client.elements) == before + 1
    visit.shown.clear()
    events.publish(NeedEdited(need_id=20))
    await asyncio.sleep(pace.GATHER * 2)
    assert visit.shown == []


async def test_a_burst_of_changes_is_one_refresh_that_stays_where_the_reader_is(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    visit.sent.clear()
    for _ in range(50):
        events.publish(NeedEdited(need_id=7))
        events.publish(NeedEdited(need_id=8))
    await visit.until(lambda: bool(visit.shown))
    await asyncio.sleep(pace.GATHER * 2)
    assert visit.shown == ["/following/7"]
    assert not [call for call in visit.sent if "gsDone" in call]


async def test_changes_without_end_refresh_a_view_only_so_often(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pace, "EVERY", 0.1)
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    started = time.monotonic()
    for _ in range(25):
        events.publish(NeedEdited(need_id=7))
        await asyncio.sleep(0.01)
    assert len(visit.shown) <= (time.monotonic() - started) / pace.EVERY + 1
    await visit.until(lambda: bool(visit.shown))


async def test_while_nobody_looks_nothing_is_loaded(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    visit.tab.hidden = True
    events.publish(NeedEdited(need_id=7))
    await asyncio.sleep(pace.GATHER * 2)
    assert visit.shown == []
    visit.tab.hidden = False
    visit.tab.returned()
    await visit.until(lambda: bool(visit.shown))


async def test_a_view_stays_when_it_cannot_be_loaded_anew_and_is_tried_again(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "STUMBLED", 0.05)
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    visit.trouble = Busy()
    events.publish(NeedEdited(need_id=7))
    await visit.until(lambda: visit.trouble is None)
    assert visit.shown == []
    await visit.until(lambda: visit.shown == ["/following/7"])


async def test_what_was_typed_is_not_refreshed_away(visit: Visit) -> None:
    told: list[str] = []
    visit.tab.notice = lambda words, kind: told.append(kind)
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    visit.ctx.touched()
    events.publish(NeedEdited(need_id=7))
    await visit.until(lambda: bool(told))
    assert visit.shown == []


async def test_a_view_whose_record_is_gone_says_so(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    visit.gone = True
    events.publish(NeedEdited(need_id=7))
    await visit.until(lambda: (visit.tab.client.title or "").startswith("Nothing here"))


async def test_a_session_that_ends_elsewhere_leaves_the_page_within_two_seconds(visit: Visit) -> None:
    scope = Scope()
    live.close_with_session(visit.tab, scope, session_id=5)
    events.publish(SessionsEnded(user_id=1, session_ids=(4, 6)))
    await asyncio.sleep(pace.GATHER * 2)
    assert visit.sent == []
    events.publish(SessionsEnded(user_id=1, session_ids=(4, 5)))
    async with asyncio.timeout(2):
        await visit.until(lambda: bool(visit.sent))
    assert visit.sent == ['gsLeave("/login")']
    scope.close()


async def test_a_tab_that_closes_ends_what_its_view_started(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    visit.tab.client.delete()
    events.publish(NeedEdited(need_id=7))
    await asyncio.sleep(pace.GATHER * 2)
    assert visit.shown == []


async def test_a_question_outlives_a_refresh_and_ends_with_a_move(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    asked = asyncio.create_task(_ask(visit))
    await asyncio.sleep(0.05)
    visit.shown.clear()
    events.publish(NeedEdited(need_id=7))
    await visit.until(lambda: bool(visit.shown))
    await asyncio.sleep(0.05)
    assert not asked.done()
    before = len(visit.tab.client.elements)
    await visit.router.show("/quick/1", 2)
    async with asyncio.timeout(SOON):
        assert await asked is False
    assert len(visit.tab.client.elements) < before


async def test_a_second_click_while_the_first_is_handled_does_nothing() -> None:
    begun: list[int] = []
    gate = asyncio.Event()

    async def handler() -> None:
        begun.append(1)
        await gate.wait()

    guarded = cast(Callable[[], Coroutine[None, None, None]], once(handler))
    clicks = [asyncio.create_task(guarded()) for _ in range(3)]
    await asyncio.sleep(0)
    gate.set()
    await asyncio.gather(*clicks)
    assert begun == [1]
    await guarded()
    assert begun == [1, 1]


async def _ask(visit: Visit) -> bool:
    with visit.box:
        return await confirm(visit.ctx, "Really?", what="It will be gone.", yes="Yes")
