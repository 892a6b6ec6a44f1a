"""All offers by condition, with both sides."""

from markupsafe import Markup

from gsapp import clock
from gsapp.events import Event, NeedChanged
from gsapp.i18n import Translator
from gsapp.queries.admin_offers import offers_of_all
from gsapp.schemas.administration import AdminOfferFilter
from gsapp.schemas.administration_rows import AdminOfferRow
from gsapp.schemas.pages import Page
from gsapp.vocabulary import OFFER_WORDS, OfferState
from pages.actions import load as fetch
from pages.admin import frame
from pages.admin.frame import Column
from pages.components.lists import address, find_field, more_filters, select_field, text_field
from pages.components.marks import offer_chip_markup
from pages.live import keep_fresh
from pages.router import Redirect, View
from pages.session import Ctx


def _concerns(event: Event) -> bool:
    return isinstance(event, NeedChanged)


async def load(ctx: Ctx) -> View | Redirect:
    keep_fresh(ctx, _concerns)
    wanted, refused = frame.asked(AdminOfferFilter, ctx.query)
    found = await fetch(offers_of_all, actor=ctx.me, wanted=wanted)
    if found.page > found.pages:
        return Redirect(address(ctx, page=found.pages))
    return View(ctx.t("Offers"), lambda: _build(ctx, found, wanted, refused))


def _build(ctx: Ctx, found: Page[AdminOfferRow], wanted: AdminOfferFilter, refused: bool) -> None:
    t = ctx.t
    frame.head(ctx, t("Offers"), refused=refused)
    with frame.filters(ctx):
        find_field(
            ctx, t("Username of who offers"), "volunteer", wanted.volunteer, maxlength="50", autocapitalize="none"
        )
        with more_filters(ctx, "author", "state", "first", "last", "sort"):
            text_field(t("Username of who asks"), "author", wanted.author, maxlength="50", autocapitalize="none")
            states = [(state.name.lower(), t(OFFER_WORDS[state])) for state in OfferState]
            select_field(t("State"), "state", states, wanted.state, first=t("All"))
            text_field(t("Made on or after"), "first", frame.day(wanted.first), type_="date")
            text_field(t("Made on or before"), "last", frame.day(wanted.last), type_="date")
            sorts = [("oldest", t("Oldest first"))]
            select_field(t("Order"), "sort", sorts, wanted.sort, first=t("Newest first"))
    frame.shown(ctx, found, "all-offers", wanted, lambda: offers_table(ctx, found.items))


def offers_table(ctx: Ctx, offers: tuple[AdminOfferRow, ...]) -> None:
    t = ctx.t
    columns = [
        Column(t("Offer")),
        Column(t("For")),
        Column(t("Who offers")),
        Column(t("Who asks")),
        Column(t("Offered")),
        Column(t("State")),
    ]
    frame.table(t("Offers"), columns, [_row(t, offer) for offer in offers])


def _row(t: Translator, offer: AdminOfferRow) -> list[Markup | str]:
    words = offer.message if len(offer.message) <= 80 else f"{offer.message[:80]}…"
    return [
        frame.linked(words or t("Without words"), f"/offers/{offer.id}"),
        frame.linked(offer.need_title, f"/needs/{offer.need_id}"),
        frame.with_small(frame.linked(offer.volunteer, f"/admin/users/{offer.volunteer_id}"), offer.volunteer_name),
        frame.linked(offer.author, f"/admin/users/{offer.author_id}"),
        t.when(clock.to_local(offer.created_at), clock.local_now()),
        frame.with_small(offer_chip_markup(t, offer.state), t(offer.reason) if offer.reason else ""),
    ]
