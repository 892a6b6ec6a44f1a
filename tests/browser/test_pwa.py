"""The site on a phone's home screen, and what it says without a connection."""

import json
import re
from io import BytesIO

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from gsapp.i18n import translator
from tests.browser.conftest import PHONE, Visitor
from tests.support import server
from tests.support.browser import looks
from tests.support.browser.people import ready, register, sign_out, somebody

pytestmark = pytest.mark.slow
KEPT = """async () => {
    const kept = [];
    for (const name of await caches.keys())
        for (const request of await (await caches.open(name)).keys()) kept.push(new URL(request.url).pathname);
    return kept;
}"""


def _installed(page: Page) -> None:
    """Wait until the service worker answers for this page."""
    page.evaluate("navigator.serviceWorker.ready")
    page.wait_for_function("navigator.serviceWorker.controller !== null")


def test_without_a_connection_a_page_says_so_and_comes_back_by_itself(visitor: Visitor, watch: object) -> None:
    watch.allow("ERR_INTERNET_DISCONNECTED")  # type: ignore[attr-defined]
    page = visitor(language="en", size=PHONE, installed=True)
    page.goto("/login")
    ready(page)
    _installed(page)
    page.context.set_offline(True)
    page.goto("/register")
    expect(page.get_by_role("heading", name="No connection")).to_be_visible()
    expect(page.get_by_text(translator("zh-CN")("No connection"))).to_be_hidden()
    assert looks.axe(page) == []
    assert looks.sideways(page) == []
    page.context.set_offline(False)
    expect(page.get_by_role("heading", name="Hello, new neighbour")).to_be_visible()


def test_nothing_of_a_member_is_kept(visitor: Visitor) -> None:
    page = visitor(installed=True)
    page.goto("/")
    _installed(page)
    register(page, somebody("installed"))
    page.goto("/board")
    page.goto("/profile")
    assert page.evaluate(KEPT) == ["/offline"]
    sign_out(page)
    ready(page)
    assert page.evaluate("Object.keys(localStorage)") == ["gsLook"]


def test_what_an_earlier_version_kept_is_thrown_away(visitor: Visitor) -> None:
    page = visitor(installed=True)
    page.goto("/health")  # nothing there that would start the worker
    page.evaluate("caches.open('gs-before').then(cache => cache.put('/offline', new Response('old')))")
    page.goto("/login")
    _installed(page)
    names = page.evaluate("caches.keys()")
    assert len(names) == 1
    assert re.fullmatch(r"gs-[0-9a-f]{12}", names[0])


def test_the_manifest_is_complete(site: server.Server) -> None:
    with httpx.Client(base_url=site.url, trust_env=False) as client:
        for language, name in (("en", "Ask for help"), ("zh-CN", "请人帮忙")):
            manifest = json.loads(client.get("/manifest.webmanifest", params={"lang": language}).text)
            assert manifest["lang"] == language
            assert manifest["display"] == "standalone"
            assert name in [shortcut["name"] for shortcut in manifest["shortcuts"]]
            for icon in manifest["icons"]:
                picture = Image.open(BytesIO(client.get(icon["src"]).content))
                assert f"{picture.width}x{picture.height}" == icon["sizes"]
            assert {"192x192", "512x512"} <= {icon["sizes"] for icon in manifest["icons"]}
            assert "maskable" in {icon["purpose"] for icon in manifest["icons"]}
