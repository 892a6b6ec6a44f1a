"""Every address as a direct load: the right status, the layout, no internals of an error."""

import logging
import re

import httpx
import pytest

from pages import site_map
from pages.shell import layout
from tests.support.api.people import member, sign_in
from tests.support.pages.odd_pages import SECRET

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/quiet", 200),
        ("/refused", 403),
        ("/nowhere", 404),
        ("/numbered/7", 200),
        ("/numbered/seven", 404),
        ("/numbered/1234567890123456789", 404),
        ("/quiet/", 404),
        ("/broken", 500),
        ("/half-built", 500),
    ],
)
async def test_an_address_answers_its_status_in_the_frame(
    visitor: httpx.AsyncClient, address: str, status: int
) -> None:
    response = await visitor.get(address)
    assert response.status_code == status
    assert response.headers["content-type"].startswith("text/html")
    assert "gs-brand" in response.text
    assert "gs-h1" in response.text


@pytest.mark.parametrize("address", ["//elsewhere.example/", "//[", "/%ff", "/quiet%3Fword=1", "/\\elsewhere.example"])
async def test_an_odd_address_is_not_found(visitor: httpx.AsyncClient, address: str) -> None:
    raw = address.encode()
    request = visitor.build_request("GET", "/")
    request.url = request.url.copy_with(raw_path=raw)
    response = await visitor.send(request)
    assert response.status_code == 404
    assert "gs-brand" in response.text


async def test_a_redirect_of_a_loader_is_a_redirect_of_the_address(visitor: httpx.AsyncClient) -> None:
    response = await visitor.get("/moved")
    assert (response.status_code, response.headers["location"]) == (303, "/quiet")


async def test_a_visitor_is_asked_to_sign_in_and_comes_back(visitor: httpx.AsyncClient) -> None:
    response = await visitor.get("/members?page=2&word=a%26b")
    assert response.status_code == 303
    assert response.headers["location"] == "/login?next=%2Fmembers%3Fpage%3D2%26word%3Da%2526b"


async def test_a_member_enters_and_a_coordinator_s_page_stays_closed(visitor: httpx.AsyncClient) -> None:
    member("anna")
    await sign_in(visitor)
    assert (await visitor.get("/members")).status_code == 200
    assert (await visitor.get("/coordinators")).status_code == 403


@pytest.mark.parametrize("address", ["/broken", "/half-built"])
async def test_a_bug_shows_an_id_that_stands_in_the_log_and_never_a_trace(
    visitor: httpx.AsyncClient, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    response = await visitor.get(address)
    request_id = response.headers["x-request-id"]
    assert request_id in response.text
    assert SECRET not in response.text
    assert "RuntimeError" not in response.text
    assert [record for record in caplog.records if record.levelno == logging.ERROR and record.exc_info]


async def test_when_the_frame_itself_fails_the_visitor_learns_as_little(
    visitor: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> None:
        raise RuntimeError(SECRET)

    monkeypatch.setattr(layout, "frame", fail)
    response = await visitor.get("/quiet")
    assert response.status_code == 500
    assert response.headers["x-request-id"] in response.text
    assert SECRET not in response.text
    assert "RuntimeError" not in response.text


async def test_what_stands_in_the_address_appears_as_the_text_it_is(visitor: httpx.AsyncClient) -> None:
    hostile = "</script><script>alert(1)</script>{{7*7}}`${7*7}`"
    response = await visitor.get("/echo", params={"word": hostile})
    assert "<script>alert(1)" not in response.text
    assert "`${" not in response.text


async def test_the_page_speaks_the_reader_s_language(visitor: httpx.AsyncClient) -> None:
    english = await visitor.get("/quiet", headers={"Accept-Language": "en"})
    chinese = await visitor.get("/quiet", headers={"Accept-Language": "zh-CN,zh;q=0.9"})
    assert '<html lang="en-US"' in english.text
    assert '<html lang="zh-CN"' in chinese.text
    assert "lang/zh-CN.umd" in chinese.text  # Quasar's own words


async def test_what_the_reader_chose_beats_the_browser(visitor: httpx.AsyncClient) -> None:
    visitor.cookies.update({"gs_lang": "zh-CN", "gs_theme": "dark", "gs_large": "1"})
    response = await visitor.get("/quiet", headers={"Accept-Language": "en"})
    assert '<html lang="zh-CN"' in response.text
    assert "const dark = True" in response.text
    assert "gs-large" in response.text


async def test_a_made_up_choice_changes_nothing(visitor: httpx.AsyncClient) -> None:
    visitor.cookies.update({"gs_lang": "tlh", "gs_theme": "</script>", "gs_large": "99"})
    response = await visitor.get("/quiet")
    assert '<html lang="en-US"' in response.text
    assert "const dark = None" in response.text


async def test_style_sheets_carry_their_content_s_hash_and_are_kept_for_good(visitor: httpx.AsyncClient) -> None:
    page = await visitor.get("/quiet")
    found = re.findall(r'(?:href|src)="(/assets/[0-9a-f]{12}/[\w.-]+\.(?:css|js))"', page.text)
    assert found
    for address in found:
        response = await visitor.get(address)
        assert response.status_code == 200
        assert "immutable" in response.headers["cache-control"]


async def test_the_browser_s_tab_has_its_picture(visitor: httpx.AsyncClient) -> None:
    response = await visitor.get("/favicon.ico")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("image/svg+xml")


async def test_pages_are_never_kept(visitor: httpx.AsyncClient) -> None:
    assert (await visitor.get("/quiet")).headers["cache-control"] == "no-store"


async def test_a_page_lists_the_paths_that_are_no_pages(visitor: httpx.AsyncClient) -> None:
    """Client-side navigation asks for everything else over the socket, and would show "Nothing here" for these."""
    page = await visitor.get("/quiet")
    listed = re.findall(r'<meta name="gs-server-paths" content="([^"]*)">', page.text)
    assert len(listed) == 1
    paths = set(listed[0].split())
    for kind in ("api", "assets", "auth", "calendar", "export", "files", "health", "my-data.json", "offline", "ready"):
        assert kind in paths
    assert not paths & {route.pattern.split("/")[1] for route in site_map()}
