"""All needs with filters, and the name of each author."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from gsapp import clock
from gsapp.i18n import N_, Translator
from gsapp.i18n.kinds import kind_name
from gsapp.queries.admin_needs import needs_of_all
from gsapp.queries.admin_places import all_types
from gsapp.queries.places import places_in_use
from gsapp.schemas.admin import AdminNeedFilter, TypeFilter
from gsapp.schemas.admin_rows import AdminNeedRow, TypeAdminRow
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.needs import CityRow
from gsapp.schemas.read_models import Page, need_label
from gsapp.vocabulary import NEED_WORDS, NeedStatus
from pages.components import admin_layout
from pages.components.admin_layout import Column
from pages.components.badges import kind_markup, need_chip_markup
from pages.components.lists import find_field, more_filters, select_field, text_field
from pages.components.places import place_markup, place_options
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import Redirect, View, last_page

WHERE = Markup("{number} · {place}")
SORTS = {
    "oldest": N_("Oldest first"),
    "soonest": N_("Soonest first"),
    "waiting": N_("Fewest offers first"),
}


@dataclass(frozen=True)
class Needs:
    """The data of the page."""

    found: Page[AdminNeedRow]
    filter: AdminNeedFilter
    refused: bool
    types: Sequence[TypeAdminRow]
    places: Sequence[CityRow]


async def load(ctx: Ctx) -> View | Redirect:
    reload_on(ctx, needs_of_all, all_types, places_in_use)
    filter, left_out = parse_filter(AdminNeedFilter, ctx.query)
    found, types, in_use = await asyncio.gather(
        fetch(needs_of_all, actor=ctx.me, filter=filter),
        fetch(all_types, actor=ctx.me, filter=TypeFilter(size=100)),
        fetch(places_in_use),
    )
    if beyond := last_page(ctx, found):
        return beyond
    needs = Needs(found, filter, bool(left_out), types.items, in_use)
    return View(ctx.t("Needs"), lambda: _build(ctx, needs))


def _build(ctx: Ctx, needs: Needs) -> None:
    t, filter = ctx.t, needs.filter
    admin_layout.head(ctx, t("Needs"), refused=needs.refused)
    with admin_layout.filters(ctx):
        find_field(ctx, t("Words in it"), "q", filter.q, maxlength="100")
        with more_filters(ctx, "author", "status", "type", "place", "first", "last", "sort"):
            text_field(t("Username of who asks"), "author", filter.author, maxlength="50", autocapitalize="none")
            statuses = [(status.value, t(NEED_WORDS[status])) for status in NeedStatus]
            select_field(t("State"), "status", statuses, filter.status, first=t("All"))
            kinds = [(str(kind.id), kind_name(t, kind.name)) for kind in needs.types]
            select_field(t("Kind of help"), "type", kinds, str(filter.type or ""), first=t("All"))
            select_field(t("Where"), "place", place_options(t, needs.places), filter.place, first=t("Everywhere"))
            text_field(t("Begins on or after"), "first", admin_layout.day(filter.first), type_="date")
            text_field(t("Begins on or before"), "last", admin_layout.day(filter.last), type_="date")
            sorts = [(key, t(words)) for key, words in SORTS.items()]
            select_field(t("Order"), "sort", sorts, filter.sort, first=t("Newest first"))
    columns = [
        Column(t("What is needed")),
        Column(t("Kind of help")),
        Column(t("Who asks")),
        Column(t("When")),
        Column(t("State")),
        Column(t("Offers"), "gs-num"),
    ]
    admin_layout.shown(
        ctx,
        needs.found,
        "all-needs",
        filter,
        lambda: admin_layout.table(t("Needs"), columns, [_row(t, need) for need in needs.found.items]),
    )


def _row(t: Translator, need: AdminNeedRow) -> list[Markup | str]:
    number = need_label(t, need.id)
    return [
        admin_layout.with_small(
            admin_layout.linked(need.title, f"/needs/{need.id}"),
            WHERE.format(number=number, place=place_markup(need.city_name, need.province)),
        ),
        kind_markup(t, need.type_icon, need.type_name),
        admin_layout.with_small(
            admin_layout.linked(need.author_username, f"/admin/users/{need.author_id}"), need.author_name
        ),
        t.when(need.starts_at, clock.local_now()),
        need_chip_markup(t, need.status),
        t.number(need.offers_pending),
    ]
