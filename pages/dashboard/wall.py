"""The display on the wall: large, dark, live, without controls and without anybody's name. A signed link opens it."""

from nicegui import ui

from gsapp.errors import NotAllowed
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
from pages.shell.router import View

PURPOSE = "wall"
# Before any script has run nothing is drawn: the outline of the usual pages has no place on a wall.
CALM = '<meta name="gs-first" content="calm">'


class WallClosed(NotAllowed):
    sentence = N_("This link does not open the wall any more. A coordinator can make a new one.")


def new_key() -> tuple[str, str]:
    """A key for the address of the wall, and the hash of its token to keep."""
    token = new_token()
    return vault().tokens.sign(PURPOSE, token), hash_token(token)


async def load(ctx: Ctx) -> View:
    token = vault().tokens.unsign(PURPOSE, ctx.query.get("key", ""))
    link_id = None
    if isinstance(token, str):
        # Before looking: a link that is revoked meanwhile must not open the page.
        reload_on(ctx, opens)
        link_id = await fetch(opens, token_hash=hash_token(token))
    if link_id is None:
        raise WallClosed
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
