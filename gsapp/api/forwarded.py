"""Client address behind a reverse proxy: X-Forwarded-For and X-Forwarded-Proto, believed only from TRUSTED_PROXIES."""

import ipaddress
import logging
from collections.abc import Sequence
from typing import cast

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

log = logging.getLogger(__name__)
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
# uvicorn knows no client address for a Unix socket. File permissions decide who connects to one, so it is trusted.
UNIX_SOCKET = ("unix", 0)


class ForwardedHeaders:
    """ASGI middleware: the client of a request is the rightmost address of X-Forwarded-For that is no trusted proxy.

    Without it the rate limit would count all visitors as one, the proxy. With `expected` (BASE_URL is https, so that
    a proxy is needed) it warns once about such headers from an address that is not trusted.
    """

    def __init__(self, app: ASGIApp, *, trusted: Sequence[str], expected: bool) -> None:
        # starlette and uvicorn describe the same ASGI application by different types.
        self._believing = cast(ASGIApp, ProxyHeadersMiddleware(app, [*trusted, UNIX_SOCKET[0]]))  # type: ignore[arg-type]
        self._trusted = {ipaddress.ip_network(proxy) for proxy in trusted}
        self._warns = expected

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "lifespan":
            host, port = scope.get("client") or UNIX_SOCKET
            address = _address(host)
            scope["client"] = (str(address or host), port)
            if self._warns and address and any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
                self._warn_once(address)
        await self._believing(scope, receive, send)

    def _warn_once(self, address: Address) -> None:
        if any(address in network for network in self._trusted):
            return
        self._warns = False
        log.warning(
            "X-Forwarded-For from %s is ignored, so that the rate limit counts all its visitors as one: "
            "if this is your proxy, add its address to TRUSTED_PROXIES",
            address,
        )


def _address(host: str) -> Address | None:
    """The peer's address; an IPv4 address without the form that it has on a socket for both (`::ffff:192.0.2.1`)."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return (address.ipv4_mapped or address) if isinstance(address, ipaddress.IPv6Address) else address
