"""Listening sockets: bound early, passed by systemd, and refused in one sentence."""

import os
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from gsapp.serving import listening
from gsapp.serving.listening import AddressUnusable


@pytest.fixture
def taken() -> Iterator[int]:
    """A port on which another program listens."""
    with socket.create_server(("127.0.0.1", 0)) as other:
        yield other.getsockname()[1]


def test_a_port_in_use_is_named(taken: int) -> None:
    with pytest.raises(AddressUnusable, match=f"^127.0.0.1:{taken} is in use by another program: .* set PORT.$"):
        listening.open_sockets("127.0.0.1", taken)


def test_of_two_that_start_together_the_second_is_refused() -> None:
    (first,) = listening.open_sockets("127.0.0.1", 0)
    with closing(first):
        (second,) = listening.open_sockets("127.0.0.1", first.getsockname()[1])  # bound, as neither listens
        with closing(second):
            listening.listen([first])
            with pytest.raises(AddressUnusable, match="is in use"):
                listening.listen([second])


@pytest.mark.parametrize(
    ("host", "sentence"),
    [("192.0.2.1", "192.0.2.1:8080 is no address of this machine: set HOST."), ("no.host.invalid", "is unknown")],
)
def test_an_address_of_another_machine_is_refused(host: str, sentence: str) -> None:
    with pytest.raises(AddressUnusable, match=sentence):
        listening.open_sockets(host, 8080)


def test_a_name_is_served_at_each_of_its_addresses() -> None:
    found = {address[0] for *_, address in socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)}
    sockets = listening.open_sockets("localhost", 0)
    assert {one.getsockname()[0] for one in sockets} <= found
    for one in sockets:
        one.close()


def pass_on(monkeypatch: pytest.MonkeyPatch, descriptor: int, *, process: int | None = None) -> None:
    monkeypatch.setattr(listening, "FIRST_PASSED", descriptor)
    monkeypatch.setenv("LISTEN_FDS", "1")
    monkeypatch.setenv("LISTEN_PID", str(process or os.getpid()))


@pytest.mark.parametrize("unix", [False, True])
def test_a_socket_from_systemd_is_taken_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, *, unix: bool) -> None:
    family, address = (socket.AF_UNIX, str(tmp_path / "s")) if unix else (socket.AF_INET, ("127.0.0.1", 0))
    with socket.socket(family) as given:
        given.bind(address)
        given.listen()
        pass_on(monkeypatch, os.dup(given.fileno()))
        (taken,) = listening.open_sockets("192.0.2.1", 1)  # HOST and PORT do not matter
        with closing(taken):
            assert taken.getsockname() == given.getsockname()
            assert not taken.get_inheritable()
        assert "LISTEN_FDS" not in os.environ, "a child would take it for its own"


def test_a_socket_for_another_process_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as given:
        pass_on(monkeypatch, given.fileno(), process=1)
        (own,) = listening.open_sockets("127.0.0.1", 0)
        with closing(own):
            assert own.getsockname() != given.getsockname()


@pytest.mark.parametrize("kind", ["file", "client"])
def test_what_does_not_listen_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: str) -> None:
    with (tmp_path / "file").open("w") as file, socket.socket() as client:
        pass_on(monkeypatch, os.dup((file if kind == "file" else client).fileno()))
        with pytest.raises(AddressUnusable, match="from systemd does not listen: set ListenStream="):
            listening.open_sockets("127.0.0.1", 0)
