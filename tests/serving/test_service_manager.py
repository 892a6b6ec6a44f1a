"""Notifications to systemd: sent as datagrams, from the event loop, and never a reason to fail."""

import asyncio
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from gsapp.serving import service_manager


@pytest.fixture(params=["path", "abstract"])
def manager(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """Where systemd listens; nothing waits for a message that is not there."""
    abstract = request.param == "abstract"
    name = f"@gs-test-{os.getpid()}" if abstract else str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(f"\0{name[1:]}" if abstract else name)
        listener.setblocking(False)
        monkeypatch.setenv("NOTIFY_SOCKET", name)
        yield listener


def received(manager: socket.socket) -> list[bytes]:
    messages = []
    while True:
        try:
            messages.append(manager.recv(100))
        except BlockingIOError:
            return messages


def test_a_state_is_one_datagram(manager: socket.socket) -> None:
    service_manager.notify("READY=1")
    assert received(manager) == [b"READY=1"]


async def test_a_blocked_loop_sends_nothing_so_that_it_is_restarted(
    manager: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", "40000")
    monkeypatch.setenv("WATCHDOG_PID", str(os.getpid()))
    task = service_manager.start_watchdog()
    assert task is not None
    await asyncio.sleep(0.1)
    assert len(received(manager)) >= 2
    time.sleep(0.1)  # noqa: ASYNC251 - this blocks the loop on purpose
    assert received(manager) == []
    task.cancel()


@pytest.mark.parametrize(("microseconds", "process"), [("", None), ("0", None), ("many", None), ("40000", 1)])
async def test_without_a_limit_for_this_process_nothing_is_sent(
    monkeypatch: pytest.MonkeyPatch, microseconds: str, process: int | None
) -> None:
    monkeypatch.setenv("WATCHDOG_USEC", microseconds)
    monkeypatch.setenv("WATCHDOG_PID", str(process or os.getpid()))
    assert service_manager.start_watchdog() is None


def test_systemd_that_is_gone_is_a_warning(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "gone"))
    service_manager.notify("READY=1")
    assert "systemd cannot be notified of READY=1: No such file or directory" in caplog.text


def test_without_systemd_nothing_happens(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    service_manager.notify("READY=1")
    assert caplog.text == ""
