"""Notification preferences: topics by channel, and the e-mail address."""

from collections.abc import Sequence
from functools import partial

from gsapp.effects.notification_texts import TOPIC_NAMES
from gsapp.queries import inbox as inbox_queries
from gsapp.schemas.inbox import AddressForm, EmailAddresses, NotificationPreferencesForm, TopicPreference
from gsapp.services import email_addresses, inbox
from pages.components.basics import box, button, card, heading, link_button, once, text
from pages.components.dialogs import confirm, note
from pages.components.fields import FormFields
from pages.components.password_again import password_given
from pages.core.actions import do, do_outside_form, errors_shown
from pages.core.actions import load as fetch
from pages.core.session import Ctx
from pages.live.reload import reload_on
from pages.shell.routes import View


async def load(ctx: Ctx) -> View:
    reload_on(ctx, inbox_queries.notification_preferences, inbox_queries.email_addresses, actor=ctx.me)
    preferences = await fetch(inbox_queries.notification_preferences, actor=ctx.me)
    addresses = await fetch(inbox_queries.email_addresses, actor=ctx.me)
    return View(ctx.t("What I want to hear"), lambda: _build(ctx, preferences, addresses))


def _build(ctx: Ctx, preferences: Sequence[TopicPreference], addresses: EmailAddresses) -> None:
    t = ctx.t
    with box("gs-page-head"):
        heading(t("What I want to hear"))
        link_button(t("Back to the news"), "/inbox", symbol="arrow_back")
    by_mail = bool(ctx.tab.settings.smtp_url)
    with box("gs-me-page"):
        with box("gs-column"), card():
            text(t("Kinds of news"), tag="h2")
            text(
                t("Press what you want; press again what you do not want. What waits for you always shows."), "gs-meta"
            )
            text(t("What concerns the safety of your account always comes: password, role, address, phone."), "gs-meta")
            with box("gs-wishes", tag="ul"):
                for preference in preferences:
                    _topic(ctx, preferences, preference, by_mail=by_mail and bool(addresses.confirmed))
        if by_mail:
            with box("gs-column"), card():
                _address(ctx, addresses)


def _topic(ctx: Ctx, preferences: Sequence[TopicPreference], preference: TopicPreference, *, by_mail: bool) -> None:
    t, name = ctx.t, ctx.t(TOPIC_NAMES[preference.topic])
    with box(tag="li"):
        text(name, tag="strong")
        places = [("in_inbox", preference.in_inbox, t("In the inbox") if by_mail else t("Tell me"))]
        if by_mail:
            places.append(("by_mail", preference.by_mail, t("By e-mail")))
        for place, on, words in places:
            change = preference.model_copy(update={place: not on})
            button(
                words,
                partial(_choose, ctx, preferences, change),
                kind="sm",
                symbol="check" if on else "",
                aria_pressed="true" if on else "false",
                aria_label=f"{name}: {words}",
            )


async def _choose(ctx: Ctx, preferences: Sequence[TopicPreference], change: TopicPreference) -> None:
    changed = [change if preference.topic is change.topic else preference for preference in preferences]
    form = NotificationPreferencesForm(
        in_inbox=[preference.topic for preference in changed if preference.in_inbox],
        by_mail=[preference.topic for preference in changed if preference.by_mail],
    )
    with errors_shown(ctx):
        await do_outside_form(ctx, inbox.set_notification_preferences, form=form)


def _address(ctx: Ctx, addresses: EmailAddresses) -> None:
    t = ctx.t
    text(t("News by e-mail"), tag="h2")
    if addresses.pending:
        note(t("Not confirmed yet: {address}. Open the link in the letter there.", address=addresses.pending))
        button(t("Send the letter again"), once(partial(_send_again, ctx)), symbol="send")
    with box("gs-form", tag="form", data_guard="") as form:
        fields = FormFields(ctx, AddressForm)
        fields.summary()
        hint = t("Only we see it. Leave it empty and no e-mail is sent.")
        given = addresses.pending or addresses.confirmed
        fields.line("email", t("E-mail address"), value=given, hint=hint, type="email", autocomplete="email")
        button(t("Save the address"), kind="ask", symbol="check", type="submit")
    form.on("submit.prevent", once(partial(_save, ctx, fields)), args=[])


async def _save(ctx: Ctx, fields: FormFields[AddressForm]) -> None:
    t, form = ctx.t, fields.check()
    if form is None or not await password_given(ctx):
        return
    if form.email:
        question = t("Send news to {address}?", address=form.email)
        what = t("We send a letter there. Open the link in it, and the news comes to this address.")
        yes = t("Yes, it is right")
    else:
        question, what, yes = t("No e-mail any more?"), t("You still find the news in the inbox."), t("Yes, no e-mail")
    if not await confirm(ctx, question, what=what, yes=yes):
        return
    with errors_shown(ctx):
        await do(ctx, inbox.set_email_address, form=form)
        ctx.show_message(t("Saved."))


async def _send_again(ctx: Ctx) -> None:
    with errors_shown(ctx):
        await do_outside_form(ctx, email_addresses.send_confirmation_again)
        ctx.show_message(ctx.t("We have sent the letter again. Please look in the spam folder, too."))
