"""NiceGUI's single root page, which serves every address of the site map, and the events that browsers send to it."""

import asyncio
from collections.abc import Sequence
from http import HTTPStatus

from nicegui import core, ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gsapp import logs
from gsapp.config import Settings
from gsapp.security.paths import MAX_URL_LENGTH
from gsapp.security.throttle import network_of
from gsapp.services import accounts
from pages.core import theme
from pages.core.actions import try_to_save
from pages.core.session import Ctx, Scope, Tab, tab_of
from pages.live import sockets
from pages.live.rights import SessionRight
from pages.shell import client_limits, errors, layout, refused_loads
from pages.shell.client_limits import ClientLimits
from pages.shell.notification_badge import Bell
from pages.shell.router import Router, resolve
from pages.shell.routes import Redirect, Route


def register(routes: Sequence[Route], settings: Settings, served: str, limits: ClientLimits) -> None:
    """Serve every address by the root page. `served` are the other paths, from `pages.core.js.server_paths`."""

    async def root(request: Request) -> Response | None:
        client = ui.context.client
        tab = tab_of(request, client, settings)
        # The cookie of a session is signed: visitors cannot be invented. Of IPv6, a household has a whole network.
        visitor = tab.session_hash or network_of(tab.address)
        try:
            if refused_loads.is_prefetch(request):
                response: Response | None = refused_loads.prefetch_refused()
            elif not limits.admit(client, visitor):
                response = refused_loads.busy(tab)
            else:
                response = await _load(request, tab, routes, served)
            if response is None and not client.is_deleted:
                # Here, because NiceGUI awaits other things first, and a page may be deleted as soon as it is sent.
                response = client.build_response(request, client.status_code)
                limits.sent(client, visitor)
            else:
                client_limits.delete(client)
        except Exception:
            client_limits.delete(client)  # NiceGUI shows another page, that of `last_resort`
            raise
        return response

    def last_resort() -> None:
        """The layout itself failed: show the error page without it. NiceGUI would show the exception to the visitor."""
        client = ui.context.client
        tab = tab_of(client.request, client, settings)
        theme.apply(tab, served)
        ui.add_head_html(theme.NO_SOCKET)
        asyncio.get_running_loop().call_soon(client_limits.delete, client)  # NiceGUI builds the response first
        ctx = Ctx(tab=tab, actor=None, path="/", query={}, url="/", scope=Scope())
        title, build, _ = errors.bug(ctx, logs.request_id.get())
        ui.page_title(theme.title(title))
        build()

    core.app.on_page_exception(last_resort)
    ui.page("/", response_timeout=20)(root)
    ui.page("/{rest:path}", response_timeout=20)(root)


async def _load(request: Request, tab: Tab, routes: Sequence[Route], served: str) -> Response | None:
    """Build the page of an address. Returns a response if the server need not keep the page: redirect or status 4xx."""
    client = tab.client
    url = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    # Before the view is loaded, so that no change in between is missed.
    router, right = Router(routes, tab), SessionRight(tab)
    scope = Scope()
    for each in (scope, tab.scope):  # also before: once the client is deleted, on_delete is never called
        client.on_delete(each.close)
    ctx, view = await resolve(routes, tab, url, scope)
    if isinstance(view, Redirect):
        ctx.scope.close()
        return RedirectResponse(view.to, 303)
    await _see_language(ctx)
    theme.apply(tab, served)
    if view.bare:
        right.close()  # a display on the wall is opened by its link, not by a session
    bell = Bell(tab, ctx.actor) if ctx.actor and not view.bare else None
    if bell is not None:
        await bell.start(tab.scope)
    await tab.settled()
    if client.is_deleted:
        return None
    if tab.ended_for:
        scope.close()
        return RedirectResponse(tab.ended_for, 303)
    router.box = layout.bare(ctx) if view.bare else layout.frame(ctx, bell)
    ui.status_code(router.mount(ctx, view))
    # Such a page has only links, which need no websocket. After a fault of the server, it keeps its socket: a display
    # on the wall then loads itself again when the server has been restarted.
    if ctx.actor is None and HTTPStatus.BAD_REQUEST <= client.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
        ui.add_head_html(theme.NO_SOCKET)
        return client.build_response(request, client.status_code)
    sockets.expect(client, tab.session_hash)
    _handle_browser_events(router, navigates=not view.bare)
    return None


async def _see_language(ctx: Ctx) -> None:
    """Record the language of the page for a member who has not chosen one: e-mails and calendars use it."""
    if ctx.actor and not ctx.actor.language and ctx.actor.seen_language != ctx.tab.language:
        await try_to_save(accounts.see_language, ctx.actor, language=ctx.tab.language)


def _handle_browser_events(router: Router, *, navigates: bool) -> None:
    """Handle the events of this tab's browser: clicks on links, and whether the page is visible."""

    async def navigate(event: GenericEventArguments) -> None:
        # Untrusted input. Only its shape is checked here; resolve() checks what the user may see.
        request = event.args if isinstance(event.args, dict) else {}
        to, n = request.get("url"), request.get("n")
        if type(to) is str and type(n) is int and to.startswith("/") and len(to) <= MAX_URL_LENGTH:
            await router.navigate(to, n)

    def hidden(event: GenericEventArguments) -> None:
        router.tab.hidden = event.args is True
        router.tab.returned()

    if navigates:
        ui.on("gs_nav", navigate)
    ui.on("gs_hidden", hidden)
    router.tab.client.on_connect(router.tab.returned)
