"""Navigation of one tab, and the cleanup when a view is left."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import cast

import httpx
import pytest
from nicegui import Client, background_tasks

from gsapp import events
from gsapp.errors import NotSignedIn
from gsapp.events import NeedEdited
from pages.components.basics import once
from pages.components.dialogs import confirm
from pages.core.js import js_call
from pages.core.session import Ctx, Scope
from pages.live.sockets import Bucket
from pages.shell import router
from pages.shell.routes import Route, View
from tests.support.pages import odd_pages
from tests.support.pages.idle import idle
from tests.support.pages.visit import SOON, Visit


async def test_a_newer_click_wins_over_one_still_loading(visit: Visit) -> None:
    older = asyncio.create_task(visit.router.show("/slow/1", 1))
    await asyncio.sleep(0)
    await visit.router.show("/quick/2", 2)
    visit.gate.set()
    await older
    assert visit.shown == ["/quick/2"]
    assert [call for call in visit.sent if "gs.navigation.loaded" in call] == ["gs.navigation.loaded(2)"]


async def test_a_view_that_lost_leaves_nothing_behind(visit: Visit) -> None:
    older = asyncio.create_task(visit.router.show("/slow/1", 1))
    await visit.loading.wait()
    await visit.router.show("/quick/2", 2)
    visit.gate.set()
    await older
    events.publish(NeedEdited(need_id=1))
    assert visit.heard == []


async def test_of_many_clicks_the_first_ones_and_the_latest_are_loaded(visit: Visit) -> None:
    clicks = [asyncio.create_task(visit.router.navigate(f"/slow/{n}", n)) for n in range(1, 1001)]
    await visit.loading.wait()
    await asyncio.sleep(0)
    assert sum(not click.done() for click in clicks) == router.MAX_LOADS
    visit.gate.set()
    await asyncio.gather(*clicks)
    assert visit.shown == ["/slow/1000"]
    assert visit.loads == router.MAX_LOADS + 1


async def test_more_clicks_than_a_person_makes_wait_and_only_the_latest_is_loaded(visit: Visit) -> None:
    now = 0.0
    visit.router.clicks = Bucket(20.0, 3, now=lambda: now)
    for n in range(1, 4):
        await visit.router.navigate(f"/quick/{n}", n)
    waiting = [asyncio.create_task(visit.router.navigate(f"/quick/{n}", n)) for n in range(4, 1000)]
    await asyncio.sleep(0.1)
    assert visit.shown == ["/quick/1", "/quick/2", "/quick/3"]
    now = 0.06
    await asyncio.gather(*waiting)
    assert visit.shown == ["/quick/1", "/quick/2", "/quick/3", "/quick/999"]


async def test_a_click_after_one_that_takes_long_is_not_delayed(visit: Visit) -> None:
    older = asyncio.create_task(visit.router.navigate("/slow/1", 1))
    await visit.loading.wait()
    await visit.router.navigate("/quick/2", 2)
    assert visit.shown == ["/quick/2"]
    visit.gate.set()
    await older
    assert visit.shown == ["/quick/2"]


async def test_a_load_that_is_cancelled_leaves_nothing_behind(visit: Visit) -> None:
    load = asyncio.create_task(visit.router.show("/slow/1", 1))
    await asyncio.sleep(0.05)
    load.cancel()
    with pytest.raises(asyncio.CancelledError):
        await load
    events.publish(NeedEdited(need_id=1))
    assert visit.heard == []


@pytest.mark.parametrize("cancelled", [True, False])
async def test_a_first_load_whose_client_is_gone_leaves_nothing_behind(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, cancelled: bool
) -> None:
    monkeypatch.setattr(odd_pages, "end", asyncio.Event())
    before, known = len(events.process_bus), set(Client.instances)
    loading = asyncio.create_task(visitor.get("/endless"))
    async with asyncio.timeout(SOON):
        while len(events.process_bus) == before:  # noqa: ASYNC110 - what is waited for has no event of its own
            await asyncio.sleep(0.01)
    (new,) = set(Client.instances) - known
    client = Client.instances[new]
    if cancelled:  # what NiceGUI does after 20 seconds
        (task,) = [task for task in background_tasks.running_tasks if "wait for result" in task.get_name()]
        task.cancel()
    client.delete()
    odd_pages.end.set()
    assert (await loading).status_code == 500
    assert len(events.process_bus) == before


async def test_a_page_that_takes_too_long_to_load_is_an_error_page_of_this_site(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odd_pages, "end", asyncio.Event())
    monkeypatch.setattr(router, "LOAD_SECONDS", 0.05)
    before = len(events.process_bus)
    response = await visitor.get("/endless")
    assert response.status_code == 503
    assert "gs-error" in response.text
    assert response.headers["retry-after"] == "5"
    assert len(events.process_bus) <= before + 1, "its subscriptions have ended; that of the tab's rights stays"


def test_every_end_of_a_scope_runs_the_latest_first_whatever_one_of_them_raises() -> None:
    scope, ended = Scope(), list[str]()

    def broken() -> None:
        raise RuntimeError

    scope.add(lambda: ended.append("first"))
    scope.add(broken)
    scope.add(lambda: ended.append("last"))
    scope.close()
    assert ended == ["last", "first"]
    scope.add(lambda: ended.append("late"))
    assert ended == ["last", "first", "late"], "what is added to a closed scope ends immediately"
    scope.close()
    assert len(ended) == 3


async def test_a_redirect_is_a_load_of_its_own(visit: Visit) -> None:
    await visit.router.show("/away", 1)
    assert visit.sent == ['gs.navigation.replace("/quick/1")']
    assert visit.shown == []


async def test_a_page_for_members_sends_a_visitor_to_sign_in(visit: Visit) -> None:
    visit.router.routes = [Route("/members", visit.quick)]
    await visit.router.show("/members?page=2", 1)
    assert visit.sent == ['gs.navigation.replace("/login?next=%2Fmembers%3Fpage%3D2")']


async def test_a_page_for_members_that_is_declared_for_everybody_sends_a_visitor_to_sign_in(visit: Visit) -> None:
    async def members(ctx: Ctx) -> View:
        return View(ctx.me.username, lambda: None)

    visit.router.routes = [Route("/open", members, members_only=False)]
    await visit.router.show("/open", 1)
    assert visit.sent == ['gs.navigation.replace("/login?next=%2Fopen")']


def test_only_functions_of_our_own_are_called_in_a_browser() -> None:
    assert js_call("gs.navigation.done", 3) == "gs.navigation.done(3)"
    with pytest.raises(ValueError, match="not a function of ours"):
        js_call("alert(document.cookie)//")


async def test_who_has_left_for_good_is_not_asked_to_sign_in(visit: Visit) -> None:
    await visit.router.show("/following/1", 1)
    visit.trouble, visit.tab.after_session = NotSignedIn(), "/goodbye"
    events.publish(NeedEdited(need_id=1))
    await visit.until(lambda: any("gs.navigation.replace" in call for call in visit.sent))
    assert visit.sent[-1] == 'gs.navigation.replace("/goodbye")'


async def test_views_replace_each_other_and_take_their_subscriptions_along(visit: Visit) -> None:
    before = len(visit.tab.client.elements)
    for n in range(1, 21):
        await visit.router.show(f"/following/{n}", n)
    await visit.router.show("/quick/1", 21)
    assert len(visit.tab.client.elements) == before + 1
    visit.shown.clear()
    events.publish(NeedEdited(need_id=20))
    await idle(visit.router.debouncer)
    assert visit.shown == []


async def test_a_tab_that_closes_ends_what_its_view_started(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    visit.tab.client.delete()
    events.publish(NeedEdited(need_id=7))
    await idle(visit.router.debouncer)
    assert visit.shown == []


async def test_a_question_outlives_a_refresh_and_ends_with_a_move(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    plain = len(visit.tab.client.elements)
    asked = asyncio.create_task(_ask(visit))
    await visit.until(lambda: len(visit.tab.client.elements) > plain)
    visit.shown.clear()
    events.publish(NeedEdited(need_id=7))
    await visit.until(lambda: bool(visit.shown))
    await idle(visit.router.debouncer)
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
