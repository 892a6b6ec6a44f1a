"""The page of an offer, for its volunteer and the author of the need, and the buttons for each of them."""

from functools import partial

from gsapp.access import Actor
from gsapp.queries import needs as need_queries
from gsapp.queries import offers as offer_queries
from gsapp.schemas.needs import NeedDetail, OfferRow
from gsapp.vocabulary import OPEN_MATCHES, MatchState, NeedStatus, OfferState, Reportable
from pages.components.badges import need_chip, plate
from pages.components.basics import box, button, heading, icon, link_button, text
from pages.components.offers import offer_card
from pages.components.report import report_button
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.needs import need_actions as act
from pages.shell.notification_badge import mark_read
from pages.shell.on_behalf_banner import acting_note, reader_of, resident_of
from pages.shell.routes import Redirect, View


async def load(ctx: Ctx) -> View | Redirect:
    offer_id = ctx.params["offer_id"]
    known = await fetch(offer_queries.offer_detail, actor=ctx.me, offer_id=offer_id)
    reload_on(ctx, offer_queries.offer_detail, need_queries.need_detail, need_id=known.need_id)
    me = await reader_of(ctx, known.need_id)
    offer = await fetch(offer_queries.offer_detail, actor=me, offer_id=offer_id)
    need = await fetch(need_queries.need_detail, actor=me, need_id=offer.need_id)
    await mark_read(ctx, need_id=offer.need_id)
    return View(ctx.t("Offer"), lambda: _build(ctx, me, offer, need))


def _build(ctx: Ctx, me: Actor, offer: OfferRow, need: NeedDetail) -> None:
    t = ctx.t
    is_own = offer.volunteer_id == ctx.me.user_id
    with box("gs-narrow"):
        with box("gs-top"):
            plate(t, need.id)
            need_chip(t, need.status)
        heading(t("My offer to help") if is_own else t("Offer by {name}", name=offer.volunteer_username))
        text(need.title, "gs-lead")
        acting_note(ctx, me)

        def acts() -> None:
            if is_own:
                volunteer_acts(ctx, offer)
            elif need.own:
                offer_acts(ctx, offer, full=need.full, status=need.status, resident=resident_of(me))

        offer_card(ctx, offer, acts=acts)
        link_button(t("Look at the need"), f"/needs/{need.id}", symbol="arrow_back")
        if not is_own and not ctx.me.is_coordinator:
            report_button(ctx, Reportable.OFFER, offer.id, t("Report this offer"))


def volunteer_acts(ctx: Ctx, offer: OfferRow) -> None:
    """The buttons of the volunteer who made the offer."""
    t = ctx.t
    if offer.state is OfferState.PENDING:
        with box("gs-offer-actions"):
            button(t("Change my words"), partial(act.edit_offer, ctx, offer), symbol="edit")
            button(t("Take my offer back"), partial(act.withdraw, ctx, offer), kind="bad")
    elif offer.state is OfferState.ACCEPTED:
        match_acts(ctx, offer, as_author=False)


def offer_acts(ctx: Ctx, offer: OfferRow, *, full: bool, status: NeedStatus, resident: int | None = None) -> None:
    """The buttons of the need's author, or of a coordinator on behalf of `resident`."""
    t, name = ctx.t, offer.volunteer_username
    if offer.state is OfferState.PENDING:
        with box("gs-offer-actions"):
            if not full and status is NeedStatus.OPEN:
                choose = partial(act.accept, ctx, offer, resident)
                button(t("Choose {name}", name=name), choose, kind="ask", symbol="check")
            button(t("No, not this time"), partial(act.reject, ctx, offer, resident)).props["aria-label"] = t(
                "No, not this time: {name}", name=name
            )
    elif offer.state is OfferState.ACCEPTED:
        match_acts(ctx, offer, as_author=True, resident=resident)


def match_acts(ctx: Ctx, offer: OfferRow, *, as_author: bool, resident: int | None = None) -> None:
    """The buttons for the next step of a match, for the author or the volunteer."""
    t, match, name = ctx.t, offer.match, offer.volunteer_username
    if match is None:
        return
    with box("gs-offer-actions"):
        if match.state is MatchState.CONFIRMED:
            if not match.thanked_by_me:
                thank = partial(act.thank, ctx, match, name if as_author else t("the neighbour"), resident)
                button(t("Say thank you"), thank, kind="help", symbol="favorite")
            else:
                text(t("You have said thank you."), "gs-meta")
        elif as_author:
            if match.state is MatchState.REPORTED:
                confirm = partial(act.confirm_done, ctx, match, name, resident)
                button(t("Confirm: it is done"), confirm, kind="ask", symbol="check")
            button(t("{name} did not come", name=name), partial(act.no_show, ctx, match, name, resident), kind="bad")
        else:
            if match.state is MatchState.RUNNING:
                button(t("It is done"), partial(act.report_done, ctx, match), kind="help", symbol="check")
            button(t("I cannot come"), partial(act.drop_out, ctx, match), kind="bad")
    if match.state in OPEN_MATCHES and resident is None:
        with box("gs-calendar-link", tag="a", href=f"/calendar/matches/{match.id}.ics", download=""):
            icon("event")
            text(t("Put it into my calendar"), tag="span")
