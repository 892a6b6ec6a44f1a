"""Every error response has the same shape and leaks no internals."""

import json
import logging
from collections.abc import AsyncIterator

import httpx
import pytest
from fastapi import FastAPI

from gsapp import api, db, logs
from gsapp.access import Actor
from gsapp.errors import Busy
from tests.support.api import odd_routes
from tests.support.api.calls import REQUEST, Caller, data, fields, refused
from tests.support.api.people import make_settings

JSON = {"Content-Type": "application/json"}
# Nothing here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def surrogates(*names: str) -> bytes:
    """A body with half of a character in each field."""
    return json.dumps(dict.fromkeys(names, "\ud800")).encode()


@pytest.mark.parametrize(
    "path", ["/nothing", "/service-requests/", "/users/me/x", "/match/accept/", "/", "", "/%00", "/docs/x.js"]
)
async def test_an_unknown_address_is_not_found(call: Caller, anna: Actor, path: str) -> None:
    for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
        refused(await call(f"{method} {path}", anna), *((404, 405) if path.startswith("/docs") else (404,)))


@pytest.mark.parametrize(
    ("what", "allowed"),
    [
        ("DELETE /users/me", "GET, PUT"),
        ("PATCH /service-requests/1", "GET, PUT, DELETE"),
        ("GET /auth/login", "POST"),
        ("POST /service-types", "GET"),
        ("OPTIONS /cities", "GET"),
        ("TRACE /service-requests", "GET, POST"),
        ("QUERY /service-requests", "GET, POST"),
    ],
)
async def test_a_wrong_method_is_told_the_right_ones(call: Caller, anna: Actor, what: str, allowed: str) -> None:
    response = await call(what, anna)
    refused(response, 405)
    assert response.headers["allow"] == allowed


async def test_a_bug_shows_its_number_and_nothing_else(call: Caller, caplog: pytest.LogCaptureFixture) -> None:
    response = await call.client.get("/api/bug")
    answer = refused(response, 500)
    assert answer["detail"] == {"request_id": response.headers["x-request-id"]}
    assert odd_routes.PHONE not in response.text
    assert "ZeroDivision" not in response.text
    lines = "".join(logs.JsonLines().format(record) for record in caplog.records if record.levelno >= logging.ERROR)
    assert "ZeroDivisionError" in lines


async def test_a_busy_database_is_told_apart_from_a_bug(
    call: Caller, anna: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object, **__: object) -> None:
        raise Busy

    monkeypatch.setattr(db, "write", busy)
    response = await call("POST /service-requests", anna, REQUEST)
    refused(response, 503)
    assert response.headers["retry-after"] == "5"


async def test_a_body_too_long_is_refused(call: Caller, anna: Actor) -> None:
    refused(await call("POST /service-requests", anna, REQUEST | {"ps_desc": "x" * 2**20}), 413)


async def test_reasons_come_in_the_language_that_was_asked_for(call: Caller, anna: Actor) -> None:
    said = [
        refused(await call("GET /service-requests/99", anna, headers={"Accept-Language": language}), 404)["message"]
        for language in ("en", "zh-CN,zh;q=0.9", "fr")
    ]
    assert said[0] == said[2] == "We could not find this need."
    assert said[1] != said[0]


async def test_hostile_text_comes_back_as_text(call: Caller, anna: Actor) -> None:
    hostile = "<script>alert(1)</script> '; DROP TABLE sr_info; -- 😀"
    request = data(await call("POST /service-requests", anna, REQUEST | {"ps_title": hostile}), 201)
    assert request["ps_title"] == hostile
    assert fields(await call("POST /service-requests", anna, REQUEST | {"ps_title": "a\u0000b"})) == {"ps_title"}
    response = await call("POST /auth/login", content=surrogates("username", "password"), headers=JSON)
    assert fields(response) == {"username", "password"}
    for field in (*REQUEST, "ps_desc", "file_list"):
        sent = json.dumps(REQUEST | {field: "\ud800"}).encode()
        response = await call("POST /service-requests", anna, content=sent, headers=JSON)
        assert fields(response) == {field}
    response = await call("PUT /users/me/password", anna, content=surrogates("old_password"), headers=JSON)
    assert "old_password" in fields(response)


@pytest.fixture
async def foreign_page(tmp_path_factory: pytest.TempPathFactory, call: Caller) -> AsyncIterator[httpx.AsyncClient]:
    """A page of https://city.example, which the settings name; another one is not named."""
    app = FastAPI(openapi_url=None)
    api.install(app, make_settings(tmp_path_factory.mktemp("cors"), cors_origins=("https://city.example",)))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost:8080") as client:
        yield client


async def test_scripts_of_other_sites_are_let_in_by_name_only(call: Caller, foreign_page: httpx.AsyncClient) -> None:
    asking = {"Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "authorization,idempotency-key"}
    for origin, named in (("https://city.example", True), ("https://evil.example", False)):
        response = await foreign_page.options("/api/v1/users/me", headers={"Origin": origin} | asking)
        assert (response.headers.get("access-control-allow-origin") == origin) is named
        assert "access-control-allow-credentials" not in response.headers
        response = await foreign_page.get("/api/v1/users/me", headers={"Origin": origin})
        assert response.status_code == 401
        assert ("access-control-allow-origin" in response.headers) is named
    response = await call("GET /users/me", headers={"Origin": "https://city.example"})
    assert "access-control-allow-origin" not in response.headers
