"""Security headers of all responses, above all the Content-Security-Policy.

A page has a few inline scripts of this site. Its policy allows them by their hashes, so that an injected script (XSS)
does not run. Why hashes: docs/decisions/0005-script-hashes.md.
"""

import base64
import hashlib
import re
from collections.abc import Iterator

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# A script tag in another notation gets no hash and does not run: the pattern may allow too little, never too much.
SCRIPT = re.compile(rb"<script\b([^>]*)>")
END = b"</script>"

PAGE_POLICY = (
    "default-src 'self'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
OTHER_POLICY = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# NiceGUI compiles its templates in the browser and runs scripts sent by its socket: only its pages need eval.
EVAL = " 'unsafe-eval'"

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: browsers would then send "Origin: null" with forms of this site.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
}
HSTS = "max-age=31536000; includeSubDomains"
NOT_FOR_CACHES = ("/auth/", "/api/", "/export/", "/files/", "/calendar/", "/my-data.json", "/dashboard/wall")
# Pages whose address grants access without signing in: it must not appear in any Referer header.
SECRET_ADDRESSES = ("/dashboard/wall",)


class SecurityHeaders:
    """ASGI middleware that adds the headers to every response. It hashes scripts, so compression must come after it."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self._app = app
        self._always = ALWAYS | ({"Strict-Transport-Security": HSTS} if https else {})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        held: Message | None = None
        body = bytearray()

        async def guarded(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start":
                headers = self._complete(scope, message)
                if headers.get("content-type", "").startswith("text/html"):
                    held = message
                else:
                    headers.setdefault("Content-Security-Policy", OTHER_POLICY)
                    await send(message)
            elif held is not None and message["type"] == "http.response.body":
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    headers = MutableHeaders(raw=held["headers"])
                    headers.setdefault("Content-Security-Policy", page_policy(bytes(body), headers))
                    await send(held)
                    await send({"type": "http.response.body", "body": bytes(body)})
            else:
                await send(message)

        _remove_prefix(scope)
        await self._app(scope, receive, guarded)

    def _complete(self, scope: Scope, message: Message) -> MutableHeaders:
        headers = MutableHeaders(raw=message["headers"])
        headers.update(self._always)
        if scope["path"].startswith(SECRET_ADDRESSES):
            headers["Referrer-Policy"] = "no-referrer"
        if scope["path"].startswith(NOT_FOR_CACHES):
            headers.setdefault("Cache-Control", "no-store")
        return headers


def page_policy(html: bytes, headers: Headers) -> str:
    """The Content-Security-Policy of a page: its inline scripts by their hashes, and files of this site."""
    hashes = dict.fromkeys(base64.b64encode(hashlib.sha256(script).digest()).decode() for script in _inline(html))
    scripts = "".join(f" 'sha256-{digest}'" for digest in hashes)
    return PAGE_POLICY.format(scripts=scripts + (EVAL if headers.get("x-nicegui-content") == "page" else ""))


def _inline(html: bytes) -> Iterator[bytes]:
    place = 0
    while start := SCRIPT.search(html, place):
        place = html.find(END, start.end())
        if place < 0:
            return
        if b"src=" not in start[1]:
            yield html[start.end() : place]


def _remove_prefix(scope: Scope) -> None:
    # NiceGUI would write an X-Forwarded-Prefix sent by the visitor into every script address of the page. Not in a copy
    # of the scope: the request log reads the route that the router adds to it.
    scope["headers"] = [(name, value) for name, value in scope["headers"] if name != b"x-forwarded-prefix"]
