"""Responses to page loads that are refused before anything is built: prefetches, and too many pages at a time."""

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from gsapp.errors import Busy
from pages.core import theme
from pages.core.session import Tab

RETRY_AFTER = 10  # seconds
UNAVAILABLE = 503
PAGE = Markup(
    '<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
    '<meta name="robots" content="noindex"><style>{style}</style></head><body><main>{drawing}'
    '<section><h1>{heading}</h1><p>{sentence}</p><a href="">{retry}</a></section></main></body></html>'
)


def is_prefetch(request: Request) -> bool:
    """Whether a browser loads a page that its user may never open. A prerendered page runs, and connects."""
    purpose = request.headers.get("sec-purpose") or request.headers.get("purpose") or ""
    return "prefetch" in purpose.lower() and "prerender" not in purpose.lower()


def prefetch_refused() -> Response:
    """Browsers discard a prefetch that fails, and load the page when its user opens it."""
    return Response(status_code=UNAVAILABLE, headers={"Cache-Control": "no-store"})


def busy(tab: Tab) -> Response:
    """A plain page in the visitor's language: the server is overloaded, please try again."""
    t = tab.t
    content = PAGE.format(
        language=tab.language,
        title=theme.title(t("One moment")),
        style=theme.source("css/tokens.css") + theme.source("css/offline.css"),
        drawing=theme.drawing("error-moment"),
        heading=t("One moment"),
        sentence=Busy().text(t),
        retry=t("Try again"),
    )
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "no-store"}
    return HTMLResponse(content, status_code=UNAVAILABLE, headers=headers)
