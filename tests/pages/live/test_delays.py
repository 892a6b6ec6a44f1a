"""How long a change takes from its commit to the page: measured where a reader waits, and nowhere else."""

import threading

import httpx

from gsapp import events
from gsapp.events import NeedEdited
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
