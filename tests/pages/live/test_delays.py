"""How long a change takes from its commit to the page: measured where a reader waits, and nowhere else."""

import asyncio
import threading

import httpx
import pytest

from gsapp import events
from gsapp.events import NeedEdited
from pages.core.session import Scope
from pages.live import debounce
from pages.live.debounce import Debouncer
from pages.live.reload import on_loop
from tests.support.pages.idle import idle
from tests.support.pages.visit import Visit
from tests.support.samples_of_metrics import counted, value

COUNT, SUM = "event_delay_seconds_count", "event_delay_seconds_sum"


def commit(need_id: int = 1) -> None:
    """As `gsapp.db` does: in a thread of its own."""
    thread = threading.Thread(target=events.publish, args=(NeedEdited(need_id=need_id),))
    thread.start()
    thread.join()


async def test_from_the_commit_to_the_page(visit: Visit) -> None:
    await visit.router.show("/following/1", 1)
    count, seconds = counted(COUNT), counted(SUM)
    commit()
    await idle(visit.router.debouncer)
    assert visit.shown == ["/following/1"] * 2
    assert count() == 1
    assert 0.05 <= seconds() < 5, "the debounce is part of it"


async def test_a_refresh_without_an_event_has_no_delay(visit: Visit) -> None:
    await visit.router.show("/following/1", 1)
    commit()
    await idle(visit.router.debouncer)
    count = counted(COUNT)
    visit.router.debouncer._on_period()
    await idle(visit.router.debouncer)
    assert len(visit.shown) == 3
    assert count() == 0


@pytest.mark.usefixtures("app")
async def test_what_a_refresh_schedules_is_not_caused_by_its_event(monkeypatch: pytest.MonkeyPatch) -> None:
    """Such as the refreshes each half minute of what a reload has just put on the page."""
    monkeypatch.setattr(debounce, "PERIOD_SECONDS", 0.1)
    inner: list[Debouncer] = []
    refreshed = asyncio.Event()

    async def refresh_inner() -> None:
        refreshed.set()

    async def refresh() -> None:
        if not inner:
            inner.append(Debouncer(refresh_inner, watched=lambda: True))

    outer = Debouncer(refresh, watched=lambda: True, periodic=lambda: False)
    scope, count = Scope(), counted(COUNT)
    on_loop(scope, lambda event: True, outer.trigger)
    commit()
    async with asyncio.timeout(5):
        await refreshed.wait()
    await idle(outer, *inner)
    assert count() == 1
    scope.close()
    for each in (outer, *inner):
        each.close()


async def test_the_time_in_a_hidden_tab_is_no_delay(visit: Visit) -> None:
    await visit.router.show("/following/1", 1)
    count = counted(COUNT)
    visit.tab.hidden = True
    commit()
    await idle(visit.router.debouncer)
    visit.tab.hidden = False
    visit.tab.returned()
    await idle(visit.router.debouncer)
    assert len(visit.shown) == 2
    assert count() == 0


async def test_views_are_counted_by_the_pattern_of_the_page(visit: Visit, visitor: httpx.AsyncClient) -> None:
    clicked = counted("page_views_total", page="/quick/{number}", status="200")
    requested = counted("http_requests_total", method="GET", route="/numbered/{number}", status="200")
    lost = counted("http_requests_total", method="GET", route="unknown", status="404")
    await visit.router.show("/quick/7", 1)
    await visitor.get("/numbered/7")
    await visitor.get("/nowhere/7")
    assert (clicked(), requested(), lost()) == (1, 1, 1)
    assert value("open_pages") >= 2
