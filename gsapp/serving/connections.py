"""Connection limits of the web server: a time limit for request headers (slow loris), and connections per address.

A reverse proxy has such limits of its own; these are for a site without one. Bodies are limited in `api.body_limit`.
"""

import asyncio
import ipaddress
from collections import Counter
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.auto import AutoHTTPProtocol

from gsapp.monitoring import counters
from gsapp.security.throttle import network_of

HEADERS_WITHIN = 20.0  # seconds
MAX_CONNECTIONS = 256
"""Per address, without websockets and connections of trusted proxies: a school or a town may share one address."""


def limited_protocol(trusted: Sequence[str]) -> type[asyncio.Protocol]:
    """The HTTP protocol class for uvicorn. `trusted` are the addresses or networks of proxies."""
    networks = [ipaddress.ip_network(each) for each in trusted]
    return type("LimitedProtocol", (_Limited,), {"trusted": networks, "connected": Counter()})


class _Limited(AutoHTTPProtocol):  # type: ignore[misc, valid-type]
    trusted: Sequence[ipaddress.IPv4Network | ipaddress.IPv6Network]
    connected: Counter[str]
    _timer: asyncio.TimerHandle | None = None
    _counted = ""

    def connection_made(self, transport: asyncio.Transport) -> None:
        super().connection_made(transport)
        address = self.client[0] if self.client else ""
        if address and not self._is_trusted(address):
            self._counted = network_of(address)
            self.connected[self._counted] += 1
        if self.connected[self._counted] > MAX_CONNECTIONS:
            counters.THROTTLED.labels("connections").inc()
            transport.abort()
        else:
            self._watch()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        self._watch()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self._forget()

    def _watch(self) -> None:
        """Start the time limit while headers are awaited, end it when a request has begun."""
        if self.transport.get_protocol() is not self:  # a websocket has limits of its own
            self._forget()
        elif not self._awaits_headers():
            self._stop_timer()
        elif self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(HEADERS_WITHIN, self._expire)

    def _awaits_headers(self) -> bool:
        cycle: Any = self.cycle
        return cycle is None or bool(cycle.response_complete)

    def _expire(self) -> None:
        self._timer = None
        if self._awaits_headers():
            self.transport.abort()

    def _is_trusted(self, address: str) -> bool:
        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:  # a socket of the file system
            return True
        if isinstance(ip, ipaddress.IPv6Address):
            ip = ip.ipv4_mapped or ip
        return any(ip in network for network in self.trusted)

    def _stop_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _forget(self) -> None:
        self._stop_timer()
        if self._counted:
            self.connected[self._counted] -= 1
            if not self.connected[self._counted]:
                del self.connected[self._counted]
            self._counted = ""
