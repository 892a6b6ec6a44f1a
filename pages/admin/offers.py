"""All offers with filters, and the names of author and volunteer."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gsapp import clock
from gsapp.i18n import Translator
from gsapp.i18n.kinds import kind_name
from gsapp.queries.admin_offers import offers_of_all
from gsapp.queries.admin_places import all_types
from gsapp.queries.places import places_in_use
from gsapp.schemas.admin import AdminOfferFilter, TypeFilter
from gsapp.schemas.admin_rows import AdminOfferRow, TypeAdminRow
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.needs import CityRow
from gsapp.schemas.read_models import Page
from gsapp.vocabulary import OFFER_WORDS, OfferState, reason_text
from pages.components import admin_layout
from pages.components.admin_layout import Column
from pages.components.badges import offer_chip_markup
from pages.components.lists import find_field, more_filters, select_field, text_field
from pages.components.places import place_options
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View, last_page


@dataclass(frozen=True)
class Offers:
    """The data of the page."""

    found: Page[AdminOfferRow]
    filter: AdminOfferFilter
    refused: bool
    types: Sequence[TypeAdminRow]
    places: Sequence[CityRow]


async def load(ctx: Ctx) -> View | Redirect:
    reload_on(ctx, offers_of_all, all_types, places_in_use)
    filter, left_out = parse_filter(AdminOfferFilter, ctx.query)
    found, types, in_use = await asyncio.gather(
        fetch(offers_of_all, actor=ctx.me, filter=filter),
        fetch(all_types, actor=ctx.me, filter=TypeFilter(size=100)),
        fetch(places_in_use),
    )
    if beyond := last_page(ctx, found):
        return beyond
    offers = Offers(found, filter, bool(left_out), types.items, in_use)
    return View(ctx.t("Offers"), lambda: _build(ctx, offers))


def _build(ctx: Ctx, offers: Offers) -> None:
    t, found, filter = ctx.t, offers.found, offers.filter
    admin_layout.head(ctx, t("Offers"), refused=offers.refused)
    with admin_layout.filters(ctx):
        find_field(
            ctx, t("Username of who offers"), "volunteer", filter.volunteer, maxlength="50", autocapitalize="none"
        )
        with more_filters(ctx, "author", "state", "type", "place", "first", "last", "sort"):
            text_field(t("Username of who asks"), "author", filter.author, maxlength="50", autocapitalize="none")
            states = [(state.name.lower(), t(OFFER_WORDS[state])) for state in OfferState]
            select_field(t("State"), "state", states, filter.state, first=t("All"))
            kinds = [(str(kind.id), kind_name(t, kind.name)) for kind in offers.types]
            select_field(t("Kind of help"), "type", kinds, str(filter.type or ""), first=t("All"))
            select_field(t("Where"), "place", place_options(t, offers.places), filter.place, first=t("Everywhere"))
            text_field(t("Made on or after"), "first", admin_layout.day(filter.first), type_="date")
            text_field(t("Made on or before"), "last", admin_layout.day(filter.last), type_="date")
            sorts = [("oldest", t("Oldest first"))]
            select_field(t("Order"), "sort", sorts, filter.sort, first=t("Newest first"))
    admin_layout.shown(ctx, found, "all-offers", filter, lambda: offers_table(ctx, found.items))


def offers_table(ctx: Ctx, offers: tuple[AdminOfferRow, ...]) -> None:
    """The table of offers."""
    t = ctx.t
    columns = [
        Column(t("Offer")),
        Column(t("For")),
        Column(t("Who offers")),
        Column(t("Who asks")),
        Column(t("Offered")),
        Column(t("State")),
    ]
    admin_layout.table(t("Offers"), columns, [_row(t, offer) for offer in offers])


def _row(t: Translator, offer: AdminOfferRow) -> list[Markup | str]:
    words = offer.message if len(offer.message) <= 80 else f"{offer.message[:80]}…"
    return [
        admin_layout.linked(words or t("Without words"), f"/offers/{offer.id}"),
        admin_layout.linked(offer.need_title, f"/needs/{offer.need_id}"),
        admin_layout.with_small(
            admin_layout.linked(offer.volunteer, f"/admin/users/{offer.volunteer_id}"), offer.volunteer_name
        ),
        admin_layout.linked(offer.author, f"/admin/users/{offer.author_id}"),
        t.when(clock.to_local(offer.created_at), clock.local_now()),
        admin_layout.with_small(offer_chip_markup(t, offer.state), reason_text(offer.reason, offer.reason_code, t)),
    ]
