"""The page of a resident without internet access: topics of the next call, recorded calls, needs and offers."""

import asyncio
from dataclasses import dataclass
from functools import partial

from gsapp import clock
from gsapp.access import ActsForOneself
from gsapp.queries.needs import needs
from gsapp.queries.offers import offers_seen
from gsapp.queries.on_behalf import resident_actor, resident_detail
from gsapp.schemas.filters import parse_filter
from gsapp.schemas.needs import NeedFilter, NeedRow, OfferRow
from gsapp.schemas.offers import OfferCriteria
from gsapp.schemas.on_behalf import CONSENT_WORDS, ResidentDetail, ResidentForm
from gsapp.schemas.read_models import Page
from gsapp.services import reading
from gsapp.services.on_behalf import edit_resident
from gsapp.vocabulary import OfferState
from pages.admin.calls import call_buttons, call_words, waiting_list
from pages.admin.resident_fields import resident_fields
from pages.components import admin_layout
from pages.components.basics import box, button, card, link, link_button, text
from pages.components.fields import FormFields
from pages.components.lists import pager
from pages.components.needs import needs_table
from pages.components.offers import offer_card
from pages.components.questions import ask
from pages.core.actions import do, try_to_save
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.needs.offer import offer_acts
from pages.shell.routes import Redirect, View, last_page

MAX_OFFERS_SHOWN = 20


@dataclass(frozen=True)
class Resident:
    """The data of the page."""

    known: ResidentDetail
    needs: Page[NeedRow]
    offers: tuple[OfferRow, ...]


async def load(ctx: Ctx) -> View | Redirect:
    user_id = ctx.params["user_id"]
    reload_on(ctx, resident_actor, resident_detail, needs, offers_seen, user_id=user_id)
    try:
        acting = await fetch(resident_actor, actor=ctx.me, user_id=user_id)
    except ActsForOneself:
        return Redirect(f"/admin/users/{user_id}")  # also if the account is suspended
    await try_to_save(reading.record_person_seen, ctx.me, user_id=user_id)
    filter, _ = parse_filter(NeedFilter, {"page": ctx.query.get("page", "1")})
    own_needs = filter.model_copy(update={"author_id": user_id})
    pending = OfferCriteria(state=OfferState.PENDING, size=MAX_OFFERS_SHOWN)
    accepted = OfferCriteria(state=OfferState.ACCEPTED, size=MAX_OFFERS_SHOWN)
    known, found, *offers = await asyncio.gather(
        fetch(resident_detail, actor=ctx.me, user_id=user_id),
        fetch(needs, actor=ctx.me, filter=own_needs),
        fetch(offers_seen, actor=acting, filter=pending),
        fetch(offers_seen, actor=acting, filter=accepted),
    )
    if beyond := last_page(ctx, found):
        return beyond
    resident = Resident(known, found, tuple(offer for page in offers for offer in page.items))
    return View(known.name, lambda: _build(ctx, resident))


def _build(ctx: Ctx, resident: Resident) -> None:
    t, known = ctx.t, resident.known

    def ask_for_help() -> None:
        to = f"/admin/residents/{known.id}/needs/new"
        link_button(t("Ask for help for {name}", name=known.name), to, kind="ask", symbol="add")

    admin_layout.head(ctx, known.name, action=ask_for_help)
    with box("gs-desk-cols"):
        with card():
            text(t("What to talk about"), tag="h2")
            waiting_list(ctx, known.waiting)
            call_buttons(ctx, known)
            for call in known.calls:
                text(call_words(t, call), "gs-meta")
        with card("gs-desk-form"):
            _known(ctx, known)
    if resident.offers:
        with box("gs-part", tag="section"):
            text(t("Offers"), "gs-h2", tag="h2")
            with box("gs-cards"):
                for offer in resident.offers:
                    with box():
                        link(offer.need_title or t("Without words"), f"/needs/{offer.need_id}")
                        acts = partial(offer_acts, ctx, offer, full=False, status=offer.need_status, resident=known.id)
                        offer_card(ctx, offer, acts=acts)
    with box("gs-part", tag="section"):
        text(t("Needs"), "gs-h2", tag="h2")
        if resident.needs.items:
            needs_table(ctx, resident.needs.items, now=clock.local_now(), label=t("Needs"))
            pager(ctx, resident.needs)
        else:
            text(t("They have not asked for anything yet."), "gs-meta")


def _known(ctx: Ctx, known: ResidentDetail) -> None:
    t = ctx.t
    agreed = t.datetime(clock.to_local(known.consent_at))
    rows = [
        (t("Their name"), known.name),
        (t("Username"), known.username),
        (t("Mobile number"), known.phone),
        (t("Agreed"), f"{t(CONSENT_WORDS[known.consent_how])} · {agreed}"),
        (t("Recorded by"), known.recorded_by),
    ]
    admin_layout.known(ctx, rows)
    button(t("Change it"), partial(_edit, ctx, known), symbol="edit")
    link_button(t("As coordinators see it"), f"/admin/users/{known.id}", symbol="shield_person")


async def _edit(ctx: Ctx, known: ResidentDetail) -> None:
    t = ctx.t

    def fill(fields: FormFields[ResidentForm]) -> None:
        resident_fields(fields, at=clock.to_local(known.consent_at), name=known.name, how=known.consent_how)

    if await ask(
        ctx,
        t("Change what is recorded of {name}?", name=known.name),
        ResidentForm,
        fill,
        lambda form: do(ctx, edit_resident, user_id=known.id, form=form),
        what=t("Please type the number again: it is not shown here."),
        yes=t("Save the change"),
    ):
        ctx.show_message(t("It is changed."))
