"""The start page. To strangers: what this is, what goes on, what is safe about it. To members: what waits for them."""

import asyncio

from gsapp.access import Actor
from gsapp.events import Event, InboxChanged, NeedChanged
from gsapp.queries import inbox as inbox_queries
from gsapp.queries import places
from gsapp.queries.community import community, members_who_helped, thanks_given, waiting_now
from gsapp.queries.dashboard import until_first_offer
from gsapp.queries.today import running_help
from pages.core.actions import load as fetch
from pages.core.actions import load_shared as shared
from pages.core.session import Ctx
from pages.home.figures import Figures
from pages.home.member import Mine, member_page
from pages.home.stranger import Outside, stranger_page
from pages.live.reload import keep_fresh
from pages.needs.suggestions import fitting_needs
from pages.shell.onboarding import steps_of
from pages.shell.router import View

NEWEST = 6


async def load(ctx: Ctx) -> View:
    me = ctx.actor
    if me is not None:  # what a stranger reads stays as it is: an answer that they have opened must not shut
        keep_fresh(ctx, lambda event: isinstance(event, NeedChanged) or _is_for(me, event))
    now, helpers, thanks, types = await asyncio.gather(
        shared(community), shared(members_who_helped), shared(thanks_given), shared(places.service_types)
    )
    figures = Figures(now, helpers, thanks, types)
    title = ctx.t("Neighbours help each other")
    if me is None:
        waiting, answered = await asyncio.gather(shared(waiting_now, most=NEWEST), shared(until_first_offer))
        outside = Outside(figures, waiting, answered)
        return View(title, lambda: stranger_page(ctx, outside), wide=True)
    decisions, today, fitting, steps = await asyncio.gather(
        fetch(inbox_queries.decisions, actor=me),
        fetch(running_help, actor=me),
        fitting_needs(ctx),
        steps_of(ctx),
    )
    mine = Mine(figures, decisions, today, fitting, steps)
    return View(title, lambda: member_page(ctx, mine), wide=True)


def _is_for(me: Actor, event: Event) -> bool:
    return isinstance(event, InboxChanged) and event.user_id == me.user_id
