"""The root page: NiceGUI's one page that serves every address of the site map, and what its browser reports."""

from collections.abc import Sequence

from nicegui import core, ui
from nicegui.events import GenericEventArguments
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from gsapp import logs
from gsapp.config import Settings
from gsapp.security.paths import MAX_URL_LENGTH
from pages.core import theme
from pages.core.session import Ctx, Scope, tab_of
from pages.live import reload
from pages.shell import errors, layout
from pages.shell.notification_badge import Bell
from pages.shell.router import Redirect, Route, Router, resolve


def register(routes: Sequence[Route], settings: Settings, served: str) -> None:
    """Serve every address by the one root page, except those that the server answers itself (`served`)."""

    async def root(request: Request) -> Response | None:
        client = ui.context.client
        tab = tab_of(request, client, settings)
        url = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        router = Router(routes, tab)  # before the view is loaded, so that no change in between is missed
        scope, tab_scope = Scope(), Scope()
        for each in (scope, tab_scope):  # also before: once the client is deleted, on_delete is never called
            client.on_delete(each.close)
        ctx, view = await resolve(routes, tab, url, scope)
        if isinstance(view, Redirect):
            ctx.scope.close()
            return RedirectResponse(view.to, 303)
        theme.apply(tab, served)
        bell = Bell(tab, ctx.actor) if ctx.actor and not view.bare else None
        if bell is not None:
            await bell.start(tab_scope)
        if client.is_deleted:
            return None
        router.box = layout.bare(ctx) if view.bare else layout.frame(ctx, bell)
        ui.status_code(router.mount(ctx, view))
        if ctx.actor is not None and ctx.actor.session_id is not None and not view.bare:
            reload.close_with_session(tab, tab_scope, ctx.actor.session_id)
        _listen(router)
        return None

    def last_resort() -> None:
        """The frame itself failed: the same words without it. NiceGUI would print the exception to the visitor."""
        client = ui.context.client
        tab = tab_of(client.request, client, settings)
        theme.apply(tab, served)
        ctx = Ctx(tab=tab, actor=None, path="/", query={}, url="/", scope=Scope())
        title, build, _ = errors.bug(ctx, logs.request_id.get())
        ui.page_title(theme.title(title))
        build()

    core.app.on_page_exception(last_resort)
    ui.page("/", response_timeout=20)(root)
    ui.page("/{rest:path}", response_timeout=20)(root)


def _listen(router: Router) -> None:
    """Handle what the browser of this tab reports: clicks on links, and whether somebody looks at it."""

    async def navigate(event: GenericEventArguments) -> None:
        # From the browser: anything may come. Only the shape is checked here, the rights in resolve().
        wanted = event.args if isinstance(event.args, dict) else {}
        to, n = wanted.get("url"), wanted.get("n")
        if type(to) is str and type(n) is int and to.startswith("/") and len(to) <= MAX_URL_LENGTH:
            await router.show(to, n)

    def hidden(event: GenericEventArguments) -> None:
        router.tab.hidden = event.args is True
        router.tab.returned()

    ui.on("gs_nav", navigate)
    ui.on("gs_hidden", hidden)
    router.tab.client.on_connect(router.tab.returned)
