"""What a coordinator keeps open all day: what waits too long, where help is missing, who was never asked."""

from pages.components.basics import heading
from pages.router import View
from pages.session import Ctx


async def load(ctx: Ctx) -> View:
    title = ctx.t("Dashboard")
    return View(title, lambda: _build(title))


def _build(title: str) -> None:
    heading(title)
