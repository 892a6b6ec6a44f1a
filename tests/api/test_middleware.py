"""Sizes, ids, log lines and failures: what every request passes through."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI
from starlette.requests import Request
from starlette.routing import Route
from starlette.types import Message, Receive, Scope, Send

from gsapp import logs
from gsapp.api import body_limit
from gsapp.api.errors import Failures
from gsapp.errors import NotAllowed
from gsapp.security.tokens import new_token
from tests.support.api.odd_routes import PHONE


async def in_pieces(count: int) -> AsyncIterator[bytes]:
    for _ in range(count):
        yield b"x" * 1024


async def test_a_form_longer_than_any_form_is_refused(visitor: httpx.AsyncClient) -> None:
    response = await visitor.post("/auth/login", data={"username": "x" * 20_000})
    assert response.status_code == 413
    assert response.headers["content-type"].startswith("text/plain")


async def test_a_length_that_was_not_told_is_counted(visitor: httpx.AsyncClient) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for path, pieces, status in (("/auth/login", 17, 413), ("/auth/login", 15, 303), ("/change", 17, 200)):
        assert (await visitor.post(path, content=in_pieces(pieces), headers=form)).status_code == status


async def test_the_rest_of_the_site_has_a_limit_too(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.post("/change", content=in_pieces(26 * 1024))).status_code == 413


async def slowly(*pieces: bytes) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece
        await asyncio.sleep(0.2)


async def test_a_body_that_does_not_arrive_in_time_is_not_waited_for(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(body_limit, "ARRIVES_WITHIN", 0.1)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    response = await visitor.post("/auth/login", content=slowly(b"username=a", b"&password=b"), headers=form)
    assert response.status_code == 408
    assert response.text == "What you sent did not arrive in time. Please try again."
    assert response.headers["connection"] == "close"
    assert (await visitor.post("/change", content=slowly(b"x" * 10_000, b"x"))).status_code == 200, (
        "a long one has more"
    )


async def test_a_response_may_take_longer_than_its_request() -> None:
    message: Message = {"type": "http.request", "body": b"x", "more_body": False}

    async def long_work(scope: Scope, receive: Receive, send: Send) -> None:
        assert (await receive())["body"] == b"x"
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.1):
                await receive()
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def receive() -> Message:
        if not given:
            given.append(message)
            return message
        return await asyncio.Future()

    async def send(message: Message) -> None:
        sent.append(message)

    given, sent = list[Message](), list[Message]()
    limited = body_limit.BodyLimit(long_work, limits={"/": 100})
    await limited({"type": "http", "path": "/", "method": "POST", "headers": []}, receive, send)
    assert sent[0]["status"] == 200


async def test_the_polling_transport_answers_in_any_case(
    app: FastAPI, visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def never(request: Request) -> None:
        await asyncio.sleep(60)

    app.router.routes.insert(0, Route("/_nicegui_ws/socket.io/", never, methods=["POST", "GET"]))
    monkeypatch.setattr(body_limit, "ARRIVES_WITHIN", 0.1)
    try:
        assert (await visitor.post("/_nicegui_ws/socket.io/", content=b"x" * 3_000_000)).status_code == 413
        assert (await visitor.post("/_nicegui_ws/socket.io/", content=b"x")).status_code == 408
        with pytest.raises(TimeoutError):  # a poll waits for a message
            async with asyncio.timeout(0.3):
                await visitor.get("/_nicegui_ws/socket.io/")
    finally:
        app.router.routes.pop(0)


@pytest.mark.parametrize("length", ["-1", "abc", "9" * 30, "１２"])
async def test_an_odd_length_is_no_way_around(visitor: httpx.AsyncClient, length: str) -> None:
    headers = {b"Content-Length": length.encode(), b"Content-Type": b"application/x-www-form-urlencoded"}
    response = await visitor.post("/auth/login", content=in_pieces(17), headers=headers)
    assert response.status_code == 413


async def test_every_answer_names_its_request_and_no_name_comes_from_outside(visitor: httpx.AsyncClient) -> None:
    responses = [await visitor.get("/seen", headers={"X-Request-ID": "mine"}) for _ in range(2)]
    ids = [response.headers["x-request-id"] for response in responses]
    assert len({*ids, "mine"}) == 3
    assert [response.json()["id"] for response in responses] == ids


async def test_a_line_about_a_request_is_short_whatever_was_asked_for(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    await visitor.request("X" * 5000, "/" + "a/" * 30_000)
    (line,) = [logs.JsonLines().format(record) for record in caplog.records if record.message == "request"]
    assert len(line) < 600


async def test_each_request_is_one_line_without_personal_data(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    token = new_token()
    await visitor.get(f"/auth/coordinator/{token}?name=anna")
    await visitor.post("/auth/login", data={"username": "anna-of-the-log", "password": "Secret98Sesame"})
    lines = [logs.JsonLines().format(record) for record in caplog.records if record.name.startswith("gsapp")]
    requests = [line for line in map(json.loads, lines) if line["event"] == "request"]
    assert [(line["method"], line["path"], line["status"]) for line in requests] == [
        ("GET", "/auth/coordinator/...", 303),
        ("POST", "/auth/login", 303),
    ]
    assert all(line["ms"] >= 0 for line in requests)
    for private in (token, "anna", "Secret98Sesame", "203.0.113.7"):
        assert private not in "\n".join(lines)


async def test_a_bug_shows_a_number_and_its_trace_goes_to_the_log(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture
) -> None:
    response = await visitor.get("/bug")
    assert response.status_code == 500
    assert response.headers["x-request-id"] in response.text
    assert response.headers["x-content-type-options"] == "nosniff"
    assert "ZeroDivisionError" not in response.text
    trace = "".join(logs.JsonLines().format(record) for record in caplog.records)
    assert "ZeroDivisionError" in trace
    assert PHONE not in trace


async def test_a_bug_after_the_answer_began_is_logged_and_nothing_is_sent_behind_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    sent: list[Message] = []

    async def half_an_answer(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ZeroDivisionError

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        sent.append(message)

    await Failures(half_an_answer)({"type": "http"}, receive, send)
    assert len(sent) == 1
    assert "request_failed" in caplog.text


async def test_programs_get_errors_as_json(visitor: httpx.AsyncClient) -> None:
    denied, slow, invalid, bug, lost = [
        await visitor.get(f"/api/{path}") for path in ("error/denied", "error/slow", "error/invalid", "bug", "v9/x")
    ]
    assert denied.json() == {"code": 403, "message": NotAllowed.sentence, "detail": {"error": "NotAllowed"}}
    assert (slow.status_code, slow.headers["retry-after"]) == (429, "7")
    assert invalid.json()["detail"] == [{"field": "ps_title", "reason": "At least 3 characters, please."}]
    assert (bug.status_code, bug.json()["code"]) == (500, 500)
    assert bug.json()["detail"] == {"request_id": bug.headers["x-request-id"]}
    assert (lost.status_code, lost.json()["code"]) == (404, 404)


async def test_people_get_errors_as_one_sentence(visitor: httpx.AsyncClient) -> None:
    response = await visitor.get("/error/denied")
    assert (response.status_code, response.text) == (403, NotAllowed.sentence)
    assert response.headers["content-type"] == "text/plain; charset=utf-8"
