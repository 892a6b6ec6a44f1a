"""The page of a need with its offers, where the author decides and volunteers offer help."""

import uuid
from collections.abc import Sequence
from functools import partial

from gsapp import clock
from gsapp.access import Actor
from gsapp.queries import needs as need_queries
from gsapp.queries.admin_needs import taken_down
from gsapp.queries.history import need_history
from gsapp.queries.volunteers import volunteers_for
from gsapp.schemas.history import HistoryRow
from gsapp.schemas.needs import NeedDetail
from gsapp.schemas.offers import OfferForm, Volunteer
from gsapp.schemas.read_models import display_name
from gsapp.vocabulary import NEED_WORDS, MatchState, NeedStatus, OfferState, Reportable
from pages.components import drafts
from pages.components.badges import kind_of_help, need_chip, plate, steps
from pages.components.basics import box, button, card, heading, icon, illustration, link, link_button, text
from pages.components.dialogs import note
from pages.components.exports import printed_foot
from pages.components.fields import FormFields
from pages.components.gallery import gallery
from pages.components.helpline import helpline
from pages.components.history import history_card
from pages.components.need_summary import need_in_admin
from pages.components.needs import place
from pages.components.offers import offer_card
from pages.components.report import report_button
from pages.components.sharing import days_in_full, from_to, share_need
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.needs import need_actions as act
from pages.needs.next_action import jump, next_action
from pages.needs.offer import offer_acts, volunteer_acts
from pages.needs.suggestions import VOLUNTEERS, volunteers_card
from pages.shell.notification_badge import mark_read
from pages.shell.on_behalf_banner import acting_note, reader_of, resident_of
from pages.shell.routes import Redirect, View

# Drawings for readers who are not involved in a need.
DRAWINGS = {
    NeedStatus.OPEN: "empty-offers",
    NeedStatus.MATCHED: "finished",
    NeedStatus.DONE: "finished",
    NeedStatus.EXPIRED: "error-moment",
    NeedStatus.CANCELLED: "empty-board",
}


async def load(ctx: Ctx) -> View | Redirect:
    need_id = ctx.params["need_id"]
    reload_on(ctx, need_queries.need_detail, need_history, volunteers_for, taken_down, need_id=need_id)
    me = await reader_of(ctx, need_id)
    need = await fetch(need_queries.need_detail, actor=me, need_id=need_id)
    history = await fetch(need_history, actor=ctx.me, need_id=need_id)
    await mark_read(ctx, need_id=need_id)
    volunteers: Sequence[Volunteer] = ()
    if need.status is NeedStatus.OPEN and (need.own or ctx.me.is_coordinator):
        volunteers = await fetch(volunteers_for, actor=ctx.me, need_id=need_id, size=VOLUNTEERS)
    kept = await fetch(taken_down, actor=ctx.me, need_id=need_id) if ctx.me.is_coordinator else None

    def build() -> None:
        _build(ctx, me, need, history, volunteers)
        if ctx.me.is_coordinator:
            need_in_admin(ctx, need, kept)

    return View(need.title, build)


def _build(
    ctx: Ctx, me: Actor, need: NeedDetail, history: Sequence[HistoryRow], volunteers: Sequence[Volunteer]
) -> None:
    with box("gs-detail"):
        with card("gs-detail-need"):
            _facts(ctx, need, me)
        with box("gs-detail-offers", tag="section"):
            next_action(ctx, need)
            if need.own:
                _offers(ctx, need, resident_of(me))
            else:
                _my_offer(ctx, need)
            volunteers_card(ctx, need, volunteers)
        if history:
            history_card(ctx, history)
    printed_foot(ctx)


def _facts(ctx: Ctx, need: NeedDetail, me: Actor) -> None:
    t, now = ctx.t, clock.local_now()
    acting_note(ctx, me)
    with box("gs-top"):
        plate(t, need.id, large=True)
        need_chip(t, need.status)
    offers = t.n("{n} offer", "{n} offers", need.offers_pending)
    text(f"{t(NEED_WORDS[need.status])}, {offers}", tag="span", hidden="", data_aloud=f"need-{need.id}")
    heading(need.title, "gs-detail-title")
    jump(ctx, need)
    if need.description:
        text(need.description, "gs-detail-text")
    gallery(ctx, need.files, need.title)
    with box("gs-detail-facts", tag="ul"):
        with box(tag="li"):
            kind_of_help(t, need.type_icon, need.type_name)
        with box(tag="li"):
            icon("schedule")
            text(from_to(t, need, lambda moment: t.when(moment, now)), "gs-on-screen", tag="span")
            text(days_in_full(t, need), "gs-on-paper", tag="span")
        with box(tag="li"):
            icon("location_on")
            text(place(need), tag="span", lang="zh-CN")
        with box("gs-asked", tag="li"):
            icon("person")
            with box(tag="span"):
                if need.author_id == ctx.me.user_id:
                    text(t("You asked"), tag="span")
                else:
                    link(display_name(t, need.author_username), f"/users/{need.author_id}")
                text(t("asked {when}", when=t.when(clock.to_local(need.published_at), now)), tag="small")
        if need.helpers_wanted > 1:
            with box(tag="li"):
                icon("group")
                found, wanted = t.number(need.places_taken), t.number(need.helpers_wanted)
                text(t("{found} of {wanted} helpers found", found=found, wanted=wanted), tag="span")
    _progress(ctx, need)
    if need.closed_reason:
        note(t("Called off: {reason}", reason=need.closed_reason))
    _owner_acts(ctx, need, resident_of(me))
    share_need(ctx, need)
    if not need.own and not ctx.me.is_coordinator:
        report_button(ctx, Reportable.NEED, need.id, t("Report this need"))


