"""The middleware stack: order, body limits and CORS."""

import sys

from fastapi import FastAPI
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware

from gsapp.api.body_limit import BodyLimit
from gsapp.api.errors import Failures
from gsapp.api.forwarded import ForwardedHeaders
from gsapp.api.headers import SecurityHeaders
from gsapp.api.origin import SOCKET, OriginCheck
from gsapp.api.request_log import RequestLog
from gsapp.config import Settings

KIB, MIB = 1024, 1024 * 1024
# Forms of a few short fields, then descriptions. Uploads of photos and videos are limited in api.uploading.
BODY_LIMITS = {
    "/auth/": 16 * KIB,
    "/api/v1/files/upload": sys.maxsize,
    "/api/": MIB,
    "/files": sys.maxsize,
    SOCKET: 1_000_000,  # of its polling transport, which never answers a longer body, nor one that is no message
    "/": 25 * MIB,
}


def install(app: FastAPI, settings: Settings) -> None:
    """Wrap the whole application. The mounted pages must not compress, because their scripts are hashed here."""
    # The middleware added last is the outermost: it sees a request first.
    app.add_middleware(Failures)
    app.add_middleware(OriginCheck, origins=(settings.base_url, *settings.origins))
    app.add_middleware(BodyLimit, limits=BODY_LIMITS, answered=SOCKET)
    if settings.cors_origins:
        # Without credentials: clients on other sites send a token, never the visitor's cookies.
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["Authorization", "Content-Type", "Accept-Language", "Idempotency-Key"],
            expose_headers=["X-Request-ID", "Retry-After"],
        )
    app.add_middleware(SecurityHeaders, https=settings.https)
    app.add_middleware(GZipMiddleware, minimum_size=500, compresslevel=6)
    app.add_middleware(RequestLog)
    app.add_middleware(ForwardedHeaders, trusted=settings.trusted_proxies, expected=settings.https)
