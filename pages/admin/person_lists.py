"""The lists on the page of a user: needs, offers, matches, and history, one at a time."""

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from gsapp import clock
from gsapp.i18n import N_, Translator
from gsapp.queries.admin_history import history
from gsapp.queries.admin_offers import matches_of_one, offers_of_all
from gsapp.queries.needs import needs
from gsapp.schemas.admin import AdminOfferFilter, HistoryFilter, MatchFilter
from gsapp.schemas.admin_rows import MatchRow, UserDetail
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.needs import NeedFilter
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import MatchState
from pages.admin.history import history_list
from pages.admin.offers import offers_table
from pages.components import admin_layout
from pages.components.admin_layout import Column
from pages.components.basics import text
from pages.components.lists import pager
from pages.components.needs import needs_table
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, last_page

PARTS = {
    "needs": N_("Needs"),
    "offers": N_("Offers"),
    "matches": N_("Matches"),
    "history": N_("History"),
}
MATCH_WORDS = {
    MatchState.RUNNING: N_("Agreed"),
    MatchState.REPORTED: N_("Reported as done"),
    MatchState.CONFIRMED: N_("Done"),
    MatchState.DROPPED: N_("Ended early"),
    MatchState.NO_SHOW: N_("Nobody came"),
}


@dataclass(frozen=True)
class Part:
    """The selected list, and the function that builds it."""

    name: str
    build: Callable[[], None]


async def load_part(ctx: Ctx, user: UserDetail) -> Part | Redirect:
    """Load the list that the address names, such as `?part=offers&page=2`; the needs by default."""
    name = ctx.query.get("part", "needs")
    if name == "history":
        reload_on(ctx, history)
        filter, _ = parse_filter(HistoryFilter, ctx.query)
        steps = await fetch(history, actor=ctx.me, filter=filter, about=user.id)
        return Part(name, lambda: history_list(ctx, steps))
    number = parse_filter(MatchFilter, {"user_id": str(user.id), "page": ctx.query.get("page", "1")})[0].page
    if name == "offers":
        reload_on(ctx, offers_of_all)
        filter_by_volunteer = AdminOfferFilter(volunteer=user.username, page=number)
        offers = await fetch(offers_of_all, actor=ctx.me, filter=filter_by_volunteer)
        return _paged(ctx, name, offers, lambda: offers_table(ctx, offers.items))
    if name == "matches":
        reload_on(ctx, matches_of_one)
        matches = await fetch(matches_of_one, actor=ctx.me, filter=MatchFilter(user_id=user.id, page=number))
        return _paged(ctx, name, matches, lambda: _matches(ctx, matches))
    reload_on(ctx, needs)
    found = await fetch(needs, actor=ctx.me, filter=NeedFilter(author_id=user.id, page=number, size=20))
    now = clock.local_now()
    return _paged(ctx, "needs", found, lambda: needs_table(ctx, found.items, now=now, label=ctx.t("Needs")))


def _paged(ctx: Ctx, name: str, found: Page, build: Callable[[], None]) -> Part | Redirect:  # type: ignore[type-arg]
    if beyond := last_page(ctx, found):
        return beyond

    def shown() -> None:
        if found.items:
            build()
            pager(ctx, found)
        else:
            text(ctx.t("Nothing here yet."), "gs-meta")

    return Part(name, shown)


def _matches(ctx: Ctx, found: Page[MatchRow]) -> None:
    t = ctx.t
    columns = [
        Column(t("Need")),
        Column(t("Who asks")),
        Column(t("Who helps")),
        Column(t("Agreed")),
        Column(t("State")),
    ]
    admin_layout.table(t("Matches"), columns, [_match(t, match) for match in found.items])


def _match(t: Translator, match: MatchRow) -> list[Markup | str]:
    return [
        admin_layout.linked(match.need_title, f"/needs/{match.need_id}"),
        admin_layout.linked(match.author, f"/admin/users/{match.author_id}"),
        admin_layout.linked(match.volunteer, f"/admin/users/{match.volunteer_id}"),
        t.when(clock.to_local(match.accepted_at), clock.local_now()),
        admin_layout.with_small(t(MATCH_WORDS[match.state]), match.reason),
    ]
