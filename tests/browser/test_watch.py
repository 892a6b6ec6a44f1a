"""The watch over the browser tests, on pages made for it: a watch that sees nothing would let everything pass."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browser.chromium import Watch
from tests.support.browser.looks import axe, sideways


@pytest.fixture
def log() -> list[str]:
    return ["2026-03-01T10:00:00.000+00:00 ERROR   old logger=gsapp\n"]


@pytest.fixture
def watching(log: list[str]) -> Watch:
    return Watch(lambda: "".join(log))


@pytest.fixture
def blank(browser: Browser, watching: Watch) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 360, "height": 740})
    watching.over(context)
    yield context.new_page()
    context.close()


def test_it_sees_nothing_wrong_with_a_quiet_page(blank: Page, watching: Watch) -> None:
    blank.set_content("<!doctype html><html lang=en><title>Quiet</title><main><h1>Quiet</h1></main>")
    assert watching.offences() == []
    assert axe(blank) == []
    assert sideways(blank) == []


def test_a_request_that_would_leave_the_host_is_stopped_and_seen(blank: Page, watching: Watch) -> None:
    blank.set_content("<img src='http://pictures.example/cat.png'>")
    blank.wait_for_function("document.images[0].complete")
    assert blank.evaluate("document.images[0].naturalWidth") == 0
    assert "left the host: http://pictures.example/cat.png" in watching.offences()


def test_an_error_in_the_console_is_seen(blank: Page, watching: Watch) -> None:
    blank.evaluate("console.error('broken')")
    assert any("broken" in text for text in watching.offences())


def test_an_error_in_a_script_is_seen(blank: Page, watching: Watch) -> None:
    with blank.expect_event("pageerror"):
        blank.evaluate("setTimeout(() => { throw new Error('thrown') })")
    assert any("thrown" in text for text in watching.offences())


def test_an_error_that_the_site_logged_during_the_test_is_seen_with_its_trace(log: list[str], watching: Watch) -> None:
    log.append("2026-03-01T10:00:01.000+00:00 INFO    signed_in user_id=1\n")
    assert watching.offences() == []
    log.append('2026-03-01T10:00:02.000+00:00 ERROR   failed\n  File "x.py", line 1\nbuiltins.ValueError: new\n')
    log.append("2026-03-01T10:00:03.000+00:00 INFO    signed_in user_id=2\n")
    (offence,) = watching.offences()
    assert offence.endswith("builtins.ValueError: new")


def test_a_test_may_expect_an_offence(blank: Page, watching: Watch) -> None:
    watching.allow("broken")
    blank.evaluate("console.error('broken')")
    assert watching.offences() == []


def test_missing_labels_are_found(blank: Page) -> None:
    blank.set_content("<!doctype html><html lang=en><title>Form</title><main><h1>Form</h1><input></main>")
    assert any(text.startswith("label") for text in axe(blank))


def test_what_is_too_wide_for_a_phone_is_found(blank: Page) -> None:
    blank.set_content("<div id=wide style='width: 500px'>wide</div>")
    assert any('id="wide"' in text for text in sideways(blank))
