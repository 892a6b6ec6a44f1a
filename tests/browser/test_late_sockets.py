"""Pages whose websocket comes late or not at all: what the server has deleted by then is loaded again."""

from http.client import HTTPConnection

import pytest
from playwright.sync_api import WebSocketRoute, expect

from pages.shell.client_limits import PER_VISITOR
from tests.browser.conftest import Visitor
from tests.support import server
from tests.support.browser.chromium import Watch
from tests.support.browser.people import ready

pytestmark = pytest.mark.slow


def test_a_page_that_was_deleted_before_its_socket_came_is_loaded_again_with_what_was_typed(
    visitor: Visitor, site: server.Server
) -> None:
    page = visitor(language="en")
    late: list[WebSocketRoute] = []

    def hold_the_first(socket: WebSocketRoute) -> None:
        if late:
            socket.connect_to_server()
        else:
            late.append(socket)

    page.route_web_socket("**/socket.io/**", hold_the_first)
    page.goto("/register")
    about = page.get_by_label("About you (if you like)")
    about.fill("I like plants")
    page.evaluate("window.isFirstLoad = true")
    for _ in range(PER_VISITOR):
        _load(site, "/help")
    late[0].connect_to_server()
    page.wait_for_function("!window.isFirstLoad")
    ready(page)
    expect(page.get_by_text("We kept what you had typed")).to_be_visible()
    expect(about).to_have_value("I like plants")


def test_an_error_page_opens_no_socket_and_its_links_work(visitor: Visitor, watch: Watch) -> None:
    watch.allow("status of 404")
    page = visitor(language="en")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto("/nowhere")
    expect(page.get_by_role("heading", level=1, name="Nothing here")).to_be_visible()
    page.wait_for_timeout(300)  # longer than a page needs to open its socket
    assert not sockets
    page.get_by_role("link", name="To the start page").click()
    ready(page)
    assert len(sockets) == 1


def _load(site: server.Server, path: str) -> None:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    connection.request("GET", path)
    connection.getresponse().read()
    connection.close()
