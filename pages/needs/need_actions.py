"""Actions on needs, offers and matches, shared by several pages: each confirms, runs the use case, shows a message.

Where there is a parameter `resident`, a coordinator may act on behalf of the resident with this user id.
"""

from gsapp.errors import Invalid
from gsapp.schemas.needs import MatchView, NeedDetail, OfferRow, ReasonForm
from gsapp.schemas.offers import OfferForm, ThanksForm
from gsapp.services import matches, needs, offers
from pages.components import drafts
from pages.components.badges import STAR_WORDS
from pages.components.basics import box
from pages.components.dialogs import confirm
from pages.components.fields import FormFields
from pages.core.actions import do, do_for, errors_shown
from pages.core.session import Ctx


async def delete_need(ctx: Ctx, need: NeedDetail, resident: int | None = None) -> None:
    t = ctx.t
    what = t("It will be called off. Nobody has answered yet, so nobody is told.")
    if not await confirm(ctx, t("Take this need back?"), what=what, yes=t("Yes, take it back"), danger=True):
        return
    with errors_shown(ctx):
        await do_for(ctx, resident, needs.delete_need, need_id=need.id)
        ctx.show_message(t("Your need has been taken back."))


async def cancel_need(ctx: Ctx, need: NeedDetail, resident: int | None = None) -> None:
    t = ctx.t
    reason = await _ask_reason(
        ctx,
        t("Call this need off?"),
        t("Neighbours who have offered are told why, and thanked."),
        t("Yes, call it off"),
    )
    if reason is None:
        return
    with errors_shown(ctx):
        await do_for(ctx, resident, needs.cancel_need, need_id=need.id, form=reason.must())
        ctx.show_message(t("Your need has been called off."))


async def accept(ctx: Ctx, offer: OfferRow, resident: int | None = None) -> None:
    t, name = ctx.t, offer.volunteer_username
    what = t("You and {name} will see each other's name and phone number. The others stay as a reserve.", name=name)
    if resident is not None:
        what = t("{name} will see the resident's name and phone number. The others stay as a reserve.", name=name)
    if not await confirm(ctx, t("Ask {name} to come?", name=name), what=what, yes=t("Yes, {name} it is", name=name)):
        return
    with errors_shown(ctx):
        await do_for(ctx, resident, offers.accept_offer, offer_id=offer.id)
        ctx.show_message(t("{name} is coming. The phone number is now in the offer.", name=name))


async def reject(ctx: Ctx, offer: OfferRow, resident: int | None = None) -> None:
    t, name = ctx.t, offer.volunteer_username
    question = t("Not {name} this time?", name=name)
    reason = await _ask_reason(ctx, question, t("We thank them for you. They may offer again."), t("No, not this time"))
    if reason is None:
        return
    with errors_shown(ctx):
        await do_for(ctx, resident, offers.reject_offer, offer_id=offer.id, form=reason.must())
        ctx.show_message(t("We have thanked {name} for you.", name=name))


async def make_offer(ctx: Ctx, need: NeedDetail, fields: FormFields[OfferForm], client_key: str) -> None:
    t = ctx.t
    form = fields.check()
    what = t("{name} sees your username, your introduction and these words, and decides.", name=need.author_username)
    if form is None or not await confirm(ctx, t("Offer to help?"), what=what, yes=t("Yes, I can help")):
        return
    with errors_shown(ctx):
        try:
            await do(ctx, offers.make_offer, need_id=need.id, form=form, client_key=client_key)
        except Invalid as invalid:
            fields.show(invalid.fields)
            return
        drafts.sent(ctx, fields)
        ctx.show_message(t("Thank you! We tell {name} that you would come.", name=need.author_username))


async def edit_offer(ctx: Ctx, offer: OfferRow) -> None:
    t = ctx.t
    fields = FormFields(ctx, OfferForm)

    def body() -> None:
        with box() as kept:
            fields.long_text("message", t("Your words"), value=offer.message)
            fields.files("attachments", t("Photos or videos (if you like)"), value=offer.attachments)
        drafts.keep(ctx, fields, kept, f"my-offer-{offer.id}", record=True)

    async def change() -> bool:
        form = fields.check()
        if form is None:
            return False
        with errors_shown(ctx):
            try:
                await do(ctx, offers.edit_offer, offer_id=offer.id, form=form)
            except Invalid as invalid:
                fields.show(invalid.fields)
                return False
            drafts.sent(ctx, fields)
            ctx.show_message(t("Your offer has been changed."))
        return True

    what = t("The neighbour who asked sees your new words.")
    await confirm(ctx, t("Change your offer?"), what=what, yes=t("Change it"), body=body, act=change)


