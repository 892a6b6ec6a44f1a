"""Security and cache headers: scripts, framing, caching."""

import base64
import hashlib
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI

from tests.support.api.odd_routes import PAGE
from tests.support.api.people import browser


def sha256(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def policy(response: httpx.Response) -> dict[str, list[str]]:
    directives = (part.split() for part in response.headers["content-security-policy"].split(";"))
    return {name: values for name, *values in directives}


@pytest.mark.parametrize(
    "path", ["/page", "/text", "/health", "/auth/nothing", "/api/bug", "/error/denied", "/own-policy"]
)
async def test_every_answer_tells_the_browser_to_be_careful(visitor: httpx.AsyncClient, path: str) -> None:
    headers = (await visitor.get(path)).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
    assert headers["x-frame-options"] == "DENY"
    assert headers["content-security-policy"]
    assert "strict-transport-security" not in headers


async def test_under_https_browsers_stay_with_https(make_app: Callable[..., FastAPI]) -> None:
    async with browser(make_app(base_url="https://help.example.org"), "https://help.example.org") as visitor:
        assert (await visitor.get("/health")).headers["strict-transport-security"].startswith("max-age=31536000")


@pytest.mark.parametrize("path", ["/page", "/streamed"])
async def test_a_page_may_run_its_own_scripts_and_no_others(visitor: httpx.AsyncClient, path: str) -> None:
    response = await visitor.get(path)
    assert response.text == PAGE
    scripts = policy(response)["script-src"]
    assert sha256('let a = "<b>";') in scripts
    assert sha256('{"imports": {}}') in scripts
    assert "'unsafe-inline'" not in scripts
    assert len([value for value in scripts if value.startswith("'sha256-")]) == 2
    assert policy(response)["frame-ancestors"] == ["'none'"]
    assert policy(response)["object-src"] == ["'none'"]
    assert policy(response)["base-uri"] == ["'none'"]


async def test_only_pages_that_need_eval_may_use_it(visitor: httpx.AsyncClient) -> None:
    assert "'unsafe-eval'" in policy(await visitor.get("/page"))["script-src"]
    assert "'unsafe-eval'" not in policy(await visitor.get("/streamed"))["script-src"]


async def test_what_is_not_a_page_may_do_nothing(visitor: httpx.AsyncClient) -> None:
    assert policy(await visitor.get("/text"))["default-src"] == ["'none'"]


async def test_a_route_may_have_a_policy_of_its_own(visitor: httpx.AsyncClient) -> None:
    headers = (await visitor.get("/own-policy")).headers
    assert (headers["content-security-policy"], headers["cache-control"]) == ("sandbox", "private")


async def test_pages_and_texts_are_compressed_after_their_scripts_were_hashed(visitor: httpx.AsyncClient) -> None:
    for path in ("/page", "/text"):
        assert (await visitor.get(path, headers={"Accept-Encoding": "identity"})).headers.get(
            "content-encoding"
        ) is None
    response = await visitor.get("/text", headers={"Accept-Encoding": "gzip"})
    assert response.headers["content-encoding"] == "gzip"
    assert len(response.text) == 2002


async def test_a_visitor_cannot_choose_where_the_pages_scripts_come_from(visitor: httpx.AsyncClient) -> None:
    seen = (await visitor.get("/seen", headers={"X-Forwarded-Prefix": "//evil.example"})).json()
    assert "x-forwarded-prefix" not in seen["headers"]
