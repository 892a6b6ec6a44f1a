"""The start page. To strangers: what this is, what goes on, what is safe about it. To members: what waits for them."""

import asyncio

from gsapp.queries import inbox as inbox_queries
from gsapp.queries import places
from gsapp.queries.community import community, members_who_helped, thanks_given, waiting_now
from gsapp.queries.dashboard import until_first_offer
from gsapp.queries.offers import running_help
from pages.core.actions import load as fetch
from pages.core.actions import load_shared as shared
from pages.core.session import Ctx
from pages.home.figures import Figures
from pages.home.member import Mine, member_page
from pages.home.stranger import Outside, stranger_page
from pages.live.reload import reload_on
from pages.needs.suggestions import fitting_needs
from pages.shell.onboarding import steps_of
from pages.shell.router import View

NEWEST = 6


async def load(ctx: Ctx) -> View:
    me = ctx.actor
    if me is not None:  # what a stranger reads stays as it is: an answer that they have opened must not shut
        reload_on(ctx, community, members_who_helped, thanks_given, places.service_types)
        reload_on(ctx, inbox_queries.decisions, running_help, actor=me)
    now, helpers, thanks, types = await asyncio.gather(
        shared(community), shared(members_who_helped), shared(thanks_given), shared(places.service_types)
    )
    figures = Figures(now, helpers, thanks, types)
    title = ctx.t("Neighbours help each other")
    if me is None:
        outside = await _outside(figures)
        return View(title, lambda: stranger_page(ctx, outside), wide=True)
    decisions, today, fitting, steps = await asyncio.gather(
        fetch(inbox_queries.decisions, actor=me),
        fetch(running_help, actor=me),
        fitting_needs(ctx),
        steps_of(ctx),
    )
    mine = Mine(figures, decisions, today, fitting, steps)
    return View(title, lambda: member_page(ctx, mine), wide=True)


async def _outside(figures: Figures) -> Outside:
    waiting, answered = await asyncio.gather(shared(waiting_now, most=NEWEST), shared(until_first_offer))
    return Outside(figures, waiting, answered)
