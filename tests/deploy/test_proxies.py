"""nginx, HAProxy and Caddy with the configurations of deploy/: what reaches a process, and what they answer alone."""

import json
import socket
import ssl
import threading
from collections.abc import Iterator
from http.client import HTTPSConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from tests.support import tls
from tests.support.reverse_proxies import COMMANDS, Proxy, running
from tests.support.server import free_port

FORGED = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http", "Forwarded": "for=203.0.113.9"}
MB = 1024 * 1024


class Process(BaseHTTPRequestHandler):
    """Instead of the site: answers with its own port, and the headers and the length of the body that have arrived."""

    def do_GET(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def log_message(self, *_: object) -> None: ...

    def _answer(self) -> None:
        length, received = int(self.headers.get("Content-Length", 0)), 0
        while received < length:
            received += len(self.rfile.read(min(MB, length - received)))
        headers = {name.lower(): self.headers.get_all(name) for name in self.headers}
        content = json.dumps({"headers": headers, "port": self.server.server_port, "received": received}).encode()  # type: ignore[attr-defined]
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tls.Certificate:
    return tls.make(tmp_path_factory.mktemp("tls"))


@pytest.fixture(scope="module")
def ports() -> Iterator[tuple[int, int]]:
    """Two processes behind the proxies."""
    servers = [ThreadingHTTPServer(("127.0.0.1", 0), Process) for _ in range(2)]
    for one in servers:
        threading.Thread(target=one.serve_forever, daemon=True).start()
    yield servers[0].server_port, servers[1].server_port
    for one in servers:
        one.shutdown()
        one.server_close()


@pytest.fixture(scope="module", params=list(COMMANDS))
def proxy(request: pytest.FixtureRequest, certificate: tls.Certificate, ports: tuple[int, int]) -> Iterator[Proxy]:
    with running(Proxy(request.param, free_port(), free_port()), certificate, ports) as started:
        deadline = monotonic() + 10  # until it has seen that the processes are well
        while httpx.get(started.url, verify=certificate.context(), trust_env=False).status_code != 200:
            assert monotonic() < deadline
            sleep(0.05)
        yield started


@pytest.fixture
def visitor(proxy: Proxy, certificate: tls.Certificate) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=proxy.url, verify=certificate.context(), trust_env=False, timeout=20) as client:
        yield client


def test_what_a_visitor_says_about_its_address_counts_for_nothing(visitor: httpx.Client) -> None:
    headers = visitor.get("/", headers=FORGED).json()["headers"]
    assert headers["x-forwarded-for"] == ["127.0.0.1"]
    assert headers["x-forwarded-proto"] == ["https"]
    assert "forwarded" not in headers


def test_metrics_are_not_for_visitors(visitor: httpx.Client) -> None:
    answer = visitor.get("/metrics", headers={"Authorization": "Bearer guess"})
    assert answer.status_code == 404
    assert "headers" not in answer.text, "it did not reach a process"


def test_a_visitor_stays_with_one_process_and_others_are_shared_out(
    visitor: httpx.Client, proxy: Proxy, certificate: tls.Certificate
) -> None:
    assert len({visitor.get("/").json()["port"] for _ in range(10)}) == 1
    (cookie,) = visitor.cookies.jar
    assert (cookie.name, cookie.secure, cookie.path) == ("gsnode", True, "/")
    context = certificate.context()
    others = (httpx.get(proxy.url, verify=context, trust_env=False).json()["port"] for _ in range(40))
    assert len(set(others)) == 2


def test_a_photo_passes_and_what_is_far_too_big_is_refused_in_a_sentence(visitor: httpx.Client, proxy: Proxy) -> None:
    assert visitor.post("/api/v1/files/upload", content=b"x" * 10 * MB).json()["received"] == 10 * MB
    if proxy.name == "haproxy":
        return  # it stores no body: the site refuses, in the visitor's language
    answer = visitor.post("/api/v1/files/upload", content=b"x" * 12 * MB)
    assert answer.status_code == 413
    assert answer.json() == {
        "code": 413,
        "message": "文件太大：最多 10 MB。 This file is too big: at most 10 MB.",
        "detail": {"error": "TooLarge"},
    }


def test_a_visitor_who_sends_headers_slowly_is_cut_off(proxy: Proxy, certificate: tls.Certificate) -> None:
    with (
        socket.create_connection(("127.0.0.1", proxy.https), timeout=10) as line,
        certificate.context().wrap_socket(line, server_hostname="localhost") as visitor,
    ):
        start = monotonic()
        visitor.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        try:
            while visitor.recv(1000):  # a sentence about it, or nothing
                pass
        except (ssl.SSLEOFError, ConnectionResetError):
            pass
        assert 0.5 < monotonic() - start < 5


def test_plain_http_leads_to_https(proxy: Proxy) -> None:
    answer = httpx.get(f"http://localhost:{proxy.http}/needs/1", trust_env=False)
    assert answer.status_code == 308
    assert answer.headers["location"].startswith("https://localhost")
    assert answer.headers["location"].endswith("/needs/1")


def test_old_versions_of_tls_are_refused(proxy: Proxy, certificate: tls.Certificate) -> None:
    context = certificate.context()
    context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_2
    connection = HTTPSConnection("localhost", proxy.https, context=context, timeout=10)
    connection.connect()
    connection.close()
    with pytest.warns(DeprecationWarning, match="TLSv1_1"):
        context.minimum_version, context.maximum_version = ssl.TLSVersion.TLSv1_1, ssl.TLSVersion.TLSv1_1
    context.set_ciphers("DEFAULT@SECLEVEL=0")  # or this client itself refuses
    with pytest.raises((ssl.SSLError, ConnectionResetError)):
        HTTPSConnection("localhost", proxy.https, context=context, timeout=10).connect()


@pytest.mark.parametrize("name", list(COMMANDS))
def test_while_no_process_answers_visitors_see_a_page_in_both_languages(name: str, tmp_path: Path) -> None:
    certificate = tls.make(tmp_path)
    context = certificate.context()
    with running(Proxy(name, free_port(), free_port()), certificate, (free_port(), free_port())) as away:
        deadline = monotonic() + 15
        with httpx.Client(base_url=away.url, verify=context, trust_env=False, timeout=20) as visitor:
            for method, path in (("GET", "/needs/1"), ("POST", "/auth/login")):
                answer = visitor.request(method, path)
                while answer.status_code != 503 and monotonic() < deadline:  # until it has seen that they are away
                    answer = visitor.request(method, path)
                assert answer.status_code == 503
                assert answer.headers["retry-after"] == "30"
                assert answer.headers["content-type"].startswith("text/html")
                assert "好服务马上回来" in answer.text
                assert "GoodServices will be back soon" in answer.text
