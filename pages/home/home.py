"""The start page: for visitors an introduction, for members what they have to decide and have agreed on."""

import asyncio

from gsapp.queries import inbox as inbox_queries
from gsapp.queries import places
from gsapp.queries.accounts import privacy_notice_due
from gsapp.queries.community import community, members_who_helped, thanks_given, waiting_now
from gsapp.queries.dashboard import until_first_offer
from gsapp.queries.offers import running_help
from pages.core.actions import load as fetch
from pages.core.actions import load_shared as shared
from pages.core.session import Ctx
from pages.home.figures import Figures
from pages.home.member import MemberData, member_page
from pages.home.stranger import VisitorData, stranger_page
from pages.live.reload import reload_on
from pages.needs.suggestions import fitting_needs
from pages.shell.onboarding import steps_of
from pages.shell.routes import View

NEWEST = 6


async def load(ctx: Ctx) -> View:
    me = ctx.actor
    if me is not None:  # not for visitors: a reload would close an answer that they have opened
        reload_on(ctx, community, members_who_helped, thanks_given, places.service_types)
        reload_on(ctx, inbox_queries.decisions, running_help, privacy_notice_due, actor=me)
    now, helpers, thanks, types = await asyncio.gather(
        shared(community), shared(members_who_helped), shared(thanks_given), shared(places.service_types)
    )
    figures = Figures(now, helpers, thanks, types)
    title = ctx.t("Neighbours help each other")
    if me is None:
        visitor_data = await _visitor_data(figures)
        return View(title, lambda: stranger_page(ctx, visitor_data), wide=True)
    decisions, today, fitting, steps, notice_due = await asyncio.gather(
        fetch(inbox_queries.decisions, actor=me),
        fetch(running_help, actor=me),
        fitting_needs(ctx),
        steps_of(ctx),
        fetch(privacy_notice_due, actor=me),
    )
    data = MemberData(figures, decisions, today, fitting, steps, notice_due)
    return View(title, lambda: member_page(ctx, data), wide=True)


async def _visitor_data(figures: Figures) -> VisitorData:
    waiting, answered = await asyncio.gather(shared(waiting_now, most=NEWEST), shared(until_first_offer))
    return VisitorData(figures, waiting, answered)
