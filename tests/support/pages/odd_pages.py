"""Addresses that no visitor meets: each misbehaves in one way that the frame must bear."""

import asyncio

from gsapp.errors import NotAllowed
from pages.components.basics import heading, text
from pages.core.session import Ctx
from pages.live import reload
from pages.shell.routes import Loader, Redirect, Route, View

end = asyncio.Event()
SECRET = "the colour of the vault"


async def quiet(ctx: Ctx) -> View:
    return View("Quiet", lambda: _words(ctx, "Nothing happens here."))


async def echo(ctx: Ctx) -> View:
    return View("Echo", lambda: _words(ctx, ctx.query.get("word", "")))


async def numbered(ctx: Ctx) -> View:
    return View("Numbered", lambda: _words(ctx, f"number {ctx.params['number']}"))


async def refused(ctx: Ctx) -> View:
    raise NotAllowed


async def broken(ctx: Ctx) -> View:
    raise RuntimeError(SECRET)


async def half_built(ctx: Ctx) -> View:
    def build() -> None:
        _words(ctx, "This part came first.")
        raise RuntimeError(SECRET)

    return View("Half built", build)


async def moved(ctx: Ctx) -> Redirect:
    return Redirect("/quiet")


async def endless(ctx: Ctx) -> View:
    """Follows changes, and is not there before `end`."""
    reload.on_loop(ctx.scope, lambda event: False, ctx.tab.refresh)
    await end.wait()
    reload.on_loop(ctx.scope, lambda event: False, ctx.tab.refresh)  # what a load does that nobody has cancelled
    return View("Endless", lambda: _words(ctx, "late"))


async def slow(ctx: Ctx) -> View:
    await asyncio.sleep(0.05)
    return View("Slow", lambda: _words(ctx, "late"))


def odd_pages() -> list[Route]:
    public: dict[str, Loader] = {
        "/": quiet,
        "/quiet": quiet,
        "/echo": echo,
        "/refused": refused,
        "/broken": broken,
        "/moved": moved,
    }
    public |= {"/half-built": half_built, "/slow": slow, "/endless": endless, "/numbered/{number}": numbered}
    return [
        *(Route(pattern, loader, members_only=False) for pattern, loader in public.items()),
        Route("/members", quiet),
        Route("/coordinators", quiet, coordinators_only=True),
    ]


def _words(ctx: Ctx, words: str) -> None:
    heading(ctx.t("Start page"))
    text(words)
