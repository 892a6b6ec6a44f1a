"""The site in a browser behind nginx and HAProxy with TLS: two processes, one after the other restarted."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support import redis, server, tls
from tests.support.browser.acts import Wish, fill_need, say_yes
from tests.support.browser.chromium import Watch, launch
from tests.support.browser.people import ready, type_sign_in
from tests.support.browser.pictures import photo
from tests.support.reverse_proxies import Proxy, running
from tests.support.server import free_port
from tests.support.steady_load import Client, under_load

pytestmark = pytest.mark.slow
MB = 1024 * 1024
HTTPS_PORT = free_port()
"""The same for both proxies, one after the other: it is a part of BASE_URL."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tls.Certificate:
    return tls.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[server.Server, server.Server]]:
    settings = {"BASE_URL": f"https://localhost:{HTTPS_PORT}", "DRAIN_SECONDS": "2"}
    with (
        redis.Server(tmp_path_factory.mktemp("r")) as bus,
        server.two_running(tmp_path_factory.mktemp("pair"), redis=bus.url, **settings) as both,
    ):
        yield both


@pytest.fixture(scope="module", params=["nginx", "haproxy"])
def proxy(
    request: pytest.FixtureRequest, certificate: tls.Certificate, pair: tuple[server.Server, server.Server]
) -> Iterator[Proxy]:
    with running(Proxy(request.param, HTTPS_PORT, free_port()), certificate, (pair[0].port, pair[1].port)) as started:
        yield started


@pytest.fixture(scope="module")
def trusting(browser: Browser, certificate: tls.Certificate) -> Iterator[Browser]:
    """A browser that knows the key of the test's certificate, and ignores no other error."""
    with launch(browser.browser_type, f"--ignore-certificate-errors-spki-list={certificate.fingerprint}") as chromium:
        yield chromium


@pytest.fixture
def watch(pair: tuple[server.Server, server.Server]) -> Watch:
    return Watch(lambda: "".join(site.log() for site in pair))


@pytest.fixture
def visitor(trusting: Browser, proxy: Proxy, watch: Watch) -> Iterator[Page]:
    """Somebody who reads English and has an account: see `member`."""
    with trusting.new_context(base_url=proxy.url, locale="en", service_workers="block") as context:
        context.set_default_timeout(20_000)
        watch.over(context)
        yield context.new_page()


@pytest.fixture
def member(proxy: Proxy, certificate: tls.Certificate) -> Callable[[str], Client]:
    return lambda name: Client(proxy.url, certificate.context(), f"{name}_{proxy.name}")


def upload(member: Client, size: int) -> tuple[int, str]:
    picture = photo("lamp.jpg")["buffer"]
    files = {"file": ("lamp.jpg", picture + bytes(size - len(picture)), "image/jpeg")}
    answer = member.send("POST", "/api/v1/files/upload", files=files)
    return answer.status_code, answer.json()["message"]


def test_all_that_the_site_needs_passes_the_proxy(proxy: Proxy, visitor: Page, member: Callable[[str], Client]) -> None:
    anna = member("anna")
    opened = visitor.goto("/login")
    assert opened
    assert opened.headers["strict-transport-security"].startswith("max-age=31536000")
    ready(visitor)
    type_sign_in(visitor, f"anna_{proxy.name}", "Spring2026rain")
    visitor.wait_for_url("**/board")
    ours = [cookie for cookie in visitor.context.cookies() if cookie["name"].startswith("__Host-")]
    assert "__Host-gs_session" in {cookie["name"] for cookie in ours}
    assert all(cookie["secure"] and cookie["httpOnly"] for cookie in ours)
    need = anna.publish("a lamp")
    visitor.goto(f"/needs/{need}")
    ready(visitor)
    anna.edit(need, "It came by the websocket")
    expect(visitor.get_by_text("It came by the websocket")).to_be_visible()
    assert upload(anna, 10 * MB)[0] == 200
    status, sentence = upload(anna, 12 * MB)
    assert status in (400, 413)
    assert "This file is too big: at most 10 MB" in sentence


@pytest.mark.parametrize("proxy", ["haproxy", pytest.param("nginx", marks=pytest.mark.exhaustive)], indirect=True)
def test_a_rolling_restart_loses_no_request_and_nothing_that_was_typed(
    pair: tuple[server.Server, server.Server],
    proxy: Proxy,
    visitor: Page,
    member: Callable[[str], Client],
    watch: Watch,
) -> None:
    watch.allow("WebSocket connection to .* failed")
    member("ben")
    visitor.goto("/login")
    ready(visitor)
    type_sign_in(visitor, f"ben_{proxy.name}", "Spring2026rain")
    visitor.wait_for_url("**/board")
    visitor.goto("/needs/new")
    fill_need(visitor, Wish("Carry the rice", "西宁", kind="保洁服务"))
    visitor.evaluate("window.before = true")
    with under_load([member(name) for name in ("carl", "dora")]) as load:
        for site in pair:
            assert site.stop() == 0
            visitor.wait_for_function("window.did_handshake && window.socket.connected")
            site.start()
    assert load.lost == []
    assert min(load.done.values()) > 5
    visitor.wait_for_function("!window.before")  # one of the two was the process of this page
    ready(visitor)
    expect(visitor.get_by_text("We kept what you had typed")).to_be_visible()
    expect(visitor.get_by_label("2. One sentence")).to_have_value("Carry the rice")
    expect(visitor.get_by_label("Cleaning")).to_be_checked()
    visitor.get_by_role("button", name="Publish").click()
    say_yes(visitor)
    expect(visitor.get_by_role("heading", level=1, name="Carry the rice")).to_be_visible()
