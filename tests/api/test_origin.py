"""Only our own pages change anything or open a websocket."""

from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from starlette.types import Message

from tests.support.api.people import BASE_URL, browser


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:8080"},
        {"Origin": "http://127.0.0.1:8080"},
        {"Origin": "http://[::1]:8080"},
        {"Origin": "HTTP://LOCALHOST:8080"},
        {"Referer": "http://localhost:8080/login?next=/"},
        {"Sec-Fetch-Site": "same-origin"},
    ],
)
async def test_our_own_pages_may_send_forms(app: FastAPI, headers: dict[str, str]) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as visitor:
        assert (await visitor.post("/change", headers=headers)).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://localhost:8081"},
        {"Origin": "https://localhost:8080"},
        {"Origin": "http://localhost:8080.evil.example"},
        {"Origin": "http://evil.example", "Referer": "http://localhost:8080/"},
        {"Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"},
        {"Origin": "http://localhost:8080 http://evil.example"},
        {"Referer": "http://evil.example/http://localhost:8080/"},
        {"Referer": "http://localhost:8080@evil.example/"},
        {"Referer": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
@pytest.mark.parametrize("path", ["/change", "/auth/login", "/auth/logout", "/auth/preferences", "/_nicegui/upload"])
async def test_other_sites_may_not(app: FastAPI, headers: dict[str, str], path: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as visitor:
        response = await visitor.post(path, headers=headers)
        assert response.status_code == 403
        assert "set-cookie" not in response.headers


async def test_reading_needs_no_origin_but_the_socket_by_plain_requests_does(visitor: httpx.AsyncClient) -> None:
    foreign = {"Origin": "http://evil.example"}
    assert (await visitor.get("/text", headers=foreign)).status_code == 200
    assert (await visitor.get("/_nicegui_ws/socket.io/?transport=polling", headers=foreign)).status_code == 403
    assert (await visitor.get("/_nicegui_ws/socket.io/?transport=polling")).status_code == 404


async def test_the_api_takes_tokens_from_any_program(app: FastAPI) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=BASE_URL) as program:
        assert (await program.post("/api/nothing", headers={"Origin": "http://evil.example"})).status_code == 404


async def handshake(app: FastAPI, origin: str | None) -> list[Message]:
    headers = [(b"host", b"localhost:8080")] + ([(b"origin", origin.encode())] if origin is not None else [])
    scope = {"type": "websocket", "path": "/ws", "query_string": b"", "headers": headers, "subprotocols": []}
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await app(scope, receive, send)
    return sent


@pytest.mark.parametrize("origin", [None, "", "null", "http://evil.example", "https://localhost:8080"])
async def test_a_websocket_of_another_site_is_closed_before_it_opens(app: FastAPI, origin: str | None) -> None:
    assert [message["type"] for message in await handshake(app, origin)] == ["websocket.close"]


async def test_a_websocket_of_our_own_page_opens(app: FastAPI) -> None:
    assert (await handshake(app, "http://127.0.0.1:8080"))[0]["type"] == "websocket.accept"


async def test_programs_of_listed_sites_may_read_the_api_without_cookies(make_app: Callable[..., FastAPI]) -> None:
    async with browser(make_app(cors_origins="https://app.example.org")) as visitor:
        asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
        for origin, allowed in (("https://app.example.org", True), ("https://evil.example", False)):
            response = await visitor.options("/api/v1/needs", headers={**asked, "Origin": origin})
            assert ("access-control-allow-origin" in response.headers) is allowed
            assert "access-control-allow-credentials" not in response.headers
