"""Listening sockets: those that systemd passes (socket activation), or new ones on HOST and PORT."""

import errno
import os
import socket
from collections.abc import Sequence

FIRST_PASSED = 3  # file descriptors before it are standard input, output and error
BACKLOG = 2048
REASONS = {
    errno.EADDRINUSE: "is in use by another program: stop that one, or set PORT",
    errno.EACCES: "is reserved for the administrator: set PORT to 1024 or more, and put a reverse proxy in front",
    errno.EADDRNOTAVAIL: "is no address of this machine: set HOST",
}


class AddressUnusable(Exception):
    """The process cannot listen; the message names the address and the reason."""


def open_sockets(host: str, port: int) -> list[socket.socket]:
    """Sockets that are bound, and refuse connections until `listen`.

    Bound early, so that a port in use ends the program before it opens the database or prints its address. Raises
    `AddressUnusable`.
    """
    return _passed() or _bound(host, port)


def listen(sockets: Sequence[socket.socket]) -> None:
    """Accept connections into the backlog. Raises `AddressUnusable` when another process was a moment faster."""
    for one in sockets:
        try:
            one.listen(BACKLOG)
        except OSError as error:
            raise _unusable(one.getsockname(), error) from error


def _passed() -> list[socket.socket]:
    if os.environ.get("LISTEN_PID") != str(os.getpid()):
        return []  # not set, or meant for the process that started this one
    count = os.environ.get("LISTEN_FDS", "")
    for name in ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"):
        os.environ.pop(name, None)
    return [_passed_socket(FIRST_PASSED + number) for number in range(int(count) if count.isdecimal() else 0)]


def _passed_socket(descriptor: int) -> socket.socket:
    silent = AddressUnusable(f"The file descriptor {descriptor} from systemd does not listen: set ListenStream=.")
    try:
        passed = socket.socket(fileno=descriptor)
    except OSError as error:
        raise silent from error
    if not passed.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
        passed.close()
        raise silent
    passed.set_inheritable(False)
    return passed


def _bound(host: str, port: int) -> list[socket.socket]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except socket.gaierror as error:
        raise AddressUnusable(f"HOST {host} is unknown: {error.strerror}.") from error
    sockets: list[socket.socket] = []
    failure: AddressUnusable | None = None
    for family, kind, protocol, _, address in found:
        one = socket.socket(family, kind, protocol)
        one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        try:
            one.bind(address)
            sockets.append(one)
        except OSError as error:
            one.close()
            failure = _unusable(address, error)
            if error.errno != errno.EADDRNOTAVAIL:
                raise failure from error
    if failure and not sockets:
        raise failure
    return sockets


def _unusable(address: tuple[object, ...] | object, error: OSError) -> AddressUnusable:
    host, port = address[:2] if isinstance(address, tuple) else (address, "")
    named = f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"
    return AddressUnusable(f"{named} {REASONS.get(error.errno or 0, f'cannot be used: {error.strerror}')}.")
