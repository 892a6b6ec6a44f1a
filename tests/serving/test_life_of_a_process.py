"""A real process under a service manager: sockets from it, ready, stopping, drained, and a success at the end."""

import signal
import socket
import sys
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from time import monotonic, sleep

import httpx
import pytest

from tests.support import processes, server

pytestmark = pytest.mark.slow
# LISTEN_PID is the process itself, which the shell becomes; the socket must be its file descriptor 3.
PASS = 'export LISTEN_FDS=1 LISTEN_PID=$$; exec "$@" 3<&0 0</dev/null'


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(tmp_path / "notify"))
        listener.settimeout(30)
        yield listener


def wait_for(manager: socket.socket, state: bytes) -> None:
    while manager.recv(100) != state:
        pass


def half_a_request(port: int) -> socket.socket:
    """A visitor on a slow line: the form is announced, and half of it sent."""
    visitor = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = f"POST /auth/login HTTP/1.1\r\nHost: x\r\nOrigin: http://127.0.0.1:{port}\r\n"
    kind = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 24\r\n\r\n"
    visitor.sendall(f"{head}{kind}username=ann".encode())
    return visitor


def status(port: int, path: str) -> int:
    return httpx.get(f"http://127.0.0.1:{port}{path}", trust_env=False, timeout=20).status_code


def test_a_process_is_ready_drains_and_ends_without_losing_a_request(tmp_path: Path, manager: socket.socket) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        settings = {
            "DATA_DIR": str(tmp_path / "data"),
            "BASE_URL": f"http://127.0.0.1:{port}",
            "HOST": "192.0.2.1",  # not used: the socket is given
            "DRAIN_SECONDS": "1",
            "NOTIFY_SOCKET": str(tmp_path / "notify"),
            "WATCHDOG_USEC": "400000",
            "PYTHONPATH": str(server.ROOT),
        }
        process = processes.start(
            ["sh", "-c", PASS, "sh", sys.executable, *server.MAIN],
            log=tmp_path / "log",
            cwd=tmp_path,
            env=processes.plain_environment(**settings),
            stdin=listener,
        )
        try:
            assert status(port, "/health") == HTTPStatus.OK, "a request that comes before the process waits for it"
            wait_for(manager, b"READY=1")
            wait_for(manager, b"WATCHDOG=1")
            assert status(port, "/ready") == HTTPStatus.OK
            visitor = half_a_request(port)
            sleep(0.1)
            begun = monotonic()
            process.send_signal(signal.SIGTERM)
            wait_for(manager, b"STOPPING=1")
            answer = httpx.get(f"http://127.0.0.1:{port}/ready", trust_env=False)
            assert (answer.status_code, answer.json()) == (
                HTTPStatus.SERVICE_UNAVAILABLE,
                {"status": "not ready", "reasons": ["draining"], "degraded": []},
            )
            assert status(port, "/login") == HTTPStatus.OK, "new requests are served until the proxy has noticed"
            sleep(begun + 1.3 - monotonic())
            assert process.poll() is None
            with visitor:
                visitor.sendall(b"a&password=x")
                assert visitor.recv(100).startswith(b"HTTP/1.1 303")
            assert process.wait(10) == 0
        finally:
            processes.stop(process)
        with socket.create_connection(("127.0.0.1", port), timeout=1):
            pass  # the socket is systemd's: a visitor now waits for the next process
    assert "ERROR" not in processes.read(tmp_path / "log")
