"""Reload after an event: debounced, and never while the user is typing."""

import asyncio
import time

import pytest

from gsapp import events
from gsapp.errors import Busy
from gsapp.events import NeedEdited
from gsapp.schemas.needs import ReasonForm
from pages.components.questions import ask
from pages.live import debounce
from pages.shell import router
from tests.support.pages.idle import idle
from tests.support.pages.visit import Visit


async def test_a_burst_of_changes_is_one_refresh_that_stays_where_the_reader_is(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    visit.sent.clear()
    for _ in range(50):
        events.publish(NeedEdited(need_id=7))
        events.publish(NeedEdited(need_id=8))
    await visit.until(lambda: bool(visit.shown))
    await idle(visit.router.debouncer)
    assert visit.shown == ["/following/7"]
    assert not [call for call in visit.sent if "gs.navigation.loaded" in call]


async def test_a_press_that_was_on_its_way_during_a_refresh_is_heard(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(router, "KEEP_REPLACED_SECONDS", 0.05)
    await visit.router.show("/following/7", 1)
    press, elements = visit.finger(), len(visit.tab.client.elements)
    await _refreshed(visit)
    press()
    assert visit.pressed == 1
    await visit.until(lambda: len(visit.tab.client.elements) == elements)  # and then the old view goes
    press()
    assert visit.pressed == 1


async def test_the_second_press_of_a_double_click_is_not_heard_after_the_refresh_by_the_first(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    press = visit.finger()
    press()
    await _refreshed(visit)
    press()
    assert visit.pressed == 1


async def _refreshed(visit: Visit) -> None:
    visit.shown.clear()
    events.publish(NeedEdited(need_id=7))
    await visit.until(lambda: bool(visit.shown))


async def test_changes_without_end_refresh_a_view_only_so_often(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(debounce, "THROTTLE_SECONDS", 0.1)
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    started = time.monotonic()
    for _ in range(25):
        events.publish(NeedEdited(need_id=7))
        await asyncio.sleep(0.01)
    assert len(visit.shown) <= (time.monotonic() - started) / debounce.THROTTLE_SECONDS + 1
    await visit.until(lambda: bool(visit.shown))


async def test_while_nobody_looks_nothing_is_loaded(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    visit.tab.hidden = True
    events.publish(NeedEdited(need_id=7))
    await idle(visit.router.debouncer)
    assert visit.shown == []
    visit.tab.hidden = False
    visit.tab.returned()
    await visit.until(lambda: bool(visit.shown))


async def test_a_view_stays_when_it_cannot_be_loaded_anew_and_is_tried_again(
    visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(debounce, "RETRY_SECONDS", 0.05)
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    visit.trouble = Busy()
    events.publish(NeedEdited(need_id=7))
    await visit.until(lambda: visit.trouble is None)
    assert visit.shown == []
    await visit.until(lambda: visit.shown == ["/following/7"])


async def test_what_was_typed_is_not_refreshed_away(visit: Visit) -> None:
    told: list[str] = []
    visit.tab.show_message = lambda words, kind: told.append(kind)
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    visit.ctx.touched()
    events.publish(NeedEdited(need_id=7))
    await visit.until(lambda: bool(told))
    assert visit.shown == []


async def test_what_changed_while_a_question_was_being_answered_shows_when_it_closes(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    visit.shown.clear()
    plain = len(visit.tab.client.elements)
    asked = asyncio.create_task(
        ask(visit.ctx, "Why?", ReasonForm, lambda fields: None, nobody_is_asked, what="A word will do.", yes="Send")
    )
    await visit.until(lambda: len(visit.tab.client.elements) > plain)
    visit.ctx.touched()
    events.publish(NeedEdited(need_id=7))
    await visit.until(lambda: visit.ctx.outdated)
    assert visit.shown == []
    visit.tab.questions.close()
    assert await asked is False
    await visit.until(lambda: visit.shown == ["/following/7"])


async def nobody_is_asked(form: ReasonForm) -> None:
    raise AssertionError(form)


async def test_a_view_whose_record_is_gone_says_so(visit: Visit) -> None:
    await visit.router.show("/following/7", 1)
    visit.gone = True
    events.publish(NeedEdited(need_id=7))
    await visit.until(lambda: (visit.tab.client.title or "").startswith("Nothing here"))


@pytest.mark.usefixtures("visit")
async def test_a_busy_database_is_tried_again_without_a_traceback_for_each_page(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(debounce, "RETRY_SECONDS", 0.01)
    done = asyncio.Event()
    tries: list[int] = []

    async def refresh() -> None:
        tries.append(len(tries))
        if len(tries) < 3:
            raise Busy
        done.set()

    debouncer = debounce.Debouncer(refresh, watched=lambda: True)
    debouncer.trigger()
    async with asyncio.timeout(5):
        await done.wait()
    debouncer.close()
    assert "page refresh failed" not in caplog.text
