"""Progressive web app: the manifest, the service worker, and the offline page."""

import hashlib
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from markupsafe import Markup
from starlette.responses import HTMLResponse, JSONResponse, Response

from gsapp.config import Settings
from gsapp.i18n import LANGUAGES, Translator, translator
from pages.core import theme

WALL = "#ECEDE7"
REVALIDATE = {"Cache-Control": "no-cache"}
# A service worker is subject to the Content-Security-Policy that it was served with.
WORKER_POLICY = "default-src 'none'; connect-src 'self'"
PAGE = Markup(
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">'
    "<style>{style}</style></head><body><main>{drawing}{parts}</main><script>{script}</script></body></html>"
)
PART = Markup(
    '<section lang="{lang}"><h1>{title}</h1><p>{kept}</p><p>{again}</p>'
    '<button type="button">{retry}</button>{call_link}</section>'
)
CALL_LINK = Markup('<a href="tel:{number}">{words}</a>')


def install(app: FastAPI, settings: Settings) -> None:
    """Serve the manifest, the service worker and the offline page."""

    def manifest_in(lang: str = "") -> JSONResponse:
        return _manifest(lang if lang in LANGUAGES else settings.language)

    page = offline_page(settings.language, settings.helpline)
    program = worker(page)
    answers: dict[str, Callable[..., Response]] = {
        theme.MANIFEST: manifest_in,
        "/offline": lambda: _offline(page),
        "/sw.js": lambda: _worker(program),
    }
    for path, answer in answers.items():
        app.add_api_route(path, answer, include_in_schema=False, response_class=Response)


def manifest(t: Translator, language: str) -> dict[str, Any]:
    """The web manifest in one language."""

    def icon(name: str, size: int, purpose: str) -> dict[str, str]:
        address = theme.asset(f"img/app-{name}.png")
        return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}

    shortcuts = {t("Board"): "/board", t("Ask for help"): "/needs/new", t("My needs"): "/my/needs"}
    return {
        "id": "/",
        "name": theme.PRODUCT,
        "short_name": t("GoodServices"),
        "description": t("Neighbours help each other."),
        "lang": language,
        "dir": "ltr",
        "start_url": "/board",
        "scope": "/",
        "display": "standalone",
        "theme_color": theme.PLATES["light"],
        "background_color": WALL,
        "icons": [icon("192", 192, "any"), icon("512", 512, "any"), icon("maskable", 512, "maskable")],
        "shortcuts": [{"name": name, "url": url} for name, url in shortcuts.items()],
    }


def offline_page(first: str, helpline: str | None) -> str:
    """The offline page, the same for all, without personal data. Its script shows only the reader's language."""
    languages = sorted(LANGUAGES, key=lambda language: language != first)
    style = theme.source("css/tokens.css") + theme.source("css/offline.css")
    script = theme.source("js/offline.js")
    parts = Markup("").join(_part(translator(language), language, helpline) for language in languages)
    drawing = theme.drawing("error-offline")
    return PAGE.format(lang=first, title=theme.PRODUCT, style=style, drawing=drawing, parts=parts, script=script)


def worker(page: str) -> str:
    """The service worker's script. Its version hashes script and page, so that a change replaces the old one."""
    program = theme.source("js/service-worker.js")
    return f'const VERSION = "{hashlib.sha256((page + program).encode()).hexdigest()[:12]}";\n{program}'


def _part(t: Translator, language: str, helpline: str | None) -> Markup:
    call_link = CALL_LINK.format(number=helpline, words=t("Ring us: {number}", number=helpline)) if helpline else ""
    return PART.format(
        lang=language,
        title=t("No connection"),
        kept=t("We cannot reach the site just now. What you have typed in a form is kept on this device."),
        again=t("As soon as the connection is back, the page comes by itself."),
        retry=t("Try again"),
        call_link=call_link,
    )


def _manifest(language: str) -> JSONResponse:
    content = manifest(translator(language), language)
    return JSONResponse(content, media_type="application/manifest+json", headers=REVALIDATE)


def _offline(page: str) -> HTMLResponse:
    return HTMLResponse(page, headers=REVALIDATE)


def _worker(program: str) -> Response:
    headers = {**REVALIDATE, "Content-Security-Policy": WORKER_POLICY}
    return Response(program, media_type="text/javascript", headers=headers)
