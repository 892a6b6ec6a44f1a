"""The wall display: live metrics on a large dark screen, without controls and names. Opened by a signed link."""

from nicegui import ui

from gsapp.errors import NotAllowed
from gsapp.events import WallLinkRevoked
from gsapp.i18n import N_
from gsapp.queries.walls import opens, wall
from gsapp.schemas.dashboard import Dashboard
from gsapp.security import vault
from gsapp.security.tokens import hash_token, new_token
from pages.components.basics import box, illustration, text
from pages.components.dashboard.wall import date, feed, matrix, oldest, tiles
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.regions import LiveQuery, subscribe
from pages.live.reload import reload_on
from pages.live.rights import Right
from pages.shell.routes import View

PURPOSE = "wall"
# No skeleton before the scripts have run: its outline is that of the other pages.
CALM = '<meta name="gs-first" content="calm">'


class WallClosed(NotAllowed):
    """The link is unknown or revoked."""

    sentence = N_("This link does not open the wall any more. A coordinator can make a new one.")


def new_key() -> tuple[str, str]:
    """Returns the signed key for the address of a wall display, and the hash of its token, to be stored."""
    token = new_token()
    return vault().tokens.sign(PURPOSE, token), hash_token(token)


async def load(ctx: Ctx) -> View:
    token = vault().tokens.unsign(PURPOSE, ctx.query.get("key", ""))
    if not isinstance(token, str):
        raise WallClosed

    async def closed() -> str:
        return "" if await fetch(opens, token_hash=hash_token(token)) else ctx.url

    # Subscribed before the first check, so that a link that is revoked in between closes the page.
    reload_on(ctx, opens)
    right = Right(ctx.tab, ctx.scope, affects=lambda event: isinstance(event, WallLinkRevoked), check=closed)
    if await closed():
        raise WallClosed
    right.schedule()
    live = await subscribe(ctx, wall)
    ctx.tab.theme = "dark"
    return View(ctx.t("Neighbours right now"), lambda: _build(ctx, live), wide=True, bare=True)


def _build(ctx: Ctx, live: LiveQuery[Dashboard]) -> None:
    t = ctx.t
    ui.add_head_html(CALM)
    with box("gs-wall-head"):
        with box("gs-brand"):
            illustration("logo-mark", "gs-logo")
            with box(tag="span"):
                text("好服务", tag="b", lang="zh-CN")
                text("GoodServices", tag="small", lang="en")
        text(t("Neighbours right now"), tag="h1", id="gs-h1")
        with box("gs-wall-now"):
            text(t("Live"), "gs-wall-live", tag="span")
            text(t.time(live.data.as_of), "gs-wall-clock", tag="span", data_clock=ctx.tab.settings.time_zone)
            live.region("date", date)
    live.region("tiles", tiles)
    with box("gs-wall-cols"):
        with box("gs-wall-card"):
            text(t("Where help is missing"), tag="h2")
            live.region("matrix", matrix)
        with box("gs-wall-card"):
            text(t("Waiting longest"), tag="h2")
            live.region("oldest", oldest)
        with box("gs-wall-card"):
            text(t("Just now"), tag="h2")
            live.region("feed", feed)
