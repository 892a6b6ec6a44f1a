"""Client addresses behind a reverse proxy: who is believed, and whose failures count for whom."""

import logging
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from gsapp.api.forwarded import ForwardedHeaders
from tests.support.api.people import browser, member

PROXY = "127.0.0.2"
HTTPS = "https://help.example.org"
Client = tuple[str, int] | None


async def seen(client: Client, *headers: tuple[str, str], trusted: tuple[str, ...] = (PROXY, "10.1.0.0/16")) -> str:
    """The client's address and the scheme, as the application sees them."""
    scopes = []

    async def application(scope, receive, send) -> None:  # type: ignore[no-untyped-def]
        scopes.append(scope)

    scope = {
        "type": "http",
        "client": client,
        "scheme": "http",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }
    await ForwardedHeaders(application, trusted=trusted, expected=True)(scope, None, None)  # type: ignore[arg-type]
    return f"{scopes[0]['scheme']} {scopes[0]['client'][0]}"


def said(value: str) -> tuple[str, str]:
    return "x-forwarded-for", value


@pytest.mark.parametrize(
    ("client", "headers", "expected"),
    [
        ((PROXY, 1), [], f"http {PROXY}"),
        ((PROXY, 1), [said("203.0.113.9")], "http 203.0.113.9"),
        ((PROXY, 1), [said("203.0.113.9"), ("x-forwarded-proto", "https")], "https 203.0.113.9"),
        # What the visitor has sent is on the left.
        ((PROXY, 1), [said("1.2.3.4, 203.0.113.9, 10.1.2.3")], "http 203.0.113.9"),
        ((PROXY, 1), [said("1.2.3.4"), said("203.0.113.9")], "http 203.0.113.9"),
        (("10.1.9.9", 1), [said("2001:db8::7")], "http 2001:db8::7"),
        (("::ffff:10.1.9.9", 1), [said("203.0.113.9")], "http 203.0.113.9"),
        (("203.0.113.5", 1), [said("1.2.3.4"), ("x-forwarded-proto", "https")], "http 203.0.113.5"),
        (("127.0.0.1", 1), [said("1.2.3.4")], "http 127.0.0.1"),
        (("::ffff:203.0.113.5", 1), [], "http 203.0.113.5"),
        (None, [said("203.0.113.9")], "http 203.0.113.9"),  # a Unix socket
        (None, [], "http unix"),
    ],
)
async def test_the_client_is_the_rightmost_address_that_is_no_proxy(
    client: Client, headers: list[tuple[str, str]], expected: str
) -> None:
    assert await seen(client, *headers) == expected


async def test_a_proxy_that_is_not_trusted_is_named_once(caplog: pytest.LogCaptureFixture) -> None:
    async def application(*_: object) -> None: ...

    guarded = ForwardedHeaders(application, trusted=["127.0.0.1"], expected=True)
    quiet = ForwardedHeaders(application, trusted=["127.0.0.1"], expected=False)
    headers = [(b"x-forwarded-for", b"203.0.113.9")]
    for client in (("127.0.0.1", 1), ("172.18.0.5", 1), ("172.18.0.5", 1), ("172.18.0.6", 1)):
        for middleware in (guarded, quiet):
            await middleware({"type": "http", "client": client, "headers": headers}, None, None)  # type: ignore[arg-type]
    warnings = [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]
    assert len(warnings) == 1
    assert "172.18.0.5" in warnings[0]
    assert "TRUSTED_PROXIES" in warnings[0]


async def attempt(proxy: httpx.AsyncClient, username: str, address: str, password: str) -> int:
    body = {"username": username, "password": password}
    answer = await proxy.post("/api/v1/auth/login", json=body, headers={"X-Forwarded-For": address})
    return answer.status_code


async def test_wrong_passwords_of_one_visitor_do_not_lock_out_the_others(make_app: Callable[..., FastAPI]) -> None:
    app = make_app(base_url=HTTPS, trusted_proxies=(PROXY,))
    member("anna")
    async with browser(app, HTTPS, PROXY) as proxy:
        guesses = [await attempt(proxy, f"guess{number}", "198.51.100.1", "Wrong2026") for number in range(101)]
        assert guesses == [401] * 100 + [429]
        assert await attempt(proxy, "anna", "203.0.113.9", "Spring2026rain") == 200


async def test_a_visitor_cannot_choose_an_address(make_app: Callable[..., FastAPI]) -> None:
    app = make_app(base_url=HTTPS, trusted_proxies=(PROXY,))
    async with browser(app, HTTPS, "198.51.100.1") as visitor:
        guesses = [await attempt(visitor, f"guess{n}", f"203.0.113.{n}", "Wrong2026") for n in range(101)]
    assert guesses[-1] == 429
