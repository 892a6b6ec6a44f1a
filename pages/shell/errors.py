"""Error pages: the message inside the layout, with links back."""

from collections.abc import Callable

from gsapp.errors import DomainError
from pages.components.basics import box, heading, illustration, link_button, text
from pages.core.session import Ctx

Parts = tuple[str, Callable[[], None], int]
DRAWINGS = {403: "error-closed", 404: "error-lost"}


def expected(ctx: Ctx, error: DomainError) -> Parts:
    """Title, builder and HTTP status of the page for a `DomainError`, which has its own message."""
    t = ctx.t
    titles = {403: t("Not yours"), 404: t("Nothing here"), 429: t("One moment"), 503: t("One moment")}
    title = titles.get(error.status, t("That did not work"))
    drawing = DRAWINGS.get(error.status, "error-moment")
    return title, lambda: _page(ctx, drawing, title, error.text(t)), error.status


def bug(ctx: Ctx, request_id: str) -> Parts:
    """The same for an unexpected exception: shows the request id, which finds it in the log, and no traceback."""
    t = ctx.t
    title = t("Something broke on our side")
    message = t("We have written it down. If you ring us, this number helps: {id}", id=request_id or "-")
    return title, lambda: _page(ctx, "error-broken", title, message), 500


def _page(ctx: Ctx, drawing: str, title: str, message: str) -> None:
    t = ctx.t
    with box("gs-empty gs-error"):
        illustration(drawing)
        heading(title)
        text(message, "gs-meta")
        with box("gs-cta"):
            if ctx.actor:
                link_button(t("To the board"), "/board", kind="ask")
                link_button(t("My needs"), "/my/needs")
            else:
                link_button(t("To the start page"), "/", kind="ask")
                link_button(t("Sign in"), "/login")
