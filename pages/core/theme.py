"""Theme: bundles of style sheets and scripts, icons, light and dark, larger text. The files are in `assets/`."""

import copy
import hashlib
import logging
import re
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from markupsafe import Markup
from nicegui import ui
from starlette.responses import FileResponse, Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope as RequestScope

from pages.core.session import THEMES, Tab

log = logging.getLogger(__name__)
ASSETS = Path(__file__).parents[1] / "assets"
PRODUCT = "好服务 GoodServices"
STYLES = (
    "tokens.css",
    "base.css",
    "chips.css",
    "tables.css",
    "fields.css",
    "tiles.css",
    "elements.css",
    "base-mobile.css",
    "pages.css",
    "pages-mobile.css",
    "layout.css",
    "forms.css",
    "needs.css",
    "navigation.css",
    "needs-cards.css",
    "layout-mobile.css",
    "home.css",
    "profile.css",
    "profile-mobile.css",
    "statistics.css",
    "statistics-table.css",
    "statistics-mobile.css",
    "connection.css",
    "loading.css",
    "admin.css",
    "header.css",
    "inbox.css",
    "dashboard.css",
    "dashboard-charts.css",
    "dashboard-mobile.css",
    "wall.css",
    "accessibility.css",
    "file-field.css",
    "gallery.css",
    "mobile.css",
    "home-sections.css",
    "onboarding.css",
    "help.css",
    "share.css",
    "print.css",
)
SCRIPTS = (
    "namespace.js",
    "scroll.js",
    "focus.js",
    "unsaved.js",
    "forms.js",
    "navigation.js",
    "loading.js",
    "live.js",
    "connection.js",
    "accessibility.js",
    "dialog.js",
    "announcements.js",
    "filters.js",
    "pwa.js",
    "drafts.js",
    "file-types.js",
    "upload.js",
    "file-list.js",
    "file-field.js",
    "gallery.js",
    "keyboard.js",
    "share.js",
    "clock.js",
)
# Style sheets and scripts are served as one bundle each: together they compress better, and need one request.
BUNDLES = {
    "all.css": ("text/css", [f"css/{name}" for name in STYLES]),
    "all.js": ("text/javascript", ["vendor/idiomorph.min.js", *(f"js/{name}" for name in SCRIPTS)]),
}
# In scripts only whole lines of comment are removed: "image/*" and addresses look like the beginning of one.
COMMENTS = {"text/css": re.compile(r"/\*.*?\*/", re.DOTALL), "text/javascript": re.compile(r"^\s*//.*$", re.MULTILINE)}
ICONS = "img/icons.svg"
MANIFEST = "/manifest.webmanifest"
PLATES = {"light": "#1B3C8F", "dark": "#16265A"}
NO_SOCKET = '<meta name="gs-no-socket" content="">'
"""For a page that the server does not keep: `connection.js` opens no websocket, and links are followed as usual."""
LARGE = "<script>document.documentElement.classList.add('gs-large')</script>"


class ImmutableFiles(StaticFiles):
    """Static files and bundles that browsers cache for a year: their addresses contain a hash of the content."""

    async def get_response(self, path: str, scope: RequestScope) -> Response:
        if path in BUNDLES:
            response = Response(bundle(path), media_type=BUNDLES[path][0])
        else:
            response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@cache
def version() -> str:
    """A hash of all assets, part of their addresses: a changed asset gets a new address."""
    digest = hashlib.sha256()
    for file in sorted(file for file in ASSETS.rglob("*") if file.is_file()):
        digest.update(file.name.encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def asset(name: str) -> str:
    """The address of a file in `assets/`."""
    return f"/assets/{version()}/{name}"


@cache
def bundle(name: str) -> str:
    """The concatenated files of a bundle. Without comments and indentation, it compresses a fifth smaller."""
    kind, files = BUNDLES[name]
    text = "\n".join((ASSETS / file).read_text(encoding="utf-8") for file in files)
    return re.sub(r"^\s+", "", COMMENTS[kind].sub("", text), flags=re.MULTILINE)


@cache
def symbols() -> frozenset[str]:
    """The ids in `icons.svg`: six kinds of help, nine states, and the Material Symbols as `i-...`."""
    return frozenset(re.findall(r'id="([\w-]+)"', (ASSETS / ICONS).read_text(encoding="utf-8")))


def icon_address(name: str) -> str:
    """The address of a Material Symbol in `icons.svg`; `.ci/icons NAME` adds one."""
    if f"i-{name}" not in symbols():
        # Logged, not raised: no page breaks because of it, but tests fail.
        log.error("icon %s is missing in icons.svg; add it with: .ci/icons %s", name, name)
    return asset(f"{ICONS}#i-{name}")


def icon(name: str) -> str:
    """The same as the name of an icon for NiceGUI's elements."""
    return f"svguse:{icon_address(name)}"


@cache
def drawing(name: str) -> Markup:
    """An SVG file of `assets/img`, to be inlined in a page so that it takes the theme's colours."""
    return source(f"img/{name}.svg")


@cache
def source(name: str) -> Markup:
    """The content of a file in `assets/`, to be inlined in a page."""
    return Markup((ASSETS / name).read_text(encoding="utf-8"))  # noqa: S704 - our own file


def install(app: FastAPI) -> None:
    """Serve `assets/` and the favicon."""
    app.mount(f"/assets/{version()}", ImmutableFiles(directory=ASSETS), name="assets")
    # NiceGUI adds a route for it, too, but after the pages, which match every path.
    app.add_api_route("/favicon.ico", _icon, include_in_schema=False)


def apply(tab: Tab, served: str) -> None:
    """Set language, colours, text size, style sheets and scripts of the page that is being built for this tab.

    `served` are the paths that are not pages, see `pages.core.js.server_paths`.
    """
    # NiceGUI keeps language and colours in a page object that all clients share: this client gets a copy.
    tab.client.page = copy.copy(tab.client.page)
    tab.client.page.language = "zh-CN" if tab.language == "zh-CN" else "en-US"
    tab.client.page.dark = THEMES[tab.theme]
    ui.add_head_html(_head(tab.language, tab.theme, served))
    if tab.large:
        ui.add_head_html(LARGE)


@cache
def _head(language: str, theme: str, served: str) -> str:
    return (
        f'<link rel="stylesheet" href="{asset("all.css")}"><script src="{asset("all.js")}"></script>'
        f'<link rel="manifest" href="{MANIFEST}?lang={language}">'
        f'<link rel="apple-touch-icon" href="{asset("img/app-touch.png")}">'
        f'{_plate(theme)}<meta name="referrer" content="same-origin">'
        f'<meta name="gs-server-paths" content="{served}">'
    )


def _plate(theme: str) -> str:
    """The theme colour: of the frame of an installed app, and of the browser's bar on phones."""
    if theme in PLATES:
        return f'<meta name="theme-color" content="{PLATES[theme]}">'
    return "".join(
        f'<meta name="theme-color" media="(prefers-color-scheme: {scheme})" content="{colour}">'
        for scheme, colour in PLATES.items()
    )


def _icon() -> FileResponse:
    return FileResponse(ASSETS / "img/logo.svg", headers={"Cache-Control": "public, max-age=86400"})


def title(text: str) -> str:
    """The title of the browser's tab."""
    return f"{text} · {PRODUCT}"
