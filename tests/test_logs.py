"""Log lines: one per event, machine-readable, without personal data."""

import json
import logging
from collections.abc import Callable, Iterator

import pytest
from pydantic import BaseModel
from sqlalchemy import NullPool, create_engine, text

from gsapp import logs

log = logging.getLogger("gsapp.test")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], list[str]]]:
    """Logging is put back afterwards; gives the lines written since it was last asked."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level

    def written() -> list[str]:
        return capsys.readouterr().err.splitlines()

    yield written
    root.handlers[:] = before
    root.setLevel(level)


def test_an_event_is_one_json_object_a_line(lines: Callable[[], list[str]]) -> None:
    logs.configure(format="json")
    logs.event(log, "offer_accepted", need_id=3, reason='a "quoted"\nline')
    (line,) = lines()
    content = json.loads(line)
    assert (content["event"], content["need_id"], content["reason"]) == ("offer_accepted", 3, 'a "quoted"\nline')
    assert content["level"] == "INFO"
    assert content["time"].endswith("+00:00")


def test_an_event_is_one_line_of_text(lines: Callable[[], list[str]]) -> None:
    logs.configure(format="text")
    logs.event(log, "offer_accepted", need_id=3, reason="a b")
    (line,) = lines()
    assert 'INFO    offer_accepted logger=gsapp.test need_id=3 reason="a b"' in line


@pytest.mark.parametrize("kind", ["text", "json"])
def test_text_from_outside_cannot_pretend_to_be_a_line(lines: Callable[[], list[str]], kind: str) -> None:
    logs.configure(format=kind)
    log.warning("bad name %s", "x\n2026-01-01 INFO signed_in user_id=1")
    logs.event(log, "request", path="/\r\nINFO signed_in\u2028x")
    assert len(lines()) == 2


def test_lines_of_a_request_carry_its_id(lines: Callable[[], list[str]]) -> None:
    logs.configure(format="json")
    mark = logs.request_id.set("abc123")
    logs.event(log, "inside")
    logs.request_id.reset(mark)
    logs.event(log, "outside")
    inside, outside = map(json.loads, lines())
    assert inside["request_id"] == "abc123"
    assert "request_id" not in outside


class Typed(BaseModel):
    phone: int


def wrong_form(phone: str) -> None:
    Typed.model_validate({"phone": phone})


def wrong_statement(phone: str) -> None:
    with create_engine("sqlite://", poolclass=NullPool).connect() as connection:
        connection.execute(text("SELECT :phone FROM nowhere"), {"phone": phone})


def wrong_in_turn(phone: str) -> None:
    try:
        wrong_statement(phone)
    except Exception as error:
        raise RuntimeError(f"no such number: {phone}") from error


@pytest.mark.parametrize("fail", [wrong_form, wrong_statement, wrong_in_turn])
@pytest.mark.parametrize("kind", ["text", "json"])
def test_a_trace_tells_where_and_what_but_not_whose(
    lines: Callable[[], list[str]], kind: str, fail: Callable[[str], None]
) -> None:
    logs.configure(format=kind)
    number = "138" + "0" * 8
    try:
        fail(number + ("x" if fail is wrong_form else ""))
    except Exception:
        log.exception("request_failed")
    found = lines()
    written = "\n".join(found)
    assert fail.__name__ in written
    assert "Error" in written
    assert number not in written
    assert kind == "text" or len(found) == 1


def test_the_server_does_not_tell_of_visitors_and_their_pages(lines: Callable[[], list[str]]) -> None:
    logs.configure(format="text")
    logging.getLogger("uvicorn.error").info(
        '%s - "WebSocket %s" [accepted]', "203.0.113.7", "/_nicegui_ws/?client_id=1"
    )
    logging.getLogger("uvicorn.error").info("connection open")
    logging.getLogger("uvicorn.access").info("203.0.113.7 GET /auth/coordinator/secret")
    logging.getLogger("uvicorn.error").info("Application startup complete.")
    (line,) = lines()
    assert "startup complete" in line


def test_the_level_is_a_setting(lines: Callable[[], list[str]]) -> None:
    logs.configure(format="text", level="WARNING")
    logs.event(log, "quiet")
    logs.event(log, "loud", level=logging.WARNING)
    assert len(lines()) == 1


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_what_visitors_cause_is_one_line_a_minute_with_the_number_of_times(lines: Callable[[], list[str]]) -> None:
    logs.configure(format="json")
    clock = Clock()
    tally = logs.Tally(log, "odd_messages", now=clock)
    for number in range(1000):
        tally.count(f"kind {number % 2}")
    assert [json.loads(line)["count"] for line in lines()] == [1]
    clock.now = logs.EVERY
    tally.count("kind 0")
    (line,) = lines()
    content = json.loads(line)
    assert (content["level"], content["count"], content["kinds"]) == ("INFO", 1000, "kind 0; kind 1")


def test_tracebacks_from_one_place_are_few_and_those_left_out_are_counted(lines: Callable[[], list[str]]) -> None:
    logs.configure(format="json")
    clock = Clock()
    handler = logging.getLogger().handlers[0]
    handler.filters[-1] = logs.FewTraces(now=clock)

    def fail(number: int) -> None:
        try:
            raise ValueError(number)
        except ValueError:
            log.exception("failed")

    for number in range(100):
        fail(number)
    assert len(lines()) == logs.MAX_TRACES
    clock.now = logs.EVERY
    fail(100)
    (line,) = lines()
    assert json.loads(line)["left_out"] == 100 - logs.MAX_TRACES
    log.error("without a traceback")
    assert len(lines()) == 1


@pytest.mark.parametrize("kind", ["text", "json"])
def test_what_a_browser_sent_is_not_quoted_by_the_error_that_it_causes(
    lines: Callable[[], list[str]], kind: str
) -> None:
    logs.configure(format=kind)
    sent = "FORGED"
    try:
        float(sent)
    except ValueError as error:
        logging.getLogger("nicegui").exception(str(error))  # noqa: TRY401 - as NiceGUI does it
    written = "".join(lines())
    assert "FORGED" not in written
    assert "ValueError" in written
    assert "event handler failed" in written