def _progress(ctx: Ctx, need: NeedDetail) -> None:
    """The progress from published to thanked, as far as the reader may see it."""
    if need.status in (NeedStatus.CANCELLED, NeedStatus.EXPIRED):
        return
    t = ctx.t
    matches = [offer.match for offer in need.offers if offer.match and offer.state is OfferState.ACCEPTED]
    now = 1 if need.status is NeedStatus.OPEN else 2
    if matches and now == 2 and all(match.state is not MatchState.RUNNING for match in matches):
        now = 3
    if need.status is NeedStatus.DONE:
        now = 5 if matches and all(match.thanked_by_me for match in matches) else 4
    steps(t, (t("Asked"), t("Choose"), t("Help"), t("Both confirm"), t("Thanks")), now)


def _owner_acts(ctx: Ctx, need: NeedDetail, resident: int | None) -> None:
    t = ctx.t
    if not (need.may_edit or need.may_cancel):
        return
    with box("gs-owner-actions"):
        if need.may_edit:
            link_button(t("Change it"), f"/needs/{need.id}/edit", symbol="edit")
            button(t("Take it back"), partial(act.delete_need, ctx, need, resident), kind="bad", symbol="close")
        elif need.may_cancel:
            button(t("Call it off"), partial(act.cancel_need, ctx, need, resident), kind="bad", symbol="close")


def _offers(ctx: Ctx, need: NeedDetail, resident: int | None) -> None:
    t = ctx.t
    waiting = [offer for offer in need.offers if offer.state is OfferState.PENDING]
    if waiting:
        text(t.n("{n} neighbour would come", "{n} neighbours would come", len(waiting)), tag="h2")
        hint = t("They stay as a reserve.") if need.full else t("Choose whom you like. We thank the others for you.")
        text(hint, "gs-meta")
    elif need.status is NeedStatus.OPEN and not need.offers:
        with box("gs-empty"):
            illustration("empty-offers")
            text(t("No neighbour has answered yet"), tag="h2")
            text(t("As soon as somebody offers to come, you see it here by itself."), "gs-meta")
            if resident is None:
                text(t("You need not wait on this page: we tell you under “News”."), "gs-meta")
                helpline(ctx, t("Is it urgent? Ring us:"))
            else:
                text(t("You need not wait on this page: the resident will be in the call-back list."), "gs-meta")
    else:
        text(t("Offers"), tag="h2")
        if not need.offers:
            text(t("There were no offers."), "gs-meta")
    with box("gs-cards"):
        for offer in need.offers:
            acts = partial(offer_acts, ctx, offer, full=need.full, status=need.status, resident=resident)
            offer_card(ctx, offer, acts=acts)


def _my_offer(ctx: Ctx, need: NeedDetail) -> None:
    t = ctx.t
    for offer in need.offers:
        is_own = offer.volunteer_id == ctx.me.user_id
        offer_card(ctx, offer, acts=partial(volunteer_acts, ctx, offer) if is_own else None)
    if need.may_offer:
        _offer_form(ctx, need)
    elif not need.offers:
        messages = {
            NeedStatus.OPEN: t("You can follow this need here."),
            NeedStatus.MATCHED: t("Somebody is already coming. Thank you for looking!"),
            NeedStatus.DONE: t("This is done. Thank you for looking!"),
            NeedStatus.EXPIRED: t("This need has passed its end."),
            NeedStatus.CANCELLED: t("This need has been called off."),
        }
        with card("gs-empty"):
            illustration(DRAWINGS[need.status])
            text(messages[need.status], tag="h2")
            link_button(t("To the board"), "/board", symbol="list_alt")


def _offer_form(ctx: Ctx, need: NeedDetail) -> None:
    t = ctx.t
    fields = FormFields(ctx, OfferForm)
    with card("gs-detail-form"), box(data_guard="") as form:
        text(t("Can you help?"), tag="h2")
        fields.summary()
        fields.long_text(
            "message",
            t("A few words to {name}", name=need.author_username),
            placeholder=t("For example: I can come tomorrow at 3, with my tools."),
            hint=t("When could you come? What do you bring? No phone number is needed."),
            maxlength="2000",
        )
        hint = t("Up to 5. Only {name} and coordinators see them.", name=need.author_username)
        fields.files("attachments", t("Photos or videos (if you like)"), hint=hint)
        drafts.keep(ctx, fields, form, f"offer-{need.id}")
        send = partial(act.make_offer, ctx, need, fields, uuid.uuid4().hex)
        button(t("I can help"), send, kind="help lg block", symbol="volunteer_activism")