async def withdraw(ctx: Ctx, offer: OfferRow) -> None:
    t = ctx.t
    what = t("The neighbour who asked no longer sees it as open. You may offer again.")
    if not await confirm(ctx, t("Take your offer back?"), what=what, yes=t("Yes, take it back"), danger=True):
        return
    with errors_shown(ctx):
        await do(ctx, offers.withdraw_offer, offer_id=offer.id)
        ctx.show_message(t("Your offer has been taken back."))


async def drop_out(ctx: Ctx, match: MatchView) -> None:
    t = ctx.t
    reason = await _ask_reason(
        ctx,
        t("You cannot come after all?"),
        t("The neighbour is told at once and can ask somebody else."),
        t("Yes, I cannot come"),
    )
    if reason is None:
        return
    with errors_shown(ctx):
        await do(ctx, matches.drop_out, match_id=match.id, form=reason.must())
        ctx.show_message(t("We have told the neighbour."))


async def no_show(ctx: Ctx, match: MatchView, name: str, resident: int | None = None) -> None:
    t = ctx.t
    reason = await _ask_reason(
        ctx,
        t("{name} did not come?", name=name),
        t("Your need is open again and you can ask somebody else."),
        t("Yes, nobody came"),
    )
    if reason is None:
        return
    with errors_shown(ctx):
        await do_for(ctx, resident, matches.report_no_show, match_id=match.id, form=reason.must())
        ctx.show_message(t("Your need is open again."))


async def report_done(ctx: Ctx, match: MatchView) -> None:
    t = ctx.t
    what = t("The neighbour is asked to confirm. After 7 days it counts by itself.")
    if not await confirm(ctx, t("Is it done?"), what=what, yes=t("Yes, it is done")):
        return
    with errors_shown(ctx):
        await do(ctx, matches.report_done, match_id=match.id)
        ctx.show_message(t("Thank you! Now the neighbour confirms."))


async def confirm_done(ctx: Ctx, match: MatchView, name: str, resident: int | None = None) -> None:
    t = ctx.t
    what = t("{name} has said so, too. Afterwards you can say thank you.", name=name)
    if not await confirm(ctx, t("Was it done well?"), what=what, yes=t("Yes, it is done")):
        return
    with errors_shown(ctx):
        await do_for(ctx, resident, matches.confirm_done, match_id=match.id)
        ctx.show_message(t("Done! Would you like to say thank you?"))
        if resident is None:  # here, because the page reloads and moves the button for it
            await thank(ctx, match, name)


async def thank(ctx: Ctx, match: MatchView, name: str, resident: int | None = None) -> None:
    t = ctx.t
    fields = FormFields(ctx, ThanksForm)
    choices = {stars: f"{stars} · {t(words)}" for stars, words in STAR_WORDS.items()}

    def body() -> None:
        with box() as kept:
            fields.radios("stars", t("How was it?"), choices, value=5)
            fields.line("text", t("A sentence"), hint=t("Members can read it on the neighbour's page."))
        drafts.keep(ctx, fields, kept, f"thanks-{match.id}")

    what = t("Your thanks and your username are shown to members.")
    if not await confirm(ctx, t("Say thank you to {name}?", name=name), what=what, yes=t("Say thank you"), body=body):
        return
    with errors_shown(ctx):
        await do_for(ctx, resident, matches.give_thanks, match_id=match.id, form=fields.must())
        drafts.sent(ctx, fields)
        ctx.show_message(t("Your thanks are on their way."))


async def _ask_reason(ctx: Ctx, question: str, what: str, yes: str) -> FormFields[ReasonForm] | None:
    """Confirm with an optional reason. Returns the fields, or `None` if the reader does not agree."""
    fields = FormFields(ctx, ReasonForm)

    def body() -> None:
        fields.line("reason", ctx.t("Why? (if you like)"), maxlength="500")

    if not await confirm(ctx, question, what=what, yes=yes, danger=True, body=body):
        return None
    return fields
