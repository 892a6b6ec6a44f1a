"""A TCP proxy between the program and MariaDB that can drop the connection around a COMMIT."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import Enum
from time import sleep

from sqlalchemy import URL, make_url

COMMIT = b"\x03COMMIT"  # a query, as the protocol has it
CHUNK = 64 * 1024
LATE = 0.2


class Cut(Enum):
    """What becomes of the COMMIT whose wire is cut."""

    LOST = "the server never hears of it"
    UNDER_WAY = "the server does it while the program tries again"
    DONE = "the server has done it, and its answer is lost"


class Wire:
    """Listens on a port of its own; `url` leads through it. `cut_next` cuts one connection at its next COMMIT."""

    def __init__(self, url: str) -> None:
        self._target = make_url(url)
        self._cuts: list[Cut] = []
        self._answered = threading.Semaphore(0)
        self._open: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        own: URL = self._target.set(host="127.0.0.1", port=self._listener.getsockname()[1], query={})
        self.url = own.render_as_string(hide_password=False)
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_next(self, when: Cut) -> None:
        self._cuts.append(when)

    @property
    def is_cut(self) -> bool:
        """Whether all that was to be cut has been."""
        return not self._cuts

    def close(self) -> None:
        self._listener.close()
        for end in self._open:
            end.close()

    def _accept(self) -> None:
        with suppress(OSError):  # closed
            while True:
                client, _ = self._listener.accept()
                server = self._connect()
                self._open += [client, server]
                deaf = threading.Event()
                for carry in (self._there, self._back):
                    threading.Thread(target=carry, args=(client, server, deaf), daemon=True).start()

    def _connect(self) -> socket.socket:
        if path := self._target.query.get("unix_socket"):
            server = socket.socket(socket.AF_UNIX)
            server.connect(str(path))
            return server
        return socket.create_connection((self._target.host or "localhost", self._target.port or 3306))

    def _there(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        """From the program to the server."""
        with suppress(OSError):
            while data := client.recv(CHUNK):
                if self._cuts and COMMIT in data:
                    self._cut(self._cuts.pop(), data, client, server, deaf)
                    break
                server.sendall(data)
        _end(client)
        if not deaf.is_set():
            _end(server)

    def _cut(
        self, when: Cut, commit: bytes, client: socket.socket, server: socket.socket, deaf: threading.Event
    ) -> None:
        if when is Cut.LOST:
            return
        deaf.set()
        if when is Cut.UNDER_WAY:
            _end(client)
            sleep(LATE)
        server.sendall(commit)
        self._answered.acquire(timeout=10)

    def _back(self, client: socket.socket, server: socket.socket, deaf: threading.Event) -> None:
        """From the server to the program, unless nobody may hear it any more."""
        with suppress(OSError):
            while data := server.recv(CHUNK):
                if deaf.is_set():
                    self._answered.release()
                    break
                client.sendall(data)
        _end(client, server)


@contextmanager
def wire(url: str) -> Iterator[Wire]:
    """A wire to the database that `url` names."""
    made = Wire(url)
    try:
        yield made
    finally:
        made.close()


def _end(*ends: socket.socket) -> None:
    for end in ends:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
