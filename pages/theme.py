"""The look: style sheets, drawings, light and dark, larger letters. Files stand in `assets/`."""

import copy
import hashlib
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from markupsafe import Markup
from nicegui import ui
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope as RequestScope

from pages.session import THEMES, Tab

ASSETS = Path(__file__).parent / "assets"
PRODUCT = "好服务 GoodServices"
STYLES = (
    "tokens.css",
    "theme.css",
    "pages.css",
    "site.css",
    "start.css",
    "stats.css",
    "live.css",
    "admin.css",
    "inbox.css",
    "dashboard.css",
    "access.css",
)
LARGE = "<script>document.documentElement.classList.add('gs-large')</script>"


class Forever(StaticFiles):
    """The address carries the content's hash, so a browser never needs to ask again."""

    async def get_response(self, path: str, scope: RequestScope) -> Response:
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@cache
def version() -> str:
    """A hash of all assets."""
    digest = hashlib.sha256()
    for file in sorted(ASSETS.iterdir()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a file in `assets/`."""
    return f"/assets/{version()}/{name}"


@cache
def drawing(name: str) -> Markup:
    """One of our own SVG files, to be set into a page so that it takes the theme's colours."""
    return Markup((ASSETS / f"{name}.svg").read_text(encoding="utf-8"))  # noqa: S704 - our own file


def install(app: FastAPI) -> None:
    app.mount(f"/assets/{version()}", Forever(directory=ASSETS), name="assets")
    # NiceGUI offers the icon here, too, but after the pages, which answer every address.
    app.add_api_route("/favicon.ico", _icon, include_in_schema=False)


def apply(tab: Tab) -> None:
    """Dress the page that is being built for this tab: language, colours, size of letters, styles and scripts."""
    # Language and colours belong to the page object, which all readers share: this reader gets a copy.
    tab.client.page = copy.copy(tab.client.page)
    tab.client.page.language = "zh-CN" if tab.language == "zh-CN" else "en-US"
    tab.client.page.dark = THEMES[tab.theme]
    ui.add_head_html(_head())
    if tab.large:
        ui.add_head_html(LARGE)


@cache
def _head() -> str:
    sheets = "".join(f'<link rel="stylesheet" href="{asset(name)}">' for name in STYLES)
    return (
        f'{sheets}<script src="{asset("navigation.js")}"></script><script src="{asset("live.js")}"></script>'
        '<meta name="theme-color" content="#1B3C8F"><meta name="referrer" content="same-origin">'
    )


def _icon() -> FileResponse:
    return FileResponse(ASSETS / "logo.svg", headers={"Cache-Control": "public, max-age=86400"})


def title(text: str) -> str:
    """What stands in the browser's tab."""
    return f"{text} · {PRODUCT}"
