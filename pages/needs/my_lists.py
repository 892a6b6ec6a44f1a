"""The lists of the reader's own needs and offers."""

from collections.abc import Callable

from gsapp import clock
from gsapp.queries import needs as need_queries
from gsapp.queries import offers as offer_queries
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.needs import NeedFilter, NeedRow, OfferRow
from gsapp.schemas.offers import OfferFilter
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import NEED_WORDS, NeedStatus
from pages.components.account_tabs import account_tabs
from pages.components.basics import box, heading, link_button
from pages.components.exports import export_links, print_button, printed_foot
from pages.components.lists import empty, filter_chip, pager
from pages.components.needs import needs_table
from pages.components.offers import offer_row
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.needs.suggestions import fitting_list, fitting_needs
from pages.shell.routes import Redirect, View, last_page


async def load_needs(ctx: Ctx) -> View | Redirect:
    """My needs."""
    reload_on(ctx, need_queries.needs)
    filter, _ = parse_filter(NeedFilter, ctx.query, only=("status", "page"))
    own_needs = filter.model_copy(update={"author_id": ctx.me.user_id})
    found = await fetch(need_queries.needs, actor=ctx.me, filter=own_needs)
    if beyond := last_page(ctx, found):
        return beyond
    return View(ctx.t("My needs"), lambda: _needs(ctx, found, filter))


async def load_offers(ctx: Ctx) -> View | Redirect:
    """My offers, with suggested needs below."""
    reload_on(ctx, offer_queries.my_offers)
    filter, left_out = parse_filter(OfferFilter, ctx.query, only=("which", "page"))
    if left_out:
        return Redirect("/my/offers")
    found = await fetch(offer_queries.my_offers, actor=ctx.me, filter=filter)
    if beyond := last_page(ctx, found):
        return beyond
    fitting = await fitting_needs(ctx)

    def build() -> None:
        _offers(ctx, found, filter)
        fitting_list(ctx, fitting)

    return View(ctx.t("My offers"), build)


def _needs(ctx: Ctx, found: Page[NeedRow], filter: NeedFilter) -> None:
    t = ctx.t
    _head(ctx, t("My needs"), lambda: link_button(t("Ask for help"), "/needs/new", kind="ask lg", symbol="add"))
    with box("gs-filters gs-scroll", tag="nav", aria_label=t("State")):
        filter_chip(ctx, t("All"), name="status", value=None)
        for status in NeedStatus:
            filter_chip(ctx, t(NEED_WORDS[status]), name="status", value=status.value)
    if found.items:
        needs_table(ctx, found.items, now=clock.local_now(), label=t("My needs"), marked=False)
        pager(ctx, found)
        _export_links(ctx, "my-needs", filter)
    elif ctx.query.get("status"):
        empty(
            "empty-search",
            t("Nothing here"),
            t("None of your needs is in this state."),
            to="/my/needs",
            button=t("Show all"),
            kind="",
        )
    else:
        empty(
            "empty-board",
            t("You have not asked for anything yet"),
            t("One sentence is enough. A neighbour will come."),
            to="/needs/new",
            button=t("Ask for help"),
        )


def _offers(ctx: Ctx, found: Page[OfferRow], filter: OfferFilter) -> None:
    t = ctx.t
    _head(ctx, t("My offers"), lambda: link_button(t("To the board"), "/board", kind="help lg", symbol="list_alt"))
    with box("gs-filters gs-scroll", tag="nav", aria_label=t("State")):
        filter_chip(ctx, t("All"), name="which", value=None)
        filter_chip(ctx, t("Waiting for an answer"), name="which", value="pending")
        filter_chip(ctx, t("Chosen"), name="which", value="accepted")
    if found.items:
        with box("gs-cards"):
            for row in found.items:
                offer_row(ctx, row)
        pager(ctx, found)
        _export_links(ctx, "my-offers", filter)
    elif ctx.query.get("which"):
        empty(
            "empty-search",
            t("Nothing here"),
            t("None of your offers is in this state."),
            to="/my/offers",
            button=t("Show all"),
            kind="",
        )
    else:
        empty(
            "empty-offers",
            t("You have not offered to help yet"),
            t("See who needs a hand near you."),
            to="/board",
            button=t("To the board"),
            kind="help",
        )


def _export_links(ctx: Ctx, name: str, filter: NeedFilter | OfferFilter) -> None:
    with box("gs-under"):
        export_links(ctx, name, filter)
        print_button(ctx)
    printed_foot(ctx)


def _head(ctx: Ctx, title: str, action: Callable[[], object]) -> None:
    with box("gs-page-head"):
        heading(title)
        action()
    account_tabs(ctx)
